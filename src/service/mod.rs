//! One synchronous call per intent: load what it needs, take one step, save, and say what to show.
//!
//! Everything here runs inside the writer's transaction, so an answer and its effect are kept or lost
//! together. Nothing here reads the clock, waits, or knows Telegram.

mod agenda;
mod answering;
mod checkpoint;
mod coding;
mod done;
mod interview;
mod moving;
mod note;
mod overview;
mod pause;
mod place;
mod portfolio;
mod program;
mod remind;
mod report;
mod schedule;
mod settings;
mod setup;
mod sitting;
mod stats;
mod tap;
mod text;
mod turn;
mod upcoming;
mod verdict;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::chat::intent::{Intent, Op, Reply, Who};
use crate::decks::Decks;
use crate::store::{StoreError, attempt, learner};
use crate::study::card::CardId;
use crate::wording::trouble;

pub use program::Job;
pub use remind::{Reminder, tomorrow_morning};
use turn::{Turn, Turned};
pub use verdict::{Ending, Judgement};

/// The bot's decisions: what to do about an intent, and about a reminder whose time has come.
pub struct Service {
    decks: Decks,
}

/// What became of an intent.
#[derive(Debug)]
pub struct Response {
    /// What the learner sees.
    pub reply: Reply,
    /// The learner wants HTML with Unicode formulas.
    pub plain_formulas: bool,
    /// The reference of a fault of ours, if the intent met one; its effect was undone.
    pub fault: Option<String>,
    /// What the judge has to know of it.
    pub calls: Vec<Call>,
}

/// What the judge is told of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A learner handed a program in.
    HandedIn,
    /// A prompt is on a learner's screen: its programs may come soon.
    Shown(CardId),
}

impl Service {
    /// A service over these decks.
    #[must_use]
    pub fn new(decks: Decks) -> Self {
        Self { decks }
    }

    /// The decks it serves.
    #[must_use]
    pub fn decks(&self) -> &Decks {
        &self.decks
    }

    /// Does what a learner wants. It does not fail: a fault of ours undoes the intent's effect and becomes a
    /// screen with a reference, whose cause stands in the log.
    ///
    /// # Errors
    /// Only when the transaction itself is broken, so that nothing can be kept; the caller then tries again.
    pub fn respond(
        &self,
        db: &Connection,
        who: &Who,
        intent: &Intent,
        reference: &str,
        now: DateTime<Utc>,
    ) -> Result<Response, StoreError> {
        match attempt(db, |db| self.step(db, who, intent, now)) {
            Ok(Turned { reply, plain_formulas, calls }) => {
                Ok(Response { reply, plain_formulas, fault: None, calls })
            }
            Err(error) => {
                tracing::error!(%reference, %error, "an update met a fault; its effect was undone");
                let reply = fault_reply(intent, reference);
                let fault = Some(reference.to_owned());
                Ok(Response { reply, plain_formulas: false, fault, calls: Vec::new() })
            }
        }
    }

    fn step(
        &self,
        db: &Connection,
        who: &Who,
        intent: &Intent,
        now: DateTime<Utc>,
    ) -> Result<Turned, StoreError> {
        if *intent == Intent::Blocked {
            learner::set_blocked(db, who.chat, true)?;
            return Ok(Turned { reply: Reply::new(), plain_formulas: false, calls: Vec::new() });
        }
        if *intent == Intent::Unblocked && learner::find(db, who.learner)?.is_none() {
            // The first "Start" of a new learner: the command follows by itself.
            return Ok(Turned { reply: Reply::new(), plain_formulas: false, calls: Vec::new() });
        }
        let mut turn = Turn::begin(db, &self.decks, who, intent, now)?;
        match intent {
            Intent::Text { text, message } => text::text(&mut turn, text, text, *message)?,
            Intent::Formatted { text, code, message } => text::text(&mut turn, text, code, *message)?,
            Intent::Tap { data, .. } => tap::tap(&mut turn, data)?,
            Intent::File { id, name, size } => program::file(&mut turn, id, name.as_deref(), *size)?,
            Intent::Location(place) => place::shared(&mut turn, *place)?,
            Intent::Attachment(kind) => {
                if !program::attachment(&mut turn, *kind)? {
                    turn.send(trouble::attachment(*kind));
                }
            }
            Intent::Edited => turn.send(trouble::edited()),
            Intent::Blocked | Intent::Unblocked => {}
        }
        turn.end()
    }
}

fn fault_reply(intent: &Intent, reference: &str) -> Reply {
    let send = Op::Send { screen: trouble::fault(reference), session: None };
    match intent {
        Intent::Tap { callback, .. } => {
            let text = Some(trouble::fault_toast(reference));
            vec![Op::Toast { callback: callback.clone(), text }, send]
        }
        _ => vec![send],
    }
}
