//! Acting as learners without a browser.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::time::Instant;

use super::core::Core;
use super::faults::{Fault, Violation};
use super::learner::Refusal;
use super::model::{Content, Update};
use super::upload::{send_document, send_photo};
use super::view::{self, Seen, SeenToast};
use crate::clock::Clock;

/// A way into a running local chat, cheap to clone.
#[derive(Clone)]
pub struct Handle {
    core: Arc<Core>,
}

/// Nothing of the kind happened in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedOut {
    /// What was waited for.
    pub awaited: String,
    /// How long.
    pub after: Duration,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "waited {} ms in vain for {}", self.after.as_millis(), self.awaited)
    }
}

impl std::error::Error for TimedOut {}

impl Handle {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// Adds a learner with an own chat.
    #[must_use]
    pub fn add_learner(&self, name: &str) -> Learner {
        let id = self.core.act(|inner, _| inner.add_learner(name));
        Learner { handle: self.clone(), id }
    }

    /// A learner added before, perhaps before a restart.
    #[must_use]
    pub fn learner(&self, id: i64) -> Option<Learner> {
        let known = self.core.look(|inner| inner.world.learners.contains_key(&id));
        known.then(|| Learner { handle: self.clone(), id })
    }

    /// The bot's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.core.clock
    }

    /// Moves the bot's clock forward, as the page's time travel does.
    pub fn travel_to(&self, target: DateTime<Utc>) {
        self.core.travel_to(target);
    }

    /// The number of the newest change; everything later has a higher one.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.core.look(|inner| inner.revision)
    }

    /// Puts an update into the bot's queue as it is, whatever it holds: a duplicate, an id out of order,
    /// a kind that nobody knows. Without an `update_id` it gets the next one. Returns the id.
    pub fn push_update(&self, mut body: Value) -> i64 {
        self.core.act(|inner, _| {
            let id = match body.get("update_id").and_then(Value::as_i64) {
                Some(id) => id,
                None => inner.world.ids.update,
            };
            // Later updates keep clear of the numbers used here.
            inner.world.ids.update = inner.world.ids.update.max(id.saturating_add(1));
            if let Some(fields) = body.as_object_mut() {
                fields.insert("update_id".to_owned(), id.into());
            }
            inner.world.pending.push_back(Update { id, body, at_any_rate: true });
            inner.touch();
            id
        })
    }

    /// Lets the next calls go wrong.
    pub fn inject(&self, fault: Fault) {
        self.core.act(|inner, _| inner.faults.push(fault));
    }

    /// Faults that have not struck yet.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.core.look(|inner| inner.faults.len())
    }

    /// How often the bot called a method.
    #[must_use]
    pub fn calls(&self, method: &str) -> u64 {
        self.core.look(|inner| inner.calls.get(&method.to_lowercase()).copied().unwrap_or(0))
    }

    /// The bot's commands, as the menu shows them: name and description.
    #[must_use]
    pub fn commands(&self) -> Vec<(String, String)> {
        let pair = |command: &super::model::Command| (command.command.clone(), command.description.clone());
        self.core.look(|inner| inner.world.commands.iter().map(pair).collect())
    }

    /// Updates that the bot has not confirmed.
    #[must_use]
    pub fn pending_updates(&self) -> usize {
        self.core.look(|inner| inner.world.pending.len())
    }

    /// Whether a bot polls, or did within the last seconds.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.core.look(super::core::Inner::connected)
    }

    /// Every invalid request that the bot made, and every tap that it fetched and never answered.
    /// Ask when the bot is at rest: a tap that it works on counts too.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.core.look(|inner| {
            let mut violations = inner.violations.clone();
            let unanswered = inner.callbacks.iter().filter(|(_, tap)| tap.fetched && !tap.answered);
            violations.extend(unanswered.map(|(id, tap)| Violation {
                method: "answerCallbackQuery".to_owned(),
                problem: format!("callback query {id} on message {} was never answered", tap.message),
            }));
            violations
        })
    }

    /// Waits until `probe` finds something; it is asked now and after each change.
    ///
    /// Time is tokio's, but the bot's answers come over real sockets: do not pause the clock.
    ///
    /// # Errors
    /// When `timeout` has passed.
    pub async fn wait<T>(
        &self,
        awaited: &str,
        timeout: Duration,
        mut probe: impl FnMut(&Self) -> Option<T>,
    ) -> Result<T, TimedOut> {
        let mut changed = self.core.changed.subscribe();
        let deadline = Instant::now() + timeout;
        loop {
            changed.mark_unchanged();
            if let Some(found) = probe(self) {
                return Ok(found);
            }
            let late = || TimedOut { awaited: awaited.to_owned(), after: timeout };
            match tokio::time::timeout_at(deadline, changed.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Err(late()),
            }
        }
    }
}

