//! The send queue: everything that leaves goes through here.
//!
//! Each chat's messages leave in their order, chats in parallel; answers go before reminders. A `retry_after`
//! holds only the chat it names; a network or server fault is tried again with growing pauses; a chat that
//! refuses is paused. A toast has no order and leaves at once.

mod attempt;
mod lanes;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use super::Edge;
use crate::store::outbox::Outgoing;
use attempt::{Attempt, Outcome};
use lanes::{Lanes, Parcel};

/// Calls under way at the same time. teloxide's client holds a call for ten seconds after a server fault, so
/// there must be room for others.
const UNDER_WAY: usize = 256;
/// Longest pause between two tries of one message.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long the end waits for calls under way.
const LAST_CALLS: Duration = Duration::from_secs(8);
/// A toast's tap is forgotten by Telegram after about a minute.
const TOAST_TRIES: u32 = 3;
/// A server that can't take a picture must not keep the words behind it: so it is soon given up.
const PICTURE_TRIES: u32 = 3;

/// How fast messages may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Messages a second over all chats; `None` is as fast as the server answers. Telegram allows about 30.
    pub per_second: Option<u32>,
}

/// Hands messages to the send queue; clones share it.
#[derive(Clone, Debug)]
pub struct Sender {
    queue: mpsc::UnboundedSender<Outgoing>,
}

impl Sender {
    /// Queues a message that stands in the outbox.
    pub fn push(&self, outgoing: Outgoing) {
        if self.queue.send(outgoing).is_err() {
            tracing::info!("the send queue has ended; the message stays in the outbox for the next start");
        }
    }
}

/// Starts the queue. It ends when `shutdown` turns true and the calls under way are through; what has not
/// left by then stays in the outbox.
pub(super) fn start(edge: &Edge, shutdown: watch::Receiver<bool>) -> (Sender, JoinHandle<()>) {
    let (queue, incoming) = mpsc::unbounded_channel();
    let attempt = Arc::new(Attempt::new(edge.bot.clone(), edge.store.clone(), edge.clock.clone()));
    let task = tokio::spawn(run(incoming, attempt, edge.pace, shutdown));
    (Sender { queue }, task)
}

async fn run(
    mut incoming: mpsc::UnboundedReceiver<Outgoing>,
    attempt: Arc<Attempt>,
    pace: Pace,
    mut shutdown: watch::Receiver<bool>,
) {
    let mut lanes = Lanes::new(pace.per_second, Instant::now());
    let mut calls: JoinSet<(Parcel, Outcome)> = JoinSet::new();
    loop {
        while calls.len() < UNDER_WAY
            && let Some(parcel) = lanes.next(Instant::now())
        {
            let attempt = Arc::clone(&attempt);
            calls.spawn(async move { attempt.make(parcel).await });
        }
        let wake = lanes.wake(Instant::now());
        tokio::select! {
            Some(outgoing) = incoming.recv() => lanes.push(outgoing),
            Some(done) = calls.join_next(), if !calls.is_empty() => settle(&mut lanes, done),
            () = tokio::time::sleep(wake.unwrap_or(LONGEST_PAUSE)), if calls.len() < UNDER_WAY => {}
            _ = shutdown.wait_for(|stop| *stop) => break,
        }
    }
    // Answers that were handed in before the end still leave, within the time that is given.
    let last_calls = async {
        while let Ok(outgoing) = incoming.try_recv() {
            lanes.push(outgoing);
        }
        loop {
            while let Some(parcel) = lanes.next(Instant::now()) {
                let attempt = Arc::clone(&attempt);
                calls.spawn(async move { attempt.make(parcel).await });
            }
            match calls.join_next().await {
                Some(Ok((parcel, Outcome::Sent | Outcome::Dropped))) => lanes.done(&parcel),
                Some(_) => {}
                None => break,
            }
        }
    };
    if tokio::time::timeout(LAST_CALLS, last_calls).await.is_err() {
        tracing::info!("some messages did not leave in time; they leave after the next start");
    }
}

fn settle(lanes: &mut Lanes, done: Result<(Parcel, Outcome), tokio::task::JoinError>) {
    let (parcel, outcome) = match done {
        Ok(done) => done,
        Err(error) => {
            // The row stays in the outbox; its chat is let go so that later messages are not held.
            tracing::error!(panic = error.is_panic(), "sending a message met a fault");
            lanes.release_lost();
            return;
        }
    };
    match outcome {
        Outcome::Sent | Outcome::Dropped => lanes.done(&parcel),
        Outcome::Blocked => lanes.drop_chat(&parcel),
        Outcome::Held(pause) => lanes.hold(parcel, Instant::now() + pause),
        Outcome::Failed => {
            let pause = Duration::from_secs(1u64 << parcel.tries.min(6)).min(LONGEST_PAUSE);
            lanes.hold(parcel, Instant::now() + pause);
        }
    }
}
