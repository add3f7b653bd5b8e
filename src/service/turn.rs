//! One turn of the conversation: who speaks, when, and what has been said so far.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Connection;

use super::{Call, upcoming};
use crate::chat::intent::{Intent, Op, Reply, Who};
use crate::chat::screen::Screen;
use crate::decks::Decks;
use crate::store::StoreError;
use crate::store::learner::{self, Learner};
use crate::store::session::{self, Session, SessionKind};
use crate::study::calendar::{self, StudyDay};
use crate::wording;

/// What an intent's handlers share.
pub(super) struct Turn<'a> {
    pub db: &'a Connection,
    pub decks: &'a Decks,
    pub now: DateTime<Utc>,
    pub learner: Learner,
    /// The learner wrote for the first time.
    pub is_new: bool,
    /// The message below which a tapped button stands.
    tapped: Option<i32>,
    callback: Option<String>,
    toast: Option<String>,
    ops: Vec<Op>,
    calls: Vec<Call>,
    before: Option<Learner>,
}

/// What came of a turn.
pub(super) struct Turned {
    /// What the bot does.
    pub reply: Reply,
    /// The learner wants HTML with Unicode formulas.
    pub plain_formulas: bool,
    /// What the judge has to know.
    pub calls: Vec<Call>,
}

impl<'a> Turn<'a> {
    pub fn begin(
        db: &'a Connection,
        decks: &'a Decks,
        who: &Who,
        intent: &Intent,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let before = learner::find(db, who.learner)?;
        let is_new = before.is_none();
        let mut learner = before.clone().unwrap_or_else(|| super::setup::newcomer(who, now));
        learner.chat = who.chat;
        learner.name.clone_from(&who.name);
        if learner.blocked {
            // What was missed meanwhile is not made up for: the next reminder is the next one that comes.
            learner.blocked = false;
            if learner.next_reminder_at.is_some() || learner.next_nudge_at.is_some() {
                upcoming::plan(db, &mut learner, now)?;
            }
            learner.snoozed_until = None;
        }
        learner.active_at = Some(now);
        if is_new {
            // Rows of the same turn refer to it.
            learner::save(db, &learner)?;
        }
        let (tapped, callback) = match intent {
            Intent::Tap { message, callback, .. } => (*message, Some(callback.clone())),
            _ => (None, None),
        };
        let (ops, calls) = (Vec::new(), Vec::new());
        Ok(Self { db, decks, now, learner, is_new, tapped, callback, toast: None, ops, calls, before })
    }

    /// A turn in which the bot speaks by itself.
    pub fn unasked(db: &'a Connection, decks: &'a Decks, learner: Learner, now: DateTime<Utc>) -> Self {
        let before = Some(learner.clone());
        let (ops, calls) = (Vec::new(), Vec::new());
        let (tapped, callback, toast) = (None, None, None);
        Self { db, decks, now, learner, is_new: false, tapped, callback, toast, ops, calls, before }
    }

    /// Saves the learner and hands out what was said; a tap is always answered, and first.
    pub fn end(mut self) -> Result<Turned, StoreError> {
        if self.before.as_ref() != Some(&self.learner) {
            learner::save(self.db, &self.learner)?;
        }
        if let Some(callback) = self.callback {
            self.ops.insert(0, Op::Toast { callback, text: self.toast });
        }
        let plain_formulas = self.learner.plain_formulas;
        Ok(Turned { reply: self.ops, plain_formulas, calls: self.calls })
    }

    /// The learner's study day.
    pub fn today(&self) -> StudyDay {
        calendar::study_day(self.now, self.learner.zone, self.learner.day_start)
    }

    /// The week that the plan has reached; the first one before it begins.
    pub fn week(&self) -> u8 {
        calendar::plan_day(self.learner.start_day, self.today()).weeks_reached().max(1)
    }

    /// Shows a screen in place of the tapped one, or as a new message.
    pub fn show(&mut self, screen: Screen) {
        match self.tapped {
            Some(message) => self.ops.push(Op::Edit { message, screen, session: None }),
            None => self.send(screen),
        }
    }

    /// Shows a screen as a new message.
    pub fn send(&mut self, screen: Screen) {
        self.ops.push(Op::Send { screen, session: None });
    }

