//! What a learner does in the chat: the same functions serve the page and the tests.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::core::Inner;
use super::detect::detect;
use super::model::{Action, Content, Learner, Message, Text, utf16_len};
use super::reply::poll_json;

/// Why a learner cannot do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody has this id.
    #[error("there is no such learner")]
    NoSuchLearner,
    /// It was deleted, or never was in this chat.
    #[error("there is no such message in this chat")]
    NoSuchMessage,
    /// Only own texts can be edited.
    #[error("only your own text messages can be edited")]
    NotEditable,
    /// Nothing but white space.
    #[error("a message needs at least one character")]
    Empty,
    /// The bot is blocked.
    #[error("you blocked the bot; unblock it first")]
    Blocked,
    /// The message has no such button any more.
    #[error("the message has no such button")]
    NoSuchButton,
    /// The button leads elsewhere, or is disabled.
    #[error("this button sends nothing to the bot")]
    NotACallback,
    /// The poll takes no such vote.
    #[error("the poll does not take this vote")]
    VoteRefused,
    /// A file that is too large, or could not be kept.
    #[error("the file could not be taken")]
    File,
}

const TEXT_LIMIT: usize = 4096;

impl Inner {
    pub(super) fn add_learner(&mut self, name: &str) -> i64 {
        let id = self.world.ids.learner;
        self.world.ids.learner += 1;
        let name: String = name.trim().chars().take(64).collect();
        let name = if name.is_empty() { format!("Learner {}", id - 1000) } else { name };
        self.world.learners.insert(id, Learner { id, name, blocked: false, reply_keyboard: None });
        self.touch();
        id
    }

    pub(super) fn learner(&self, id: i64) -> Result<&Learner, Refusal> {
        self.world.learners.get(&id).ok_or(Refusal::NoSuchLearner)
    }

