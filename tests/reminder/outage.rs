//! Reminders when the bot was down, when it crashes, when there are two of it, and when Telegram is away.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz::Europe__Berlin;
use liftoff::chat::token::Token;
use liftoff::clock::Clock;
use liftoff::localchat::{Fault, FaultKind};
use liftoff::reminder;
use liftoff::store::outbox;

use crate::common::edge;
use crate::set_up;
use crate::stage::{Stage, local};

fn berlin(text: &str) -> DateTime<Utc> {
    local(text, Europe__Berlin)
}

#[tokio::test(start_paused = true)]
async fn after_the_bot_was_down_one_message_and_none_that_is_six_hours_late() {
    for (up_again, expected) in [
        ("2026-01-05 12:00", vec!["01-05 12:00", "01-06 09:00"]),
        ("2026-01-05 15:00", vec!["01-05 15:00", "01-06 09:00"]),
        ("2026-01-05 15:01", vec!["01-06 09:00"]),
        ("2026-01-05 16:00", vec!["01-06 09:00"]),
        ("2026-01-10 08:00", vec!["01-10 09:00"]),
        ("2026-01-10 10:00", vec!["01-10 10:00", "01-11 09:00"]),
        ("2026-01-10 20:00", vec!["01-11 09:00"]),
    ] {
        let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
        stage.run_until(berlin("2026-01-05 08:30")).await;
        stage.down_until(berlin(up_again)).await;
        stage.run_until(berlin(up_again) + TimeDelta::minutes(24 * 60 - 10)).await;
        assert_eq!(stage.took(7, Europe__Berlin), expected, "down until {up_again}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_was_too_late_comes_when_it_is_moved_to_later_that_day() {
    let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
    stage.down_until(berlin("2026-01-05 16:00")).await;
    stage.run_until(berlin("2026-01-05 17:00")).await;
    assert!(stage.took(7, Europe__Berlin).is_empty());
    stage.say(7, "/remind 20:00").await;
    stage.run_until(berlin("2026-01-05 21:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-05 20:00"]);
    // Now the day had its reminder.
    stage.say(7, "/remind 22:00").await;
    stage.run_until(berlin("2026-01-06 23:00")).await;
    assert_eq!(stage.took(7, Europe__Berlin), ["01-06 22:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_snooze_that_the_bot_slept_through() {
    for (up_again, expected) in [
        ("2026-01-05 14:00", vec!["01-05 14:00"]),
        ("2026-01-05 17:00", vec![]),
        ("2026-01-06 10:00", vec!["01-06 10:00"]),
    ] {
        let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
        stage.run_until(berlin("2026-01-05 09:10")).await;
        stage.took(7, Europe__Berlin);
        stage.tap(7, Token::Snooze(1)).await;
        stage.down_until(berlin(up_again)).await;
        stage.run_until(berlin(up_again) + TimeDelta::hours(5)).await;
        assert_eq!(stage.took(7, Europe__Berlin), expected, "down until {up_again}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_before_at_and_after_the_time() {
    for second in [-3600, -1, 0, 1, 60] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("liftoff.db");
        let restart = berlin("2026-01-05 09:00") + TimeDelta::seconds(second);
        let clock = Clock::tokio(berlin("2026-01-05 07:00"));
        let first = Stage::open(&path, &clock);
        first.learner(7, "Europe/Berlin", "09:00").await;
        first.run_until(restart).await;
        let mut took = first.took(7, Europe__Berlin);
        first.close();
        let second_process = Stage::open(&path, &clock);
        second_process.run_until(berlin("2026-01-06 12:00")).await;
        took.extend(second_process.took(7, Europe__Berlin));
        assert_eq!(took, ["01-05 09:00", "01-06 09:00"], "restarted {second} s after the time");
    }
}

#[tokio::test(start_paused = true)]
async fn two_bots_on_one_database_send_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("liftoff.db");
    let clock = Clock::tokio(berlin("2026-01-05 08:00"));
    let (one, two) = (Stage::open(&path, &clock), Stage::open(&path, &clock));
    for learner in 1..=4 {
        one.learner(learner, "Europe/Berlin", "09:00").await;
    }
    const DAYS: i64 = 25;
    for day in 0..DAYS {
        for at in [berlin("2026-01-05 09:00"), berlin("2026-01-05 10:00")] {
            one.down_until(at + TimeDelta::days(day)).await;
            // Their writers are threads of their own: who is first is left to chance, every time.
            tokio::join!(one.round(), two.round(), one.round(), two.round());
            if at == berlin("2026-01-05 09:00") {
                one.tap(1, Token::Snooze(1)).await;
            }
        }
    }
    for learner in 1..=4 {
        let took = one.took(learner, Europe__Berlin).len() + two.took(learner, Europe__Berlin).len();
        assert_eq!(took as i64, if learner == 1 { 2 * DAYS } else { DAYS }, "learner {learner}");
    }
    assert_eq!(one.count("select count(*) from outbox where class = 'reminder'").await, 5 * DAYS);
}

#[tokio::test(start_paused = true)]
async fn a_crash_between_decision_and_sending() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("liftoff.db");
    let clock = Clock::tokio(berlin("2026-01-05 08:00"));
    let crashed = Stage::open(&path, &clock);
    crashed.learner(7, "Europe/Berlin", "09:00").await;
    crashed.learner(8, "Europe/Berlin", "09:00").await;
    crashed.down_until(berlin("2026-01-05 09:00")).await;
    // The decision is durable; the process dies before the send queue has it.
    reminder::round(&crashed.store, &crashed.service, &clock, &|_| {}).await.unwrap();
    // It dies a second time when it has claimed one of the two: that may have been sent.
    let now = clock.now();
    let claimed = crashed
        .store
        .write(move |db| {
            let left = outbox::left_over(db)?;
            assert_eq!(left.len(), 2);
            assert!(outbox::claim(db, left[0].id, now)?);
            Ok(left[0].chat)
        })
        .await
        .unwrap();
    let again = Stage::open(&path, &clock);
    again.run_until(berlin("2026-01-05 09:30")).await;
    assert!(again.handed.lock().unwrap().is_empty(), "it was decided before");
    let left = again.store.write(outbox::left_over).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_ne!(left[0].chat, claimed);
    let id = left[0].id;
    let claims = again.store.write(move |db| Ok((outbox::claim(db, id, now)?, outbox::claim(db, id, now)?)));
    assert_eq!(claims.await.unwrap(), (true, false), "once");
    assert_eq!(again.count("select count(*) from outbox").await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_reminder_that_waits_is_withdrawn_when_it_has_no_point_any_more() {
    for (said, left) in [("/done", 0), ("/remind off", 0), ("/help", 1), ("/remind 10:00", 1)] {
        let stage = set_up("2026-01-05 08:00", Europe__Berlin, "09:00").await;
        stage.learner(8, "Europe/Berlin", "09:00").await;
        stage.run_until(berlin("2026-01-05 09:01")).await;
        stage.say(7, said).await;
        let waiting = stage.store.write(outbox::left_over).await.unwrap();
        let of = |chat| waiting.iter().filter(|outgoing| outgoing.chat == chat).count();
        assert_eq!((of(7), of(8)), (left, 1), "{said}");
    }
}

/// A learner of the real edge whose reminder Telegram refuses for a while: the bot is stopped with the message
/// still waiting, and started again after some hours. Returns how often the reminder was sent.
async fn refused_for_hours(hours: i64) -> usize {
    let stage = edge::Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    edge::settle_in(ann, handle).await;
    let next = stage.bot.store.write(liftoff::store::reminder::next).await.unwrap().unwrap();
    let refusal = FaultKind::TooManyRequests { retry_after: 3600 };
    handle.inject(Fault::once("sendRichMessage", refusal).in_chat(ann.id()));
    handle.travel_to(next);
    // Somebody else is served meanwhile, until the refusal has struck.
    let bob = handle.add_learner("Bob");
    edge::settle_in(&bob, handle).await;
    tokio::time::timeout(edge::SOON, async {
        while handle.faults_left() > 0 {
            edge::say(&bob, handle, "/help", |seen| seen.text.contains("What I can do")).await;
        }
    })
    .await
    .expect("the reminder is tried");
    let database = stage.database();
    stage.bot.stop().await;
    assert_eq!(waiting(&database), 1, "it stays in the outbox, not claimed");
    let since = handle.revision();
    handle.travel_to(next + TimeDelta::hours(hours));
    let bot = edge::Bot::start(&stage.chat.url(), &database, &stage.clock);
    // It serves again, and ends only when what was left over has had its turn.
    edge::say(ann, handle, "/help", |seen| seen.text.contains("What I can do")).await;
    bot.stop().await;
    assert_eq!(waiting(&database), 0);
    ann.from_bot_since(since).iter().filter(|seen| seen.text.contains("Good ")).count()
}

/// Reminders in the outbox of a bot that has ended.
fn waiting(database: &Path) -> i64 {
    let db = liftoff::store::open(database).unwrap();
    let sql = "select count(*) from outbox where class = 'reminder' and claimed_at is null";
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn an_outage_at_telegram_delays_a_reminder_by_six_hours_at_the_most() {
    assert_eq!(refused_for_hours(5).await, 1);
    assert_eq!(refused_for_hours(7).await, 0);
}