/// Somebody who talks to the bot.
#[derive(Clone)]
pub struct Learner {
    handle: Handle,
    id: i64,
}

impl Learner {
    /// The learner's id, and that of the private chat.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    fn core(&self) -> &Core {
        &self.handle.core
    }

    /// Sends a text; returns the message's id.
    ///
    /// # Errors
    /// When it is empty or the bot is blocked.
    pub fn send_text(&self, text: &str) -> Result<i32, Refusal> {
        self.core().act(|inner, now| inner.say(self.id, text, None, now))
    }

    /// Sends a text in reply to a message.
    ///
    /// # Errors
    /// When it is empty or the bot is blocked.
    pub fn reply(&self, to: i32, text: &str) -> Result<i32, Refusal> {
        self.core().act(|inner, now| inner.say(self.id, text, Some(to), now))
    }

    /// Sends a sticker.
    ///
    /// # Errors
    /// When the bot is blocked.
    pub fn send_sticker(&self, emoji: &str) -> Result<i32, Refusal> {
        self.core().act(|inner, now| {
            let content =
                Content::Sticker { emoji: emoji.to_owned(), file: format!("LS{}", inner.next_other()) };
            inner.post(self.id, content, false, None, now)
        })
    }

    /// Sends a location.
    ///
    /// # Errors
    /// When the bot is blocked.
    pub fn send_location(&self, latitude: f64, longitude: f64) -> Result<i32, Refusal> {
        let content = Content::Location { latitude, longitude };
        self.core().act(|inner, now| inner.post(self.id, content, false, None, now))
    }

    /// Sends a photo (PNG, JPEG or GIF).
    ///
    /// # Errors
    /// When it is no picture, could not be kept, or the bot is blocked.
    pub fn send_photo(&self, bytes: &[u8], caption: &str) -> Result<i32, Refusal> {
        send_photo(self.core(), self.id, bytes, caption)
    }

    /// Sends a document.
    ///
    /// # Errors
    /// When it could not be kept or the bot is blocked.
    pub fn send_document(&self, name: &str, bytes: &[u8], caption: &str) -> Result<i32, Refusal> {
        send_document(self.core(), self.id, name, bytes, caption)
    }

    /// Sends a copy of a message of this chat, marked as forwarded; a photo too.
    ///
    /// # Errors
    /// When there is no such message or the bot is blocked.
    pub fn forward(&self, message: i32) -> Result<i32, Refusal> {
        self.core().act(|inner, now| inner.forward(self.id, message, now))
    }

    /// Changes an own text.
    ///
    /// # Errors
    /// When it is not an own text of this chat.
    pub fn edit(&self, message: i32, text: &str) -> Result<(), Refusal> {
        self.core().act(|inner, now| inner.edit_own(self.id, message, text, now))
    }

    /// Taps the first button with this label; returns the callback query's id.
    ///
    /// # Errors
    /// When the message has no such button, or it sends nothing.
    pub fn tap(&self, message: i32, label: &str) -> Result<u64, Refusal> {
        self.tap_where(message, |button| button.text == label)
    }

    /// Taps the first button that sends this data; returns the callback query's id.
    ///
    /// # Errors
    /// When the message has no such button.
    pub fn tap_data(&self, message: i32, data: &str) -> Result<u64, Refusal> {
        self.tap_where(message, |button| button.action == super::model::Action::Callback(data.to_owned()))
    }

    /// Sends a callback query with any data, as a client does that still shows an old keyboard, or as an
    /// attacker would; returns the callback query's id.
    pub fn tap_stale(&self, message: i32, data: &str) -> u64 {
        self.core().act(|inner, _| inner.tap_data(self.id, message, data, (usize::MAX, usize::MAX)))
    }

    fn tap_where(&self, message: i32, fits: impl Fn(&super::model::Button) -> bool) -> Result<u64, Refusal> {
        self.core().act(|inner, _| {
            let standing = inner.world.messages.get(&message);
            let rows = standing.map(|standing| standing.buttons.as_slice()).unwrap_or_default();
            let place = rows
                .iter()
                .enumerate()
                .find_map(|(row, buttons)| buttons.iter().position(&fits).map(|column| (row, column)));
            inner.tap(self.id, message, place.ok_or(Refusal::NoSuchButton)?)
        })
    }

    /// Votes in a poll; no options take the vote back.
    ///
    /// # Errors
    /// When the poll does not take the vote.
    pub fn vote(&self, message: i32, options: &[usize]) -> Result<(), Refusal> {
        self.core().act(|inner, _| inner.vote(self.id, message, options))
    }

    /// Blocks or unblocks the bot.
    ///
    /// # Errors
    /// When the learner is gone.
    pub fn set_blocked(&self, blocked: bool) -> Result<(), Refusal> {
        self.core().act(|inner, now| inner.set_blocked(self.id, blocked, now))
    }

    /// Deletes a message of the chat; the bot is not told, as in Telegram.
    ///
    /// # Errors
    /// When there is no such message.
    pub fn delete(&self, message: i32) -> Result<(), Refusal> {
        self.core().act(|inner, _| inner.delete_own(self.id, message))
    }

    /// The messages of the chat in order, without deleted ones.
    #[must_use]
    pub fn messages(&self) -> Vec<Seen> {
        self.all_messages().into_iter().filter(|message| !message.deleted).collect()
    }

    /// The messages of the chat in order, deleted ones included.
    #[must_use]
    pub fn all_messages(&self) -> Vec<Seen> {
        let mut messages: Vec<Seen> = self.core().look(|inner| {
            let mine = inner.world.messages.values().filter(|message| message.chat == self.id);
            mine.map(|message| view::seen(inner, message)).collect()
        });
        for file in messages.iter_mut().filter_map(|message| message.file.as_mut()) {
            file.bytes = self.core().store.get(&file.id).unwrap_or_default();
        }
        messages
    }

    /// One message, if it stands.
    #[must_use]
    pub fn message(&self, id: i32) -> Option<Seen> {
        self.messages().into_iter().find(|message| message.id == id)
    }

    /// The bot's messages that were sent or changed after a [`Handle::revision`].
    #[must_use]
    pub fn from_bot_since(&self, revision: u64) -> Vec<Seen> {
        let newer = |message: &Seen| message.from_bot && message.revision > revision;
        self.messages().into_iter().filter(newer).collect()
    }

    /// Waits until the bot sends or changes a message that fits, after a [`Handle::revision`].
    ///
    /// # Errors
    /// When `timeout` has passed.
    pub async fn wait_for_bot(
        &self,
        since: u64,
        timeout: Duration,
        fits: impl Fn(&Seen) -> bool,
    ) -> Result<Seen, TimedOut> {
        let awaited = "a message of the bot";
        self.handle
            .wait(awaited, timeout, |_| self.from_bot_since(since).into_iter().find(|message| fits(message)))
            .await
    }

    /// What the bot said in answer to taps, oldest first, empty answers included.
    #[must_use]
    pub fn toasts(&self) -> Vec<SeenToast> {
        self.core().look(|inner| {
            let mine = inner.toasts.iter().filter(|toast| toast.learner == self.id);
            mine.map(|toast| SeenToast {
                callback: toast.callback,
                text: toast.text.clone(),
                alert: toast.alert,
            })
            .collect()
        })
    }

    /// Waits for the answer to a tap.
    ///
    /// # Errors
    /// When `timeout` has passed.
    pub async fn wait_for_answer(&self, callback: u64, timeout: Duration) -> Result<SeenToast, TimedOut> {
        let find = |_: &Handle| self.toasts().into_iter().find(|toast| toast.callback == callback);
        self.handle.wait("the answer to a tap", timeout, find).await
    }
}
