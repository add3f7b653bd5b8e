//! Updates on their way in: stored first, then worked off in order, each with its effect in one transaction.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::Edge;
use super::inbound::{self, Inbound};
use super::outbound::Sender;
use crate::chat::intent::Op;
use crate::clock::Clock;
use crate::service::{Call, Service};
use crate::store::inbox::{self, Waiting};
use crate::store::outbox::{self, Class, Outgoing};
use crate::store::{Store, StoreError};
use crate::wording::trouble;

/// How often an update is tried whose transaction fails, before it is given up.
const TRIES: u32 = 5;

/// Takes updates in and works them off.
pub(super) struct Intake {
    store: Store,
    service: Arc<Service>,
    clock: Clock,
    sender: Sender,
    calls: mpsc::UnboundedSender<Call>,
}

/// What leaves a transaction: messages, and what the judge has to know.
#[derive(Default)]
struct Done {
    outgoing: Vec<Outgoing>,
    calls: Vec<Call>,
}

impl Intake {
    pub fn new(edge: &Edge, sender: Sender, calls: mpsc::UnboundedSender<Call>) -> Self {
        Self {
            store: edge.store.clone(),
            service: Arc::clone(&edge.service),
            clock: edge.clock.clone(),
            sender,
            calls,
        }
    }

    /// Stores raw updates durably. Returns those that are new, in order, and the offset that confirms all.
    pub async fn keep(&self, updates: Vec<Value>) -> Result<(Vec<Waiting>, Option<i64>), StoreError> {
        let mut updates: Vec<Waiting> = updates
            .into_iter()
            .filter_map(|body| {
                let update_id = body.get("update_id")?.as_i64()?;
                Some(Waiting { update_id, body: body.to_string() })
            })
            .collect();
        updates.sort_by_key(|update| update.update_id);
        let offset = updates.last().map(|update| update.update_id + 1);
        let now = self.clock.now();
        let new = self
            .store
            .write(move |db| {
                let mut new = Vec::new();
                for update in updates {
                    if inbox::keep(db, update.update_id, &update.body, now)? {
                        new.push(update);
                    }
                }
                Ok(new)
            })
            .await?;
        Ok((new, offset))
    }

    /// Works updates off in order. They are handed to the writer one after the other without waiting, so that
    /// they share commits; replies leave after the commit of their effect.
    pub async fn work_off(&self, updates: Vec<Waiting>, shutdown: &mut watch::Receiver<bool>) {
        let mut open = updates;
        for tried in 1..=TRIES {
            let running: Vec<_> =
                open.into_iter().map(|update| (update.clone(), self.work(update, tried == TRIES))).collect();
            open = Vec::new();
            for (update, result) in running {
                match result.await {
                    Ok(done) => self.let_go(done),
                    Err(error) => {
                        tracing::error!(update_id = update.update_id, tried, %error, "an update could not be worked off");
                        open.push(update);
                    }
                }
            }
            if open.is_empty() || *shutdown.borrow() {
                // What is open stays in the inbox and is worked off after the next start.
                return;
            }
            let pause = tokio::time::sleep(Duration::from_secs(1 << tried));
            tokio::select! { () = pause => {}, _ = shutdown.changed() => return }
        }
    }

    fn let_go(&self, done: Done) {
        done.outgoing.into_iter().for_each(|outgoing| self.sender.push(outgoing));
        for call in done.calls {
            if self.calls.send(call).is_err() {
                tracing::info!("the judge has ended; what was handed in is judged after the next start");
            }
        }
    }

    /// One update's transaction. With `give_up` it is only marked as failed, so that it cannot stop the bot
    /// for ever.
    fn work(
        &self,
        update: Waiting,
        give_up: bool,
    ) -> impl Future<Output = Result<Done, StoreError>> + Send + use<> {
        let service = Arc::clone(&self.service);
        let now = self.clock.now();
        let inbound = inbound::read(update.update_id, &update.body);
        self.store.write(move |db| {
            let id = update.update_id;
            if !inbox::is_open(db, id)? {
                return Ok(Done::default());
            }
            let reference = reference(id);
            let mut done = Done::default();
            let mut failure = None;
            match inbound {
                _ if give_up => failure = Some(reference),
                Inbound::Learner(who, intent) => {
                    let response = service.respond(db, &who, &intent, &reference, now)?;
                    failure = response.fault;
                    done.calls = response.calls;
                    for op in response.reply {
                        let plain = response.plain_formulas;
                        done.outgoing.push(outbox::add(db, who.chat, Class::Answer, plain, op, None, now)?);
                    }
                }
                Inbound::Group { chat, callback } => {
                    let op = match callback {
                        Some(callback) => Op::Toast { callback, text: None },
                        None => Op::Send { screen: trouble::in_group(), session: None },
                    };
                    done.outgoing.push(outbox::add(db, chat, Class::Answer, false, op, None, now)?);
                }
                Inbound::Nothing => {}
            }
            inbox::finish(db, id, failure.as_deref(), now)?;
            Ok(done)
        })
    }

    /// Forgets updates that were worked off long ago.
    pub async fn prune(&self) {
        let now = self.clock.now();
        if let Err(error) = self.store.write(move |db| inbox::prune(db, now)).await {
            tracing::warn!(%error, "old updates could not be pruned");
        }
    }
}

/// A short name for a fault, found again in the log.
fn reference(update_id: i64) -> String {
    // Spread, so that neighbours look different when they are read out.
    let mixed = update_id.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    format!("{mixed:06x}")
}
