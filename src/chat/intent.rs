//! What a learner does and what the bot does in return, as values.

use serde::{Deserialize, Serialize};

use super::screen::{Button, Screen};

/// Who is speaking, as Telegram tells it with each update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Telegram's user id.
    pub learner: i64,
    /// The private chat.
    pub chat: i64,
    /// First name.
    pub name: String,
    /// Language code of the learner's app, such as `de`.
    pub language: Option<String>,
}

/// What a learner does: one closed set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Words or a command.
    Text {
        /// As typed.
        text: String,
        /// The message that carries them.
        message: i32,
    },
    /// Words whose formatting the learner's app has made of signs that were typed or pasted: `__init__` in italics.
    Formatted {
        /// As shown.
        text: String,
        /// As it was before, should it be a program.
        code: String,
        /// The message that carries them.
        message: i32,
    },
    /// A tap on a button.
    Tap {
        /// The button's data; it may be of an older version of the bot.
        data: String,
        /// The message below which the button stands, when Telegram still knows it.
        message: Option<i32>,
        /// Names the tap, for the toast that answers it.
        callback: String,
    },
    /// A file.
    File {
        /// Telegram's id, to fetch it by.
        id: String,
        /// Its name on the learner's machine.
        name: Option<String>,
        /// Its length in bytes.
        size: u64,
    },
    /// A shared place.
    Location(Place),
    /// Any other message that is not text.
    Attachment(Attachment),
    /// A message was changed after it had been sent.
    Edited,
    /// The learner stopped the bot.
    Blocked,
    /// The learner let the bot speak again.
    Unblocked,
}

/// A place on the map, in millionths of a degree: finer than a phone tells it, and comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    north: i32,
    east: i32,
}

impl Place {
    /// The place at these degrees north and east. What is no number of degrees becomes the nearest that is one.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "such a cast stops at the ends of the range")]
    pub fn new(latitude: f64, longitude: f64) -> Self {
        Self { north: (latitude * 1e6).round() as i32, east: (longitude * 1e6).round() as i32 }
    }

    /// Degrees north and degrees east.
    #[must_use]
    pub fn degrees(self) -> (f64, f64) {
        (f64::from(self.north) / 1e6, f64::from(self.east) / 1e6)
    }
}

/// Kinds of messages that are neither text nor a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attachment {
    /// A sticker or an animated emoji.
    Sticker,
    /// A picture, sent or forwarded.
    Picture,
    /// A voice or video message, or music.
    Recording,
    /// Anything else.
    Other,
}

/// One thing the bot does in a chat. It is kept in the outbox until it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Sends a new message.
    Send {
        /// What it shows.
        screen: Screen,
        /// The session whose message this becomes.
        session: Option<i64>,
    },
    /// Changes a message in place, or sends anew when it is gone.
    Edit {
        /// Which message.
        message: i32,
        /// What it shows now.
        screen: Screen,
        /// The session whose message this is.
        session: Option<i64>,
    },
    /// Replaces the buttons below a message and leaves its text.
    Buttons {
        /// Which message.
        message: i32,
        /// The buttons that it has now.
        buttons: Vec<Vec<Button>>,
    },
    /// Sends a text file.
    Document {
        /// Its name.
        name: String,
        /// What stands in it.
        content: String,
    },
    /// Sends a picture.
    Picture {
        /// As SVG, which is smaller than its pixels and made into them when it leaves.
        svg: String,
        /// What it shows, in a line of at most 1024 characters.
        caption: String,
    },
    /// Shows that the bot is at work, for some seconds.
    Typing,
    /// Removes a message.
    Delete {
        /// Which message.
        message: i32,
    },
    /// Answers a tap, with a short text or without.
    Toast {
        /// The tap.
        callback: String,
        /// At most 200 characters.
        text: Option<String>,
    },
}

/// All that the bot does about one update, in order.
pub type Reply = Vec<Op>;
