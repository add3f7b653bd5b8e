//! The softmax prompt of the test decks: a right program, and learners who are at it.

use liftoff::localchat::{Handle, Learner, Seen};

use super::edge::{say, settle_in};

pub const RIGHT: &str = "def softmax(z, temperature=1.0):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    from math import exp
    m = max(z)
    e = [exp((x - m) / temperature) for x in z]
    return [x / sum(e) for x in e]";

pub async fn open_prompt(learner: &Learner, handle: &Handle) -> Seen {
    say(learner, handle, "/start code_stable-softmax", |seen| seen.text.contains("Write softmax")).await
}

/// 50 learners at the prompt.
pub async fn fifty(handle: &Handle) -> Vec<Learner> {
    let mut learners = Vec::new();
    for number in 0..50 {
        let learner = handle.add_learner(&format!("Learner {number}"));
        settle_in(&learner, handle).await;
        open_prompt(&learner, handle).await;
        learners.push(learner);
    }
    learners
}
