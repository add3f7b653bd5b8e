//! What the local chat remembers: learners, their chats, messages, polls and updates not fetched yet.
//! All of it is kept across restarts as one JSON document.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that is kept across restarts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct World {
    /// How far the clock was moved ahead, in milliseconds.
    pub(super) shift_ms: i64,
    pub(super) ids: Ids,
    pub(super) learners: BTreeMap<i64, Learner>,
    /// Ids rise with time across all chats, so this order is the order of sending.
    pub(super) messages: BTreeMap<i32, Message>,
    pub(super) polls: BTreeMap<String, Poll>,
    pub(super) files: BTreeMap<String, File>,
    /// Updates that the bot has not confirmed yet, in order.
    pub(super) pending: VecDeque<Update>,
    /// The kinds of update that the bot asked for last; `None` stands for Telegram's default.
    pub(super) allowed_updates: Option<Vec<String>>,
    pub(super) commands: Vec<Command>,
    pub(super) description: String,
    pub(super) short_description: String,
}

/// The next free number of each kind. A number that was given out never comes again: the saved document
/// holds numbers beyond those in use, and a counter that reaches them is saved before it goes on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Ids {
    pub(super) update: i64,
    pub(super) message: i64,
    /// Callback queries, polls and files.
    pub(super) other: i64,
    pub(super) learner: i64,
}

impl Default for Ids {
    fn default() -> Self {
        Self { update: 1, message: 1, other: 1, learner: 1001 }
    }
}

impl Ids {
    /// The same counters, `by` numbers further on; learners are few and saved at once, so they stay.
    #[must_use]
    pub(super) fn ahead(self, by: i64) -> Self {
        Self { update: self.update + by, message: self.message + by, other: self.other + by, ..self }
    }

    /// Whether some counter has reached its number in `ceiling`.
    #[must_use]
    pub(super) fn reach(&self, ceiling: &Self) -> bool {
        self.update >= ceiling.update
            || self.message >= ceiling.message
            || self.other >= ceiling.other
            || self.learner > ceiling.learner
    }
}

/// A person who talks to the bot; the private chat has the same id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Learner {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) blocked: bool,
    /// The keyboard that the bot put in place of the letters, if any: Telegram's `ReplyKeyboardMarkup`.
    pub(super) reply_keyboard: Option<Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) id: i32,
    /// The learner in whose chat the message stands.
    pub(super) chat: i64,
    pub(super) from_bot: bool,
    pub(super) date: i64,
    pub(super) edited: Option<i64>,
    pub(super) content: Content,
    /// Rows of inline buttons; no rows, no keyboard.
    pub(super) buttons: Vec<Vec<Button>>,
    pub(super) forwarded: bool,
    pub(super) reply_to: Option<i32>,
    pub(super) deleted: bool,
    /// The world's revision when the message last changed; the page asks for what is newer.
    pub(super) revision: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Content {
    Text(Text),
    /// Checked by [`super::rich`].
    Rich(Value),
    Photo {
        file: String,
        width: u32,
        height: u32,
        caption: Text,
    },
    Document {
        file: String,
        caption: Text,
    },
    Sticker {
        emoji: String,
        file: String,
    },
    Location {
        latitude: f64,
        longitude: f64,
    },
    Poll(String),
}

/// Text with its formatting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) entities: Vec<Entity>,
}

/// Telegram's `MessageEntity`; offset and length count UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entity {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) offset: usize,
    pub(super) length: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) custom_emoji_id: Option<String>,
}

/// An inline button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Button {
    pub(super) text: String,
    pub(super) action: Action,
    /// `primary`, `success` or `danger`.
    pub(super) style: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    Callback(String),
    Url(String),
    Copy(String),
    Disabled,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Poll {
    pub(super) id: String,
    pub(super) message: i32,
    pub(super) question: String,
    pub(super) options: Vec<String>,
    pub(super) quiz: bool,
    pub(super) correct: Vec<usize>,
    pub(super) explanation: Text,
    pub(super) anonymous: bool,
    pub(super) multiple: bool,
    pub(super) closed: bool,
    /// Who chose which options.
    pub(super) votes: BTreeMap<i64, Vec<usize>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) size: u64,
}

/// An update as the bot fetches it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Update {
    pub(super) id: i64,
    /// The whole update with its `update_id`.
    pub(super) body: Value,
    /// Pushed by a test: it is handed out once even if its id lies below what the bot confirmed.
    #[serde(default)]
    pub(super) at_any_rate: bool,
}

/// A command of the bot's menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Command {
    pub(super) command: String,
    pub(super) description: String,
}

/// The number of UTF-16 units, in which Telegram counts.
#[must_use]
pub(super) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}