    /// Shows a session in its one message: the tapped one, or a new one at the end of the chat.
    pub fn show_session(&mut self, session: &mut Session, screen: Screen) -> Result<(), StoreError> {
        let old = session.message;
        session.message = self.tapped;
        session::save(self.db, session)?;
        if let Some(old) = old.filter(|old| Some(*old) != self.tapped) {
            self.ops.push(Op::Buttons { message: old, buttons: Vec::new() });
        }
        let session = Some(session.id);
        self.ops.push(match self.tapped {
            Some(message) => Op::Edit { message, screen, session },
            None => Op::Send { screen, session },
        });
        Ok(())
    }

    /// Shows a session in a new message at the end of the chat, and takes the buttons off the one before.
    pub fn show_session_below(&mut self, session: &mut Session, screen: Screen) -> Result<(), StoreError> {
        let old = session.message.take();
        session::save(self.db, session)?;
        if let Some(message) = old {
            self.ops.push(Op::Buttons { message, buttons: Vec::new() });
        }
        self.ops.push(Op::Send { screen, session: Some(session.id) });
        Ok(())
    }

    /// Sends a text file.
    pub fn document(&mut self, name: String, content: String) {
        self.ops.push(Op::Document { name, content });
    }

    /// Sends a picture.
    pub fn picture(&mut self, svg: String, caption: String) {
        self.ops.push(Op::Picture { svg, caption });
    }

    /// Shows that an answer is under way.
    pub fn typing(&mut self) {
        self.ops.push(Op::Typing);
    }

    /// Tells the judge something, once the turn's effect is kept.
    pub fn call(&mut self, call: Call) {
        self.calls.push(call);
    }

    /// Shows a session after a typed answer: its message changes in place, and the answer, which it repeats,
    /// is taken out of the chat, so that the question does not scroll away.
    pub fn show_typed(&mut self, session: &Session, screen: Screen, typed: i32) -> Result<(), StoreError> {
        session::save(self.db, session)?;
        let id = Some(session.id);
        match session.message {
            Some(message) => {
                self.ops.push(Op::Edit { message, screen, session: id });
                self.ops.push(Op::Delete { message: typed });
            }
            None => self.ops.push(Op::Send { screen, session: id }),
        }
        Ok(())
    }

    /// Replaces the buttons of the tapped message.
    pub fn replace_buttons(&mut self, buttons: Vec<Vec<crate::chat::screen::Button>>) {
        if let Some(message) = self.tapped {
            self.ops.push(Op::Buttons { message, buttons });
        }
    }

    /// Replaces the buttons of a session's message, wherever it stands.
    pub fn close_message(&mut self, session: &Session) {
        if let Some(message) = session.message.filter(|message| Some(*message) != self.tapped) {
            let buttons = wording::session::over_buttons(session.kind == SessionKind::Code);
            self.ops.push(Op::Buttons { message, buttons });
        }
    }

    /// The message below which a tapped button stands.
    pub fn tapped(&self) -> Option<i32> {
        self.tapped
    }

    /// Answers the tap with a short text.
    pub fn toast(&mut self, text: impl Into<String>) {
        self.toast = Some(text.into());
    }

    /// Computes anew when the reminder and the nudge come: after their time, the zone, a pause or the first
    /// questions changed. A day that was reminded already is left out.
    pub fn plan_reminder(&mut self) -> Result<(), StoreError> {
        upcoming::plan(self.db, &mut self.learner, self.now)
    }

    /// "tomorrow 07:30" for an instant in the learner's zone.
    pub fn when(&self, at: DateTime<Utc>) -> String {
        let zone = self.learner.zone;
        let (then, now) = (zone.local(at), zone.local(self.now));
        let day = match (then.date() - now.date()).num_days() {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            _ => calendar::short_date(then.date(), now.date()),
        };
        format!("{day} {}", then.format("%H:%M"))
    }

    /// "14:05": what the learner's clocks show now.
    pub fn local_time(&self) -> String {
        self.learner.zone.local(self.now).format("%H:%M").to_string()
    }

    /// "Mon 4 Jan" for a date.
    pub fn date(&self, date: impl Into<NaiveDate>) -> String {
        calendar::short_date(date, self.today())
    }
}
