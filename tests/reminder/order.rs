//! Learners of the same minute are sent to in the order of their last activity, down to the wire.

use chrono::TimeDelta;
use chrono_tz::Tz::Europe__Berlin;

use crate::common::edge;
use crate::stage::{Stage, local};

#[tokio::test(start_paused = true)]
async fn of_one_minute_who_was_active_last_comes_first() {
    let berlin = |text| local(text, Europe__Berlin);
    let stage = Stage::new(berlin("2026-01-05 08:00"));
    for learner in 1..=6 {
        stage.learner(learner, "Europe/Berlin", "09:00").await;
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
    }
    stage.learner(9, "Europe/Berlin", "08:59").await;
    for learner in [2, 5, 3] {
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        stage.say(learner, "/help").await;
    }
    // A learner of a database that did not note activity yet.
    stage.sql("update learner set active_at = null where id = 6").await;
    stage.down_until(berlin("2026-01-05 09:00")).await;
    stage.round().await;
    let order: Vec<i64> = stage.handed.lock().unwrap().iter().map(|handed| handed.outgoing.chat).collect();
    assert_eq!(order, [9, 3, 5, 2, 4, 1, 6]);
    // A reminder that comes is no activity of the learner's, and their order is the same the next day.
    stage.handed.lock().unwrap().clear();
    stage.sql("update learner set next_reminder_at = null where id = 9").await;
    stage.down_until(berlin("2026-01-06 09:00")).await;
    stage.tap(1, liftoff::chat::token::Token::Today).await;
    stage.round().await;
    let order: Vec<i64> = stage.handed.lock().unwrap().iter().map(|handed| handed.outgoing.chat).collect();
    assert_eq!(order, [1, 3, 5, 2, 4, 6]);
}

#[tokio::test]
async fn the_order_survives_the_rate_limit_to_the_wire() {
    let stage = edge::Stage::new().await;
    let handle = &stage.handle;
    let learners: Vec<_> = (1..=5).map(|number| handle.add_learner(&format!("L{number}"))).collect();
    for learner in &learners {
        edge::settle_in(learner, handle).await;
    }
    for index in [2, 0, 3] {
        edge::say(&learners[index], handle, "/help", |seen| seen.text.contains("What I can do")).await;
    }
    let next = stage.bot.store.write(liftoff::store::reminder::next).await.unwrap().unwrap();
    let (database, since) = (stage.database(), handle.revision());
    stage.bot.stop().await;
    handle.travel_to(next + TimeDelta::seconds(1));
    let started = tokio::time::Instant::now();
    let bot = edge::Bot::paced(&stage.chat.url(), &database, &stage.clock, 1);
    let mut arrived = Vec::new();
    for (number, learner) in learners.iter().enumerate() {
        let seen = learner.wait_for_bot(since, edge::SOON, |seen| seen.text.contains("Week 1, day")).await;
        arrived.push((seen.unwrap().revision, number));
    }
    assert!(started.elapsed().as_secs() >= 3, "the limit of one a second was not in force");
    arrived.sort_unstable();
    let order: Vec<usize> = arrived.into_iter().map(|(_, number)| number).collect();
    assert_eq!(order, [3, 0, 2, 4, 1]);
    bot.stop().await;
}
