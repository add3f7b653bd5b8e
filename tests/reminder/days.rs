//! Days of the week, also when the bot was down.

use chrono::TimeDelta;
use chrono_tz::Tz::{Asia__Tokyo, Europe__Berlin, Pacific__Pago_Pago};
use liftoff::chat::token::{Setting, Token};
use liftoff::study::calendar::Weekdays;

use crate::set_up;
use crate::stage::local;

/// 9 January 2026 is a Friday.
#[tokio::test(start_paused = true)]
async fn a_friday_that_was_slept_through_is_not_a_saturday() {
    for (up_again, expected) in [
        ("2026-01-09 22:30", vec!["01-09 23:00", "01-12 23:00"]),
        ("2026-01-10 02:00", vec!["01-10 02:00", "01-12 23:00"]),
        ("2026-01-10 05:00", vec!["01-10 05:00", "01-12 23:00"]),
        ("2026-01-10 05:01", vec!["01-12 23:00"]),
        ("2026-01-10 23:30", vec!["01-12 23:00"]),
        ("2026-01-11 23:30", vec!["01-12 23:00"]),
    ] {
        let stage = set_up("2026-01-08 23:30", Europe__Berlin, "23:00").await;
        stage.say(7, "/remind 23:00 weekdays").await;
        stage.down_until(local(up_again, Europe__Berlin)).await;
        stage.run_until(local("2026-01-13 12:00", Europe__Berlin)).await;
        assert_eq!(stage.took(7, Europe__Berlin), expected, "up again {up_again}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_on_its_days_across_a_change_of_clocks() {
    let stage = set_up("2026-03-27 12:00", Europe__Berlin, "02:30").await;
    stage.say(7, "/remind 2:30 sun-mon").await;
    stage.run_until(local("2026-04-06 12:00", Europe__Berlin)).await;
    let expected = ["03-29 03:00", "03-30 02:30", "04-05 02:30", "04-06 02:30"];
    assert_eq!(stage.took(7, Europe__Berlin), expected);
}

#[tokio::test(start_paused = true)]
async fn the_day_of_the_week_is_that_of_the_place() {
    let stage = set_up("2026-01-05 12:00", Asia__Tokyo, "09:00").await;
    stage.say(7, "/remind days Wed").await;
    stage.run_until(local("2026-01-07 10:00", Asia__Tokyo)).await;
    assert_eq!(stage.took(7, Asia__Tokyo), ["01-07 09:00"]);
    // There it is Tuesday afternoon; tomorrow is the Wednesday that was reminded already.
    stage.say(7, "/timezone Pacific/Pago_Pago").await;
    stage.run_until(local("2026-01-15 10:00", Pacific__Pago_Pago)).await;
    assert_eq!(stage.took(7, Pacific__Pago_Pago), ["01-14 09:00"]);
}

#[tokio::test(start_paused = true)]
async fn changed_days_count_at_once() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.tap(7, Token::Set(Setting::Days(Weekdays::WEEKEND.bits()))).await;
    stage.run_until(local("2026-01-09 10:00", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    stage.tap(7, Token::Set(Setting::Days(Weekdays::ALL.bits()))).await;
    stage.run_until(local("2026-01-09 23:00", Europe__Berlin)).await;
    assert!(stage.took(7, Europe__Berlin).is_empty(), "nine o'clock is over");
    stage.run_until(local("2026-01-10 10:00", Europe__Berlin) + TimeDelta::days(1)).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-10 09:00", "01-11 09:00"]);
}
