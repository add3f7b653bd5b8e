//! The loop that sends reminders: sleeps until the next one, decides in one transaction, hands it to the
//! send queue.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::chat::intent::Op;
use crate::clock::Clock;
use crate::service::Service;
use crate::store::outbox::{self, Class, Outgoing};
use crate::store::{Store, StoreError, reminder};

/// Longest sleep: a changed setting or a machine that was suspended is noticed after this at the latest.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);
/// Pause after a fault, so that it cannot spin.
const FAULT_PAUSE: Duration = Duration::from_secs(5);

/// Sends reminders through `hand` until `shutdown` turns true. A fault with one learner is logged and does not stop the
/// others.
pub async fn run(
    store: Store,
    service: Arc<Service>,
    clock: Clock,
    hand: impl Fn(Outgoing) + Send + Sync,
    mut shutdown: watch::Receiver<bool>,
) {
    let mut moves = clock.moves();
    while !*shutdown.borrow() {
        let pause = match round(&store, &service, &clock, &hand).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "reminders wait");
                FAULT_PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = moves.changed() => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}

/// Sends what is due and returns how long to sleep.
///
/// # Errors
/// When the database cannot tell who is due.
pub async fn round(
    store: &Store,
    service: &Arc<Service>,
    clock: &Clock,
    hand: &(impl Fn(Outgoing) + Sync),
) -> Result<Duration, StoreError> {
    let now = clock.now();
    let due = store.write(move |db| reminder::due(db, now)).await?;
    let mut failed = false;
    for learner in due {
        let service = Arc::clone(service);
        let decided = store
            .write(move |db| {
                let Some(reminder) = service.remind(db, learner, now)? else { return Ok(None) };
                let op = Op::Send { screen: reminder.screen, session: None };
                let (chat, plain) = (reminder.chat, reminder.plain_formulas);
                outbox::add(db, chat, Class::Reminder, plain, op, Some(reminder.expires_at), now).map(Some)
            })
            .await;
        match decided {
            Ok(Some(outgoing)) => hand(outgoing),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "one reminder failed");
                failed = true;
            }
        }
    }
    if failed {
        return Ok(FAULT_PAUSE);
    }
    let next = store.write(reminder::next).await?;
    let until = next.map_or(LONGEST_SLEEP, |at| (at - clock.now()).to_std().unwrap_or_default());
    Ok(until.min(LONGEST_SLEEP))
}
