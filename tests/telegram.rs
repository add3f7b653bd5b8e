//! The real edge against the local Bot API, over sockets: what arrives, what leaves, and what goes wrong.

mod common;

use chrono::TimeDelta;
use common::edge::{Bot, SOON, Stage, data_of, local_chat, say, settle_in, tap};
use liftoff::clock::Clock;
use liftoff::localchat::{Fault, FaultKind};
use serde_json::json;

#[tokio::test]
async fn a_session_from_the_first_question_to_its_end() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    let front = say(ann, handle, "/review", |seen| seen.text.contains("1 / 3")).await;
    assert!(front.rich, "screens are rich messages");
    tap(ann, handle, front.id, "Show answer", |seen| seen.text.contains("A full answer names")).await;
    tap(ann, handle, front.id, "Good", |seen| seen.text.contains("2 / 3")).await;
    tap(ann, handle, front.id, "I don't know", |seen| seen.text.contains("Now you know")).await;
    tap(ann, handle, front.id, "Next", |seen| seen.text.contains("3 / 3")).await;
    let typed = ann.send_text("-4").unwrap();
    ann.wait_for_bot(0, SOON, |seen| seen.text.contains("Right.")).await.unwrap();
    handle
        .wait("the typed answer to be tidied away", SOON, |_| ann.message(typed).is_none().then_some(()))
        .await
        .unwrap();
    tap(ann, handle, front.id, "Next", |seen| seen.text.contains("drill")).await;
    tap(ann, handle, front.id, "I don't know", |seen| seen.text.contains("Now you know")).await;
    tap(ann, handle, front.id, "Next", |seen| seen.text.contains("drill")).await;
    assert_eq!(stage.bot.count("select count(*) from review where kind = 'review'").await, 3);
    let names: Vec<String> = handle.commands().into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"review".to_owned()) && names.len() == liftoff::chat::command::LISTED);
    stage.end().await;
}

#[tokio::test]
async fn a_shared_location_sets_the_time_zone() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    let since = handle.revision();
    ann.send_location(38.7223, -9.1393).unwrap();
    let seen = ann.wait_for_bot(since, SOON, |seen| seen.text.contains("Europe/Lisbon")).await.unwrap();
    assert!(seen.text.contains("The place itself is not kept."), "{}", seen.text);
    let zone = "select count(*) from learner where zone = 'Europe/Lisbon'";
    assert_eq!(stage.bot.count(zone).await, 1);
    // The raw update, which held the place, is forgotten too.
    assert_eq!(stage.bot.count("select count(*) from inbox where body is not null").await, 0);
    stage.end().await;
}

#[tokio::test]
async fn a_server_without_rich_messages_gets_html() {
    let stage = Stage::with(false).await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    for command in ["/plan", "/week 3", "/help", "/settings", "/cards 6"] {
        let seen = say(ann, handle, command, |seen| seen.from_bot).await;
        assert!(!seen.rich && !seen.buttons.is_empty(), "{command}");
    }
    let front = say(ann, handle, "/review", |seen| seen.text.contains("1 / 3")).await;
    tap(ann, handle, front.id, "Show answer", |seen| seen.text.contains("Source")).await;
    // The one try that told that the method is not known is no fault of the bot's.
    assert_eq!(handle.calls("sendRichMessage"), 1);
    stage.bot.stop().await;
}

#[tokio::test]
async fn formulas_go_out_as_text_when_the_learner_wants_it() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    say(ann, handle, "/settings formulas plain", |seen| seen.text.contains("plain text")).await;
    let seen = say(ann, handle, "/cards 3", |seen| seen.text.contains("1 / 3")).await;
    let seen = tap(ann, handle, seen.id, "▶", |seen| seen.text.contains("2 / 3")).await;
    assert!(!seen.rich && seen.text.contains("R² < 0"), "{}", seen.text);
    stage.end().await;
}

