//! The whole loop: when it wakes, and that it ends.

use chrono_tz::Tz::Europe__Berlin;

use crate::stage::{Running, local};

#[tokio::test(start_paused = true)]
async fn it_sends_to_the_second_and_goes_on() {
    let stage = crate::set_up("2026-01-05 08:59", Europe__Berlin, "09:00").await;
    stage.learner(8, "Europe/Berlin", "09:01").await;
    let running = Running::start(stage).await;
    running.pass(59).await;
    assert!(running.stage.handed.lock().unwrap().is_empty());
    running.pass(1).await;
    assert_eq!(running.stage.handed.lock().unwrap()[0].at, local("2026-01-05 09:00", Europe__Berlin));
    running.pass(60).await;
    let stage = running.stop().await;
    assert_eq!(stage.handed.lock().unwrap()[1].at, local("2026-01-05 09:01", Europe__Berlin));
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 09:00"]);
    assert_eq!(stage.took(8, Europe__Berlin), ["01-05 09:01"]);
}

#[tokio::test(start_paused = true)]
async fn a_setting_changed_while_it_sleeps_is_noticed_in_time() {
    let stage = crate::set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    let running = Running::start(stage).await;
    running.pass(7).await;
    running.stage.say(7, "/remind 08:01").await;
    running.pass(60).await;
    let stage = running.stop().await;
    assert_eq!(stage.handed.lock().unwrap()[0].at, local("2026-01-05 08:01", Europe__Berlin));
}

#[tokio::test(start_paused = true)]
async fn time_travel_wakes_it() {
    let stage = crate::set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    let running = Running::start(stage).await;
    let asleep = tokio::time::Instant::now();
    for (to, expected) in [
        ("2026-01-05 09:00", Some("01-05 09:00")),
        ("2026-01-05 23:00", None),
        ("2026-01-06 10:30", Some("01-06 10:30")),
        ("2026-01-11 14:00", Some("01-11 14:00")),
        ("2026-01-20 16:00", None),
    ] {
        running.stage.clock.travel_to(local(to, Europe__Berlin));
        running.settle().await;
        assert_eq!(running.stage.took(7, Europe__Berlin), Vec::from_iter(expected), "at {to}");
    }
    assert_eq!(tokio::time::Instant::now(), asleep, "no time passed but by travelling");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn after_a_fault_it_tries_again_soon() {
    let stage = crate::set_up("2026-01-05 08:59", Europe__Berlin, "09:00").await;
    stage.learner(8, "Europe/Berlin", "09:00").await;
    stage
        .sql(
            "create trigger broken before insert on reminder when new.learner = 7
             begin select raise(abort, 'disk full'); end",
        )
        .await;
    let running = Running::start(stage).await;
    running.pass(62).await;
    assert_eq!(running.stage.took(8, Europe__Berlin), ["01-05 09:00"]);
    running.stage.sql("drop trigger broken").await;
    running.pass(6).await;
    let stage = running.stop().await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 09:00"], "within the same minute");
}
