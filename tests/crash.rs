//! `kill -9` at random moments under a stream of answers: every answer is counted once, none is lost.

mod common;

use std::path::Path;
use std::process::Child;

use chrono::TimeDelta;
use common::edge::{SOON, data_of, local_chat, process, settle_in};
use liftoff::clock::Clock;
use liftoff::localchat::{Handle, Learner, Seen};
use liftoff::store;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Learners who answer at the same time.
const LEARNERS: usize = 6;
/// How often the bot is killed.
const KILLS: usize = 12;

fn start(url: &str, data: &Path) -> Child {
    process(url, data).env("LIFTOFF_NO_PYTHON", "true").spawn().unwrap()
}

/// What a learner taps on a screen, and whether that is an answer that must be counted.
fn next_tap(seen: &Seen) -> Option<(String, bool)> {
    let tap = |label: &str, counts| data_of(seen, label).map(|data| (data, counts));
    tap("Show answer", false)
        .or_else(|| tap("Good", true))
        .or_else(|| tap("I don't know", true))
        .or_else(|| tap("Next", false))
        // The session is over: another quiz goes on for ever, its answers are practice.
        .or_else(|| tap("Another quiz", false))
        .or_else(|| tap("Quiz", false))
}

/// Taps through sessions until `rounds` answers are given. Each tap waits for its effect, over any number of
/// restarts; some are doubled. Returns how many answers were given.
async fn answer(learner: Learner, handle: Handle, rounds: usize, seed: u64) -> usize {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let since = handle.revision();
    learner.send_text("/review").unwrap();
    let mut seen = learner.wait_for_bot(since, SOON, |seen| seen.text.contains("1 / 3")).await.unwrap();
    let mut answers = 0;
    while answers < rounds {
        let (data, counts) = next_tap(&seen).unwrap_or_else(|| panic!("nothing to tap: {seen:?}"));
        let since = handle.revision();
        learner.tap_stale(seen.id, &data);
        if chance.next_u32().is_multiple_of(4) {
            learner.tap_stale(seen.id, &data);
        }
        answers += usize::from(counts);
        let old = seen.buttons.clone();
        let changed = |now: &Seen| now.id == seen.id && now.buttons != old && !now.buttons.is_empty();
        seen = learner
            .wait_for_bot(since, SOON * 3, changed)
            .await
            .unwrap_or_else(|_| panic!("answer {answers} had no effect: {old:?}"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_it_counts_every_answer_once() {
    let clock = Clock::system(TimeDelta::zero());
    let folder = tempfile::tempdir().unwrap();
    let chat = local_chat(&clock, true, 0).await;
    let handle = chat.handle();
    let mut bot = start(&chat.url(), folder.path());
    let mut learners = Vec::new();
    for number in 0..LEARNERS {
        let learner = handle.add_learner(&format!("Learner {number}"));
        settle_in(&learner, &handle).await;
        learners.push(learner);
    }
    let mut running = tokio::task::JoinSet::new();
    for (number, learner) in learners.into_iter().enumerate() {
        running.spawn(answer(learner, handle.clone(), 40, number as u64));
    }
    let mut chance = ChaCha8Rng::seed_from_u64(2026);
    for _ in 0..KILLS {
        // The moment is a random number of calls away, so it falls anywhere between storing and sending.
        let calls = |handle: &Handle| handle.calls("editMessageText") + handle.calls("answerCallbackQuery");
        let target = calls(&handle) + 1 + u64::from(chance.next_u32() % 25);
        handle
            .wait("more calls", SOON, |handle| (calls(handle) >= target).then_some(()))
            .await
            .expect("the stream of answers goes on until the last kill");
        bot.kill().unwrap();
        bot.wait().unwrap();
        bot = start(&chat.url(), folder.path());
    }
    let mut given = 0;
    while let Some(done) = running.join_next().await {
        given += done.unwrap();
    }
    bot.kill().unwrap();
    bot.wait().unwrap();

    let db = store::open(&folder.path().join("liftoff.db")).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize;
    assert_eq!(given, LEARNERS * 40);
    assert_eq!(count("select count(*) from review"), given, "every answer is counted, and once");
    assert_eq!(count("select count(*) from session_item where outcome = 'answered' and review is null"), 0);
    assert_eq!(
        count(
            "select count(*) from review r where not exists (select 1 from session_item i where i.review = r.id)"
        ),
        0,
        "every counted answer belongs to a question"
    );
}