#[tokio::test]
async fn a_second_tap_counts_nothing_and_says_so() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    let front = say(ann, handle, "/review", |seen| seen.text.contains("1 / 3")).await;
    let back = tap(ann, handle, front.id, "Show answer", |seen| seen.text.contains("Source")).await;
    let good = data_of(&back, "Good").unwrap();
    let taps: Vec<u64> = (0..3).map(|_| ann.tap_stale(front.id, &good)).collect();
    let mut said = Vec::new();
    for tap in taps {
        said.push(ann.wait_for_answer(tap, SOON).await.unwrap().text);
    }
    assert_eq!(said[0], "");
    assert!(said[1].contains("already answered") && said[2].contains("already answered"), "{said:?}");
    assert_eq!(stage.bot.count("select count(*) from review").await, 1);
    stage.end().await;
}

#[tokio::test]
async fn repeated_foreign_and_disordered_updates_change_nothing() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    let from = json!({"id": ann.id(), "is_bot": false, "first_name": "Ann"});
    let chat = json!({"id": ann.id(), "type": "private", "first_name": "Ann"});
    let done = json!({"message": {"message_id": 9_000, "date": 1_795_435_200, "from": from, "chat": chat, "text": "/done"}});
    let since = handle.revision();
    let id = handle.push_update(done.clone());
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("is done:")).await.unwrap();
    let calls = handle.calls("sendRichMessage");
    let mut again = done;
    again["update_id"] = json!(id);
    handle.push_update(again.clone());
    handle.push_update(json!({"update_id": id - 1, "message": again["message"]}));
    handle.push_update(json!({"something_new": {"x": 1}}));
    handle.push_update(json!({"message": {"broken": true}}));
    // What comes after them is answered, and they were not.
    say(ann, handle, "/help", |seen| seen.text.contains("What I can do")).await;
    assert_eq!(handle.calls("sendRichMessage"), calls + 1);
    assert_eq!(stage.bot.count("select count(*) from done_day").await, 1);
    assert_eq!(stage.bot.count("select count(*) from inbox where worked_at is null").await, 0);
    stage.end().await;
}

#[tokio::test]
async fn a_fault_with_one_update_is_told_and_stops_nobody() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    let bob = handle.add_learner("Bob");
    settle_in(ann, handle).await;
    settle_in(&bob, handle).await;
    let ann_id = ann.id();
    stage
        .bot
        .store
        .write(move |db| {
            // A real fault of the disk's kind, for one learner only.
            Ok(db.execute_batch(&format!(
                "create trigger broken before insert on done_day when new.learner = {ann_id}
                 begin select raise(abort, 'disk full'); end"
            ))?)
        })
        .await
        .unwrap();
    let told = say(ann, handle, "/done", |seen| seen.text.contains("Something broke")).await;
    assert!(told.text.contains("Reference") && !told.text.contains("disk full"), "{}", told.text);
    say(&bob, handle, "/done", |seen| seen.text.contains("is done:")).await;
    say(ann, handle, "/today", |seen| seen.text.contains("Streak")).await;
    stage.end().await;
}

#[tokio::test]
async fn waiting_is_for_the_chat_that_telegram_names() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    let bob = handle.add_learner("Bob");
    settle_in(ann, handle).await;
    settle_in(&bob, handle).await;
    handle.inject(
        Fault::once("sendRichMessage", FaultKind::TooManyRequests { retry_after: 1 }).in_chat(ann.id()),
    );
    let since = handle.revision();
    ann.send_text("/help").unwrap();
    handle
        .wait("the fault to strike", SOON, |handle| (handle.faults_left() == 0).then_some(()))
        .await
        .unwrap();
    say(&bob, handle, "/help", |seen| seen.text.contains("What I can do")).await;
    assert!(ann.from_bot_since(since).is_empty(), "Ann's answer waits while Bob's has come");
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("What I can do")).await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_and_a_lost_message_is_shown_anew() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    handle.inject(Fault::once("sendRichMessage", FaultKind::Dropped));
    let front = say(ann, handle, "/review", |seen| seen.text.contains("1 / 3")).await;
    let data = data_of(&front, "Show answer").unwrap();
    ann.delete(front.id).unwrap();
    let since = handle.revision();
    ann.tap_stale(front.id, &data);
    let anew = ann.wait_for_bot(since, SOON, |seen| seen.text.contains("Source")).await.unwrap();
    assert_ne!(anew.id, front.id);
    tap(ann, handle, anew.id, "Good", |seen| seen.text.contains("2 / 3") && seen.id == anew.id).await;
    stage.end().await;
}

