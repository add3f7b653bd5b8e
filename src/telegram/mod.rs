//! The edge to Telegram: long polling in, a send queue out.
//!
//! teloxide's own dispatcher moves the offset before handlers have run and loses updates when it is stopped;
//! here each raw update is stored before the offset moves, and worked off in the transaction of its effect.

mod files;
mod inbound;
mod intake;
mod outbound;
mod poll;
mod wire;

use std::sync::Arc;

use teloxide::Bot;
use tokio::sync::{mpsc, watch};

use crate::clock::Clock;
use crate::judging::{self, Judging};
use crate::sandbox::Sandbox;
use crate::service::Service;
use crate::store::{Store, StoreError};

pub use outbound::{Pace, Sender};
pub use wire::{CallError, bot, poll_patience};

/// What the edge needs to run.
#[derive(Clone)]
pub struct Edge {
    /// For getUpdates, whose answers take long.
    pub poller: Bot,
    /// For everything else.
    pub bot: Bot,
    /// The database.
    pub store: Store,
    /// The decisions.
    pub service: Arc<Service>,
    /// The time.
    pub clock: Clock,
    /// How fast messages may leave.
    pub pace: Pace,
    /// Runs learners' programs; `None` where Python is not wanted.
    pub sandbox: Option<Sandbox>,
}

/// Why the edge ended on its own.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// Telegram does not know the token.
    #[error("Telegram refuses the token: check TELOXIDE_TOKEN (BotFather shows it with /token)")]
    Token,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Serves until `shutdown` turns true: introduces itself, sends what an earlier process left, works off what
/// it left unfinished, then polls. Reminders leave meanwhile.
///
/// # Errors
/// When Telegram refuses the token, or the database cannot be read at the start.
pub async fn run(edge: Edge, mut shutdown: watch::Receiver<bool>) -> Result<(), EdgeError> {
    if !poll::introduce(&edge, &mut shutdown).await? {
        return Ok(());
    }
    let (sender, sending) = outbound::start(&edge, shutdown.clone());
    let left = edge.store.write(crate::store::outbox::left_over).await?;
    left.into_iter().for_each(|outgoing| sender.push(outgoing));
    let reminders = tokio::spawn(crate::reminder::run(
        edge.store.clone(),
        Arc::clone(&edge.service),
        edge.clock.clone(),
        {
            let sender = sender.clone();
            move |outgoing| sender.push(outgoing)
        },
        shutdown.clone(),
    ));
    let (calls, called) = mpsc::unbounded_channel();
    let judge = Judging {
        store: edge.store.clone(),
        service: Arc::clone(&edge.service),
        clock: edge.clock.clone(),
        sandbox: edge.sandbox.clone(),
        messenger: files::Post { bot: edge.bot.clone(), sender: sender.clone() },
    };
    let judge = tokio::spawn(judging::run(judge, called, shutdown.clone()));
    let intake = intake::Intake::new(&edge, sender, calls);
    let waiting = edge.store.write(crate::store::inbox::waiting).await?;
    intake.work_off(waiting, &mut shutdown).await;
    poll::poll(&edge, &intake, &mut shutdown).await;
    drop(intake);
    for task in [reminders, judge, sending] {
        if task.await.is_err() {
            tracing::error!("a task of the edge ended with a fault");
        }
    }
    Ok(())
}