    /// Sends a text; as a phone does, one that is too long for one message goes out as several.
    /// Returns the last one's id.
    pub(super) fn say(
        &mut self,
        learner: i64,
        text: &str,
        reply_to: Option<i32>,
        now: DateTime<Utc>,
    ) -> Result<i32, Refusal> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(Refusal::Empty);
        }
        let mut last = 0;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(cut(rest));
            // Telegram takes white space off both ends of each message.
            let part = part.trim();
            rest = after.trim_end();
            if part.is_empty() {
                continue;
            }
            let text = Text { text: part.to_owned(), entities: detect(part, &[]) };
            last = self.post(learner, Content::Text(text), false, reply_to, now)?;
        }
        Ok(last)
    }

    /// Sends anything.
    pub(super) fn post(
        &mut self,
        learner: i64,
        content: Content,
        forwarded: bool,
        reply_to: Option<i32>,
        now: DateTime<Utc>,
    ) -> Result<i32, Refusal> {
        if self.learner(learner)?.blocked {
            return Err(Refusal::Blocked);
        }
        let id = self.add_message(Message {
            id: 0,
            chat: learner,
            from_bot: false,
            date: now.timestamp(),
            edited: None,
            content,
            buttons: Vec::new(),
            forwarded,
            reply_to,
            deleted: false,
            revision: 0,
        });
        self.queue_message("message", id);
        Ok(id)
    }

    /// Changes an own text.
    pub(super) fn edit_own(
        &mut self,
        learner: i64,
        id: i32,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        let (text, _) = text.split_at(cut(text));
        let revision = self.touch();
        let message = self.message_in(learner, id)?;
        if message.from_bot || message.forwarded || !matches!(message.content, Content::Text(_)) {
            return Err(Refusal::NotEditable);
        }
        message.content = Content::Text(Text { text: text.to_owned(), entities: detect(text, &[]) });
        message.edited = Some(now.timestamp());
        message.revision = revision;
        self.queue_message("edited_message", id);
        Ok(())
    }

    /// Sends a copy of a message of this chat, marked as forwarded.
    pub(super) fn forward(&mut self, learner: i64, id: i32, now: DateTime<Utc>) -> Result<i32, Refusal> {
        let message = self.message_in(learner, id)?;
        let content = message.content.clone();
        self.post(learner, content, true, None, now)
    }

    /// Takes a message out of the chat; the bot is not told, as in Telegram.
    pub(super) fn delete_own(&mut self, learner: i64, id: i32) -> Result<(), Refusal> {
        let revision = self.touch();
        let message = self.message_in(learner, id)?;
        message.deleted = true;
        message.revision = revision;
        Ok(())
    }

    /// Taps the button at a row and a column; returns the callback query's id.
    pub(super) fn tap(&mut self, learner: i64, id: i32, place: (usize, usize)) -> Result<u64, Refusal> {
        if self.learner(learner)?.blocked {
            return Err(Refusal::Blocked);
        }
        let message = self.message_in(learner, id)?;
        let button = message.buttons.get(place.0).and_then(|row| row.get(place.1));
        let data = match button.map(|button| &button.action) {
            None => return Err(Refusal::NoSuchButton),
            Some(Action::Callback(data)) => data.clone(),
            Some(_) => return Err(Refusal::NotACallback),
        };
        Ok(self.tap_data(learner, id, &data, place))
    }

    /// Sends a callback query as a client does that still shows an older keyboard.
    pub(super) fn tap_data(&mut self, learner: i64, id: i32, data: &str, place: (usize, usize)) -> u64 {
        let message = match self.world.messages.get(&id) {
            Some(message) if !message.deleted => self.message(message),
            _ => json!({ "chat": self.chat(learner), "message_id": id, "date": 0 }),
        };
        let callback = self.add_callback(learner, id, place);
        let update = self.queue(
            "callback_query",
            json!({
                "id": callback.to_string(), "from": self.user(learner), "message": message,
                "chat_instance": learner.to_string(), "data": data,
            }),
        );
        if let Some(callback) = self.callbacks.get_mut(&callback) {
            callback.update = update;
        }
        callback
    }

    /// Votes in a poll; no options take the vote back.
    pub(super) fn vote(&mut self, learner: i64, id: i32, options: &[usize]) -> Result<(), Refusal> {
        self.learner(learner)?;
        let revision = self.touch();
        let message = self.message_in(learner, id)?;
        message.revision = revision;
        let Content::Poll(poll) = &message.content else { return Err(Refusal::NoSuchMessage) };
        let poll = poll.clone();
        let poll = self.world.polls.get_mut(&poll).ok_or(Refusal::NoSuchMessage)?;
        let voted = poll.votes.contains_key(&learner);
        let fits = options.iter().all(|&option| option < poll.options.len())
            && (poll.multiple || options.len() <= 1)
            && !poll.closed
            // An answer to a quiz stands.
            && !(poll.quiz && (voted || options.is_empty()));
        if !fits {
            return Err(Refusal::VoteRefused);
        }
        if options.is_empty() {
            poll.votes.remove(&learner);
        } else {
            poll.votes.insert(learner, options.to_vec());
        }
        let (poll_id, anonymous, state) = (poll.id.clone(), poll.anonymous, poll_json(poll));
        self.queue("poll", state);
        if !anonymous {
            let answer = json!({ "poll_id": poll_id, "user": self.user(learner), "option_ids": options });
            self.queue("poll_answer", answer);
        }
        Ok(())
    }

    /// Blocks or unblocks the bot.
    pub(super) fn set_blocked(
        &mut self,
        learner: i64,
        blocked: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let entry = self.world.learners.get_mut(&learner).ok_or(Refusal::NoSuchLearner)?;
        if entry.blocked == blocked {
            return Ok(());
        }
        entry.blocked = blocked;
        let member = |inner: &Self, kicked: bool| {
            let mut member = json!({ "user": inner.bot_user() });
            if kicked {
                member["status"] = "kicked".into();
                member["until_date"] = 0.into();
            } else {
                member["status"] = "member".into();
            }
            member
        };
        let change = json!({
            "chat": self.chat(learner), "from": self.user(learner), "date": now.timestamp(),
            "old_chat_member": member(self, !blocked), "new_chat_member": member(self, blocked),
        });
        self.touch();
        self.queue("my_chat_member", change);
        Ok(())
    }

    fn message_in(&mut self, learner: i64, id: i32) -> Result<&mut Message, Refusal> {
        let message = self.world.messages.get_mut(&id);
        message.filter(|message| message.chat == learner && !message.deleted).ok_or(Refusal::NoSuchMessage)
    }

    fn queue_message(&mut self, kind: &str, id: i32) {
        let body: Option<Value> = self.world.messages.get(&id).map(|message| self.message(message));
        if let Some(body) = body {
            self.queue(kind, body);
        }
    }
}

/// Where a text ends that fits into one message, in bytes.
fn cut(text: &str) -> usize {
    if utf16_len(text) <= TEXT_LIMIT {
        return text.len();
    }
    let mut units = 0;
    let full = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > TEXT_LIMIT
    });
    let full = full.map_or(text.len(), |(at, _)| at);
    // As phones do: at the end of a line or a word, if one ends in the second half.
    let end = |mark: char| text[..full].rfind(mark).filter(|at| *at > full / 2).map(|at| at + 1);
    end('\n').or_else(|| end(' ')).unwrap_or(full)
}
