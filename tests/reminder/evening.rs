//! The evening nudge: when a streak would break, once, in time.

use std::path::Path;

use chrono_tz::Tz::Europe__Berlin;
use liftoff::chat::token::{Setting, Token};
use liftoff::clock::Clock;

use crate::set_up;
use crate::stage::{Stage, local};

fn berlin(text: &str) -> chrono::DateTime<chrono::Utc> {
    local(text, Europe__Berlin)
}

/// A learner without a daily reminder, whose streak of one day began on this day.
async fn with_streak(now: &str, nudge: &str) -> Stage {
    let stage = set_up(now, Europe__Berlin, "09:00").await;
    stage.say(7, "/remind off").await;
    stage.say(7, &format!("/settings nudge {nudge}")).await;
    stage.say(7, "/done").await;
    stage
}

/// Marks a plan day that is not today's.
async fn study(stage: &Stage, day: u8) {
    stage.tap(7, Token::Done { day, done: true, listed: true }).await;
}

#[tokio::test(start_paused = true)]
async fn it_comes_once_for_a_streak_that_would_break() {
    let stage = with_streak("2026-01-05 08:00", "21:00").await;
    stage.run_until(berlin("2026-01-06 20:00")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty(), "today is done");
    stage.run_until(berlin("2026-01-06 21:10")).await;
    let text = stage.handed.lock().unwrap()[0].text();
    assert!(text.contains("streak of 1 day ends at 04:00"), "{text}");
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 21:00"]);
    // Moved to later on the same evening, it does not come again.
    stage.say(7, "/settings nudge 22:00").await;
    stage.run_until(berlin("2026-01-09 12:00")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty(), "nothing is left to break");
}

#[tokio::test(start_paused = true)]
async fn a_freeze_in_hand_keeps_it_away() {
    let stage = with_streak("2026-01-05 08:00", "21:00").await;
    for day in 6..=11 {
        stage.run_until(berlin(&format!("2026-01-{day:02} 12:00"))).await;
        study(&stage, 60 + day).await;
    }
    // Seven days in a row: the first missed evening costs the freeze, the second would cost the streak.
    stage.run_until(berlin("2026-01-15 12:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-13 21:00"]);
}

#[tokio::test(start_paused = true)]
async fn not_today_settles_the_evening() {
    let stage = with_streak("2026-01-05 08:00", "21:00").await;
    stage.run_until(berlin("2026-01-06 07:00")).await;
    stage.tap(7, Token::NotToday).await;
    stage.run_until(berlin("2026-01-07 03:00")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    // It settles the morning's reminder too, and nothing of the next day.
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.tap(7, Token::NotToday).await;
    stage.run_until(berlin("2026-01-06 10:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn two_hours_late_is_too_late() {
    for (up_again, expected) in [
        ("2026-01-06 22:59", vec!["01-06 22:59"]),
        ("2026-01-06 23:00", vec!["01-06 23:00"]),
        ("2026-01-06 23:01", vec![]),
        ("2026-01-07 12:00", vec![]),
    ] {
        let stage = with_streak("2026-01-05 08:00", "21:00").await;
        stage.run_until(berlin("2026-01-06 20:00")).await;
        stage.down_until(berlin(up_again)).await;
        stage.run_until(berlin("2026-01-07 20:00")).await;
        assert_eq!(stage.took(7, Europe__Berlin), expected, "up again {up_again}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_midnight_it_belongs_to_the_evening_before() {
    let stage = with_streak("2026-01-05 08:00", "01:30").await;
    stage.run_until(berlin("2026-01-07 01:00")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty(), "on the 6th at 01:30 the 5th was done");
    stage.run_until(berlin("2026-01-07 01:31")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-07 01:30"], "the 6th was not");
    // A day that starts at midnight has its 01:30 in front of it.
    let stage = with_streak("2026-01-05 08:00", "01:30").await;
    stage.tap(7, Token::Set(Setting::DayStart(0))).await;
    stage.run_until(berlin("2026-01-06 02:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 01:30"]);
}

#[tokio::test(start_paused = true)]
async fn when_the_clocks_change() {
    // 02:30 does not exist on 29 March and comes at 03:00, still in the night of the 28th.
    let stage = with_streak("2026-03-27 08:00", "02:30").await;
    stage.run_until(berlin("2026-03-30 12:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["03-29 03:00"]);
    // A study day that starts at 03:00 has begun by then: the evening is over.
    let stage = with_streak("2026-03-27 08:00", "02:30").await;
    stage.tap(7, Token::Set(Setting::DayStart(180))).await;
    stage.run_until(berlin("2026-03-30 12:00")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    // 02:30 comes twice on 25 October and is used once.
    let stage = with_streak("2026-10-23 08:00", "02:30").await;
    stage.run_until(berlin("2026-10-26 12:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["10-25 02:30"]);
}

#[tokio::test(start_paused = true)]
async fn at_the_daily_reminders_moment_one_message_speaks_for_both() {
    let stage = with_streak("2026-01-05 08:00", "21:00").await;
    stage.say(7, "/remind 21:00").await;
    stage.run_until(berlin("2026-01-06 23:00")).await;
    let text = stage.handed.lock().unwrap()[0].text();
    assert!(text.contains("Good evening, Ann. Week 1, day 2"), "{text}");
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 21:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_settled_evening_takes_no_daily_reminder_when_something_is_put_off() {
    let stage = with_streak("2026-01-05 08:00", "21:00").await;
    stage.run_until(berlin("2026-01-06 08:00")).await;
    // On, but not on this day: "not today" settles the nudge alone.
    stage.say(7, "/remind 09:00 Mon").await;
    stage.tap(7, Token::NotToday).await;
    stage.tap(7, Token::Snooze(1)).await;
    stage.run_until(berlin("2026-01-06 12:00")).await;
    stage.say(7, "/remind 20:00 daily").await;
    stage.run_until(berlin("2026-01-06 23:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 09:00", "01-06 20:00"]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_at_night_is_withdrawn_when_the_plan_day_is_done() {
    let stage = with_streak("2026-01-05 08:00", "21:00").await;
    stage.run_until(berlin("2026-01-06 21:01")).await;
    let waiting = "select count(*) from outbox where class = 'reminder'";
    assert_eq!(stage.count(waiting).await, 1);
    stage.say(7, "/done").await;
    assert_eq!(stage.count(waiting).await, 0);
}

async fn restarted(path: &Path, clock: &Clock, second: i64) -> Vec<String> {
    let first = Stage::open(path, clock);
    first.learner(7, "Europe/Berlin", "09:00").await;
    first.say(7, "/settings nudge 21:00").await;
    first.say(7, "/remind off").await;
    first.say(7, "/done").await;
    first.run_until(berlin("2026-01-06 21:00") + chrono::TimeDelta::seconds(second)).await;
    let mut took = first.took(7, Europe__Berlin);
    first.close();
    let second = Stage::open(path, clock);
    second.run_until(berlin("2026-01-07 20:00")).await;
    took.extend(second.took(7, Europe__Berlin));
    took
}

#[tokio::test(start_paused = true)]
async fn a_restart_before_at_and_after_its_time() {
    for second in [-3600, -1, 0, 1, 3600] {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::tokio(berlin("2026-01-05 08:00"));
        let took = restarted(&folder.path().join("liftoff.db"), &clock, second).await;
        assert_eq!(took, ["01-06 21:00"], "restarted {second} s after its time");
    }
}