#[tokio::test]
async fn a_learner_who_stops_the_bot_is_left_alone_and_finds_everything_again() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    say(ann, handle, "/done", |seen| seen.text.contains("is done:")).await;
    ann.set_blocked(true).unwrap();
    // A second learner's answer shows that the block was worked off.
    let bob = handle.add_learner("Bob");
    settle_in(&bob, handle).await;
    assert_eq!(stage.bot.count("select count(*) from learner where blocked = 1").await, 1);
    ann.set_blocked(false).unwrap();
    let today = say(ann, handle, "/start", |seen| seen.text.contains("Streak 1 day")).await;
    assert!(today.text.contains("✓"), "the day is still done: {}", today.text);
    assert_eq!(stage.bot.count("select count(*) from learner where blocked = 1").await, 0);
    stage.end().await;
}

#[tokio::test]
async fn a_refused_message_pauses_the_learner() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    handle.inject(Fault::once("sendRichMessage", FaultKind::Deactivated).in_chat(ann.id()));
    ann.send_text("/help").unwrap();
    handle
        .wait("the fault to strike", SOON, |handle| (handle.faults_left() == 0).then_some(()))
        .await
        .unwrap();
    let bob = handle.add_learner("Bob");
    settle_in(&bob, handle).await;
    assert_eq!(stage.bot.count("select blocked from learner where name = 'Ann'").await, 1);
    let waiting = "select count(*) from outbox join learner using (chat) where name = 'Ann'";
    assert_eq!(stage.bot.count(waiting).await, 0);
    stage.end().await;
}

#[tokio::test]
async fn the_start_waits_for_a_server_that_is_not_there_yet() {
    let clock = Clock::system(TimeDelta::zero());
    let folder = tempfile::tempdir().unwrap();
    // A port that is free now, and taken by the chat later.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let bot = Bot::start(&format!("http://127.0.0.1:{port}"), &folder.path().join("l.db"), &clock);
    let chat = local_chat(&clock, true, port).await;
    let handle = chat.handle();
    let ann = handle.add_learner("Ann");
    settle_in(&ann, &handle).await;
    bot.stop().await;
}

#[tokio::test]
async fn what_waits_at_the_end_is_done_after_the_next_start() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    let database = stage.database();
    stage.bot.stop().await;
    let since = handle.revision();
    ann.send_text("/done").unwrap();
    ann.send_text("/plan").unwrap();
    let bot = Bot::start(&stage.chat.url(), &database, &stage.clock);
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("is done:")).await.unwrap();
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("Week 12")).await.unwrap();
    assert_eq!(bot.count("select count(*) from inbox where worked_at is null").await, 0);
    bot.stop().await;
}

#[tokio::test]
async fn many_learners_are_served_side_by_side() {
    let stage = Stage::new().await;
    let handle = &stage.handle;
    let learners: Vec<_> = (0..20).map(|number| handle.add_learner(&format!("Learner {number}"))).collect();
    let mut running = tokio::task::JoinSet::new();
    for learner in learners {
        let handle = handle.clone();
        running.spawn(async move {
            settle_in(&learner, &handle).await;
            let front = say(&learner, &handle, "/review", |seen| seen.text.contains("1 / 3")).await;
            tap(&learner, &handle, front.id, "Show answer", |seen| seen.text.contains("Source")).await;
            tap(&learner, &handle, front.id, "Good", |seen| seen.text.contains("2 / 3")).await;
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }
    assert_eq!(stage.bot.count("select count(*) from review").await, 20);
    stage.end().await;
}
