//! Reminders: at the learner's own time across every change of clock, place, setting and process.

#[path = "reminder/any.rs"]
mod any;
mod common;
#[path = "reminder/days.rs"]
mod days;
#[path = "reminder/evening.rs"]
mod evening;
#[path = "reminder/order.rs"]
mod order;
#[path = "reminder/outage.rs"]
mod outage;
#[path = "reminder/pause.rs"]
mod pause;
#[path = "reminder/running.rs"]
mod running;
#[path = "reminder/stage.rs"]
mod stage;

use chrono_tz::Tz;
use chrono_tz::Tz::{
    America__New_York, Asia__Kolkata, Asia__Tokyo, Australia__Lord_Howe, Europe__Berlin, Pacific__Kiritimati,
    Pacific__Pago_Pago,
};
use liftoff::chat::intent::Intent;
use liftoff::chat::token::Token;
use stage::{Stage, local};

/// A learner in that place with that time, at a local time; and the bot.
async fn set_up(now: &str, zone: Tz, time: &str) -> Stage {
    let stage = Stage::new(local(now, zone));
    stage.learner(7, zone.name(), time).await;
    stage
}

async fn daily(zone: Tz, time: &str, from: &str, until: &str, expected: &[(&str, &str)]) {
    let stage = set_up(from, zone, time).await;
    stage.run_until(local(until, zone)).await;
    let seen: Vec<(String, String)> = stage
        .handed
        .lock()
        .unwrap()
        .iter()
        .map(|handed| {
            let at = handed.at.with_timezone(&zone);
            (at.format("%m-%d %H:%M:%S").to_string(), at.format("%:z").to_string())
        })
        .collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(at, offset)| (format!("{at}:00"), (*offset).to_owned())).collect();
    assert_eq!(seen, expected, "{zone} at {time}");
}

#[tokio::test(start_paused = true)]
async fn an_hour_that_is_skipped_and_one_that_comes_twice() {
    let spring = [("03-28 02:30", "+01:00"), ("03-29 03:00", "+02:00"), ("03-30 02:30", "+02:00")];
    daily(Europe__Berlin, "02:30", "2026-03-27 12:00", "2026-03-30 12:00", &spring).await;
    let autumn = [("10-24 02:30", "+02:00"), ("10-25 02:30", "+02:00"), ("10-26 02:30", "+01:00")];
    daily(Europe__Berlin, "02:30", "2026-10-23 12:00", "2026-10-26 12:00", &autumn).await;
}

#[tokio::test(start_paused = true)]
async fn zones_with_half_hours_and_changes_of_half_an_hour() {
    let kolkata = [("11-24 07:30", "+05:30"), ("11-25 07:30", "+05:30")];
    daily(Asia__Kolkata, "07:30", "2026-11-23 12:00", "2026-11-25 12:00", &kolkata).await;
    let spring = [("10-03 02:15", "+10:30"), ("10-04 02:30", "+11:00"), ("10-05 02:15", "+11:00")];
    daily(Australia__Lord_Howe, "02:15", "2026-10-02 12:00", "2026-10-05 12:00", &spring).await;
    let autumn = [("04-04 01:45", "+11:00"), ("04-05 01:45", "+11:00"), ("04-06 01:45", "+10:30")];
    daily(Australia__Lord_Howe, "01:45", "2026-04-03 12:00", "2026-04-06 12:00", &autumn).await;
}

