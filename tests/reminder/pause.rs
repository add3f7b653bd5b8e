//! Pauses: nothing comes, the streak is kept, and it ends by itself.

use chrono_tz::Tz::{Asia__Tokyo, Europe__Berlin};
use liftoff::chat::token::Token;

use crate::set_up;
use crate::stage::{Stage, local};

fn berlin(text: &str) -> chrono::DateTime<chrono::Utc> {
    local(text, Europe__Berlin)
}

async fn streak(stage: &Stage) -> String {
    stage.run_until(stage.clock.now()).await;
    let text = stage.handed.lock().unwrap().last().unwrap().text();
    text.split(" · ")
        .find(|part| part.contains("streak"))
        .unwrap_or("none")
        .lines()
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test(start_paused = true)]
async fn it_ends_by_itself_and_the_streak_is_kept() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/settings nudge 21:00").await;
    stage.say(7, "/done").await;
    stage.run_until(berlin("2026-01-06 08:00")).await;
    stage.say(7, "/pause 9").await;
    // Over a checkpoint day, with its report.
    stage.run_until(berlin("2026-01-15 08:59")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    stage.run_until(berlin("2026-01-15 09:30")).await;
    assert_eq!(streak(&stage).await, "streak 1");
    stage.run_until(berlin("2026-01-16 10:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-15 09:00", "01-15 21:00", "01-16 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_reminder_at_the_very_start_of_the_first_day_is_not_lost() {
    for (time, expected) in [("03:59", "01-09 03:59"), ("04:00", "01-08 04:00")] {
        let stage = set_up("2026-01-05 08:00", Europe__Berlin, time).await;
        stage.say(7, "/pause 3").await;
        stage.run_until(berlin("2026-01-09 03:59")).await;
        assert_eq!(stage.took(7, Europe__Berlin)[..1], [expected], "{time}");
    }
}

#[tokio::test(start_paused = true)]
async fn resuming_ends_it_today_and_studying_does_not() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/pause").await;
    stage.tap(7, Token::Pause(None)).await;
    stage.run_until(berlin("2026-01-08 12:00")).await;
    stage.tap(7, Token::Done { day: 80, done: true, listed: true }).await;
    stage.run_until(berlin("2026-03-05 08:00")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    stage.say(7, "/resume").await;
    stage.run_until(berlin("2026-03-05 09:30")).await;
    assert_eq!(streak(&stage).await, "streak 1", "the day studied in the pause counts");
    assert_eq!(stage.took(7, Europe__Berlin), ["03-05 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_put_off_does_not_come_in_a_pause() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.run_until(berlin("2026-01-05 09:05")).await;
    stage.tap(7, Token::Snooze(3)).await;
    stage.say(7, "/pause 1").await;
    stage.tap(7, Token::Snooze(1)).await;
    stage.run_until(berlin("2026-01-06 10:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 09:00", "01-06 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_reminder_that_waits_is_withdrawn() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.run_until(berlin("2026-01-05 09:01")).await;
    let waiting = "select count(*) from outbox where class = 'reminder'";
    assert_eq!(stage.count(waiting).await, 1);
    stage.say(7, "/pause 3").await;
    assert_eq!(stage.count(waiting).await, 0);
}

#[tokio::test(start_paused = true)]
async fn its_days_are_those_of_the_place() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/pause 2").await;
    stage.say(7, "/timezone Asia/Tokyo").await;
    stage.run_until(local("2026-01-07 12:00", Asia__Tokyo)).await;
    assert_eq!(stage.took(7, Asia__Tokyo), ["01-07 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn the_bot_was_down_when_it_ended() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/pause 3").await;
    stage.down_until(berlin("2026-01-08 14:00")).await;
    stage.run_until(berlin("2026-01-08 20:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-08 14:00"]);
}

#[tokio::test(start_paused = true)]
async fn who_stops_the_bot_in_a_pause_comes_back_into_it() {
    use liftoff::chat::intent::Intent;
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/pause 5").await;
    stage.intent(7, Intent::Blocked).await;
    stage.run_until(berlin("2026-01-07 08:00")).await;
    stage.say(7, "/start").await;
    stage.run_until(berlin("2026-01-10 10:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-10 09:00"]);
}