#[tokio::test(start_paused = true)]
async fn travelling_west_after_the_reminder_gives_no_second_one_for_the_date() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.run_until(local("2026-01-05 10:00", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 09:00"]);
    stage.say(7, "/timezone America/New_York").await;
    stage.run_until(local("2026-01-07 10:00", America__New_York)).await;
    assert_eq!(stage.took(7, America__New_York), ["01-06 09:00", "01-07 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn travelling_east_after_the_reminder_goes_on_with_the_next_date() {
    let stage = set_up("2026-01-05 08:00", America__New_York, "09:00").await;
    stage.run_until(local("2026-01-05 10:30", America__New_York)).await;
    assert_eq!(stage.took(7, America__New_York), ["01-05 09:00"]);
    stage.say(7, "/timezone Asia/Tokyo").await;
    stage.run_until(local("2026-01-07 10:00", Asia__Tokyo)).await;
    assert_eq!(stage.took(7, Asia__Tokyo), ["01-06 09:00", "01-07 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn travelling_loses_no_reminder_that_lies_ahead() {
    for zone in [America__New_York, Asia__Kolkata] {
        let stage = set_up("2026-01-05 12:00", Europe__Berlin, "19:00").await;
        stage.run_until(local("2026-01-05 12:10", Europe__Berlin)).await;
        stage.say(7, &format!("/timezone {zone}")).await;
        stage.run_until(local("2026-01-06 20:00", zone)).await;
        assert_eq!(stage.took(7, zone), ["01-05 19:00", "01-06 19:00"], "{zone}");
    }
}

#[tokio::test(start_paused = true)]
async fn across_the_date_line_two_dates_are_behind() {
    let stage = set_up("2026-01-05 08:00", Pacific__Kiritimati, "09:00").await;
    stage.run_until(local("2026-01-06 09:15", Pacific__Kiritimati)).await;
    assert_eq!(stage.took(7, Pacific__Kiritimati), ["01-05 09:00", "01-06 09:00"]);
    // It is 5 January, 08:15, there: today's and tomorrow's have been.
    stage.say(7, "/timezone Pacific/Pago_Pago").await;
    stage.run_until(local("2026-01-08 10:00", Pacific__Pago_Pago)).await;
    assert_eq!(stage.took(7, Pacific__Pago_Pago), ["01-07 09:00", "01-08 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_new_time_counts_today_if_today_had_none_yet() {
    for (changed_at, time, expected) in [
        ("2026-01-05 08:30", "11:00", ["01-05 11:00", "01-06 11:00"]),
        ("2026-01-05 08:30", "08:45", ["01-05 08:45", "01-06 08:45"]),
        ("2026-01-05 08:30", "07:00", ["01-06 07:00", "01-07 07:00"]),
        ("2026-01-05 10:00", "19:00", ["01-05 09:00", "01-06 19:00"]),
        ("2026-01-05 10:00", "07:00", ["01-05 09:00", "01-06 07:00"]),
    ] {
        let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
        stage.run_until(local(changed_at, Europe__Berlin)).await;
        stage.say(7, &format!("/remind {time}")).await;
        stage.run_until(local("2026-01-08 06:00", Europe__Berlin)).await;
        assert_eq!(stage.took(7, Europe__Berlin)[..2], expected, "{time} set at {changed_at}");
    }
}

#[tokio::test(start_paused = true)]
async fn switching_on_does_not_fire_at_once() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/remind off").await;
    stage.run_until(local("2026-01-05 10:00", Europe__Berlin)).await;
    stage.say(7, "/remind 09:00").await;
    stage.run_until(local("2026-01-06 08:59", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    stage.run_until(local("2026-01-06 09:01", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 09:00"]);
    stage.say(7, "/stop").await;
    stage.run_until(local("2026-01-09 10:00", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_day_that_is_done_has_none() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/done").await;
    stage.run_until(local("2026-01-06 10:00", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 09:00"]);
    // Another day of the plan is not today.
    stage.tap(7, Token::Done { day: 40, done: true, listed: true }).await;
    stage.run_until(local("2026-01-07 10:00", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-07 09:00"]);
    // Put off, and done meanwhile.
    stage.tap(7, Token::Snooze(3)).await;
    stage.say(7, "/done").await;
    stage.run_until(local("2026-01-07 23:00", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
}

#[tokio::test(start_paused = true)]
async fn before_the_plan_none_and_after_it_only_for_reviews() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.say(7, "/settings start 2026-01-08").await;
    stage.run_until(local("2026-01-08 10:00", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-08 09:00"], "the plan begins on the 8th");
    stage.say(7, "/settings start 2025-06-01").await;
    stage.run_until(local("2026-01-09 10:00", Europe__Berlin)).await;
    let text = stage.handed.lock().unwrap()[0].text();
    assert!(text.contains("The plan is over"), "{text}");
    assert_eq!(stage.took(7, Europe__Berlin), ["01-09 09:00"]);
    stage.say(7, "/settings new 0").await;
    stage.run_until(local("2026-01-11 10:00", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty(), "the plan is over and nothing is due");
}

#[tokio::test(start_paused = true)]
async fn put_off_and_not_today() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.run_until(local("2026-01-05 09:05", Europe__Berlin)).await;
    stage.tap(7, Token::Snooze(1)).await;
    stage.run_until(local("2026-01-05 10:10", Europe__Berlin)).await;
    assert!(stage.handed.lock().unwrap()[1].text().contains("Here again"));
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 09:00", "01-05 10:05"]);
    stage.tap(7, Token::Snooze(3)).await;
    stage.tap(7, Token::NotToday).await;
    stage.run_until(local("2026-01-06 08:00", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    stage.run_until(local("2026-01-06 09:30", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 09:00"]);
    // Each tap puts it off anew.
    for expected in ["01-06 10:30", "01-06 11:30", "01-06 12:30"] {
        stage.tap(7, Token::Snooze(1)).await;
        stage.run_until(local(&format!("2026-{expected}"), Europe__Berlin)).await;
        assert_eq!(stage.took(7, Europe__Berlin), [expected]);
    }
}

#[tokio::test(start_paused = true)]
async fn put_off_beyond_midnight_it_takes_nothing_from_the_next_day() {
    let stage = set_up("2026-01-05 20:00", Europe__Berlin, "22:00").await;
    stage.run_until(local("2026-01-05 22:30", Europe__Berlin)).await;
    for expected in ["01-06 01:30", "01-06 04:30"] {
        stage.tap(7, Token::Snooze(3)).await;
        stage.run_until(local(&format!("2026-{expected}"), Europe__Berlin)).await;
    }
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 22:00", "01-06 01:30", "01-06 04:30"]);
    stage.say(7, "/remind 21:00").await;
    stage.run_until(local("2026-01-06 23:00", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 21:00"]);
}

#[tokio::test(start_paused = true)]
async fn who_stops_the_bot_is_left_alone_until_they_come_back() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.intent(7, Intent::Blocked).await;
    stage.run_until(local("2026-01-08 08:00", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    stage.run_until(local("2026-01-08 12:00", Europe__Berlin)).await;
    stage.say(7, "/start").await;
    stage.run_until(local("2026-01-09 12:00", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-09 09:00"], "nothing of what was missed");
}

#[tokio::test(start_paused = true)]
async fn a_fault_with_one_learner_does_not_stop_the_others() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.learner(8, "Europe/Berlin", "09:00").await;
    stage.learner(9, "Europe/Berlin", "09:00").await;
    stage
        .sql(
            "create trigger broken before insert on reminder when new.learner = 8
             begin select raise(abort, 'disk full'); end",
        )
        .await;
    stage.run_until(local("2026-01-05 09:01", Europe__Berlin)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 09:00"]);
    assert_eq!(stage.took(9, Europe__Berlin), ["01-05 09:00"]);
    assert!(stage.took(8, Europe__Berlin).is_empty());
    assert!(!stage.round().await.is_zero(), "it does not spin");
    stage.sql("drop trigger broken").await;
    stage.run_until(local("2026-01-05 09:10", Europe__Berlin)).await;
    assert_eq!(stage.took(8, Europe__Berlin), ["01-05 09:01"], "late, but not lost");
    assert!(stage.took(7, Europe__Berlin).is_empty());
}
