//! From Telegram's updates to who wants what.

mod formatted;

use teloxide::types::{CallbackQuery, Chat, Message, Update, UpdateKind, User};

use crate::chat::intent::{Attachment, Intent, Place, Who};

/// What an update means for the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inbound {
    /// Somebody in a private chat.
    Learner(Who, Intent),
    /// A command in a group, which this bot does not serve.
    Group {
        /// The group.
        chat: i64,
        /// The tap to answer, if it was one.
        callback: Option<String>,
    },
    /// Nothing to do about it.
    Nothing,
}

/// Reads a raw update. What this build cannot read is nothing to do about; its kind is logged, not its text.
pub(super) fn read(update_id: i64, body: &str) -> Inbound {
    let update: Update = match serde_json::from_str(body) {
        Ok(update) => update,
        Err(error) => {
            tracing::warn!(
                update_id,
                line = error.line(),
                column = error.column(),
                "an update is unreadable"
            );
            return Inbound::Nothing;
        }
    };
    match update.kind {
        UpdateKind::Message(message) => from_message(&message, false),
        UpdateKind::EditedMessage(message) => from_message(&message, true),
        UpdateKind::CallbackQuery(query) => tapped(query),
        UpdateKind::MyChatMember(change) if change.chat.is_private() => {
            let gone = change.new_chat_member.kind.is_banned() || change.new_chat_member.kind.is_left();
            let intent = if gone { Intent::Blocked } else { Intent::Unblocked };
            Inbound::Learner(who(&change.from, &change.chat), intent)
        }
        _ => Inbound::Nothing,
    }
}

fn who(user: &User, chat: &Chat) -> Who {
    Who {
        learner: i64::try_from(user.id.0).unwrap_or(i64::MAX),
        chat: chat.id.0,
        name: user.first_name.clone(),
        language: user.language_code.clone(),
    }
}

fn from_message(message: &Message, edited: bool) -> Inbound {
    let Some(user) = message.from.as_ref().filter(|user| !user.is_bot) else { return Inbound::Nothing };
    if !message.chat.is_private() {
        let addressed = !edited && message.text().is_some_and(|text| text.starts_with('/'));
        return if addressed {
            Inbound::Group { chat: message.chat.id.0, callback: None }
        } else {
            Inbound::Nothing
        };
    }
    let place = message.location().or_else(|| message.venue().map(|venue| &venue.location));
    if edited && place.is_some() {
        // A live location moves by edits, some times a minute; the first message was taken.
        return Inbound::Nothing;
    }
    let place = place.map(|place| Place::new(place.latitude, place.longitude));
    let intent = match (edited, message.text()) {
        (true, _) => Intent::Edited,
        (false, None) if let Some(place) = place => Intent::Location(place),
        (false, Some(text)) => {
            let (text, message_id) = (text.to_owned(), message.id.0);
            match formatted::as_code(&text, message.entities().unwrap_or_default()) {
                Some(code) => Intent::Formatted { text, code, message: message_id },
                None => Intent::Text { text, message: message_id },
            }
        }
        (false, None) => message.document().filter(|_| message.animation().is_none()).map_or_else(
            || Intent::Attachment(attachment(message)),
            |document| Intent::File {
                id: document.file.id.0.clone(),
                name: document.file_name.clone(),
                size: document.file.size.into(),
            },
        ),
    };
    Inbound::Learner(who(user, &message.chat), intent)
}

fn attachment(message: &Message) -> Attachment {
    if message.sticker().is_some() || message.animation().is_some() || message.dice().is_some() {
        Attachment::Sticker
    } else if message.photo().is_some() {
        Attachment::Picture
    } else if message.voice().is_some()
        || message.video().is_some()
        || message.video_note().is_some()
        || message.audio().is_some()
    {
        Attachment::Recording
    } else {
        Attachment::Other
    }
}

fn tapped(query: CallbackQuery) -> Inbound {
    let callback = query.id.0;
    let chat = query.message.as_ref().map(|message| message.chat());
    if let Some(chat) = chat.filter(|chat| !chat.is_private()) {
        return Inbound::Group { chat: chat.id.0, callback: Some(callback) };
    }
    let learner = i64::try_from(query.from.id.0).unwrap_or(i64::MAX);
    let who = Who {
        learner,
        // A private chat has its learner's id.
        chat: chat.map_or(learner, |chat| chat.id.0),
        name: query.from.first_name.clone(),
        language: query.from.language_code.clone(),
    };
    let message = query.message.map(|message| message.id().0);
    Inbound::Learner(who, Intent::Tap { data: query.data.unwrap_or_default(), message, callback })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn message(mut extra: Value) -> Value {
        let mut message = json!({
            "message_id": 7, "date": 1_767_600_000,
            "chat": {"id": 42, "type": "private", "first_name": "Ann"},
            "from": {"id": 42, "is_bot": false, "first_name": "Ann", "language_code": "de"},
        });
        message.as_object_mut().unwrap().append(extra.as_object_mut().unwrap());
        message
    }

    fn read(update: &Value) -> Inbound {
        super::read(1, &update.to_string())
    }

    fn ann() -> Who {
        Who { learner: 42, chat: 42, name: "Ann".into(), language: Some("de".into()) }
    }

    #[test]
    fn each_kind_of_update_is_told_apart() {
        let sticker = json!({"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1,
            "height": 1, "is_animated": false, "is_video": false}});
        let cases = [
            (
                json!({"update_id": 1, "message": message(json!({"text": "hi"}))}),
                Inbound::Learner(ann(), Intent::Text { text: "hi".into(), message: 7 }),
            ),
            (
                json!({"update_id": 1, "message": message(json!({"text": "🚀 def init(self):", "entities": [
                    {"type": "italic", "offset": 7, "length": 4}]}))}),
                Inbound::Learner(
                    ann(),
                    Intent::Formatted {
                        text: "🚀 def init(self):".into(),
                        code: "🚀 def __init__(self):".into(),
                        message: 7,
                    },
                ),
            ),
            (
                json!({"update_id": 1, "message": message(json!({"text": "/today", "entities": [
                    {"type": "bot_command", "offset": 0, "length": 6}]}))}),
                Inbound::Learner(ann(), Intent::Text { text: "/today".into(), message: 7 }),
            ),
            (
                json!({"update_id": 1, "message": message(sticker)}),
                Inbound::Learner(ann(), Intent::Attachment(Attachment::Sticker)),
            ),
            (
                json!({"update_id": 1, "message": message(json!({"document": {"file_id": "f", "file_unique_id": "u",
                    "file_name": "softmax.py", "mime_type": "text/x-python", "file_size": 120}}))}),
                Inbound::Learner(
                    ann(),
                    Intent::File { id: "f".into(), name: Some("softmax.py".into()), size: 120 },
                ),
            ),
            (
                json!({"update_id": 1, "message": message(json!({"something_new": {"x": 1}}))}),
                Inbound::Learner(ann(), Intent::Attachment(Attachment::Other)),
            ),
            (
                json!({"update_id": 1, "message": message(json!({"location":
                    {"latitude": 38.722_252, "longitude": -9.139_337, "horizontal_accuracy": 12.5}}))}),
                Inbound::Learner(ann(), Intent::Location(Place::new(38.722_252, -9.139_337))),
            ),
            (
                json!({"update_id": 1, "message": message(json!({"location": {"latitude": 1.0, "longitude": 2.0},
                    "venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": "a", "address": "b"}}))}),
                Inbound::Learner(ann(), Intent::Location(Place::new(1.0, 2.0))),
            ),
            (
                json!({"update_id": 1, "edited_message": message(json!({"edit_date": 1_767_600_001,
                    "location": {"latitude": 1.0, "longitude": 2.0, "live_period": 900}}))}),
                Inbound::Nothing,
            ),
            (
                json!({"update_id": 1, "edited_message": message(json!({"text": "hi", "edit_date": 1_767_600_001}))}),
                Inbound::Learner(ann(), Intent::Edited),
            ),
            (
                json!({"update_id": 1, "callback_query": {"id": "9", "chat_instance": "x", "data": "today",
                "from": {"id": 42, "is_bot": false, "first_name": "Ann", "language_code": "de"},
                "message": message(json!({"rich_message": {"blocks": []}}))}}),
                Inbound::Learner(
                    ann(),
                    Intent::Tap { data: "today".into(), message: Some(7), callback: "9".into() },
                ),
            ),
            (json!({"update_id": 1, "something_new": {"x": 1}}), Inbound::Nothing),
            (json!({"update_id": 1, "message": {"broken": true}}), Inbound::Nothing),
        ];
        for (update, expected) in cases {
            assert_eq!(read(&update), expected, "{update}");
        }
    }

    #[test]
    fn a_group_is_told_apart() {
        let mut update = json!({"update_id": 1, "message": message(json!({"text": "/today"}))});
        update["message"]["chat"] = json!({"id": -5, "type": "group", "title": "Friends"});
        assert_eq!(read(&update), Inbound::Group { chat: -5, callback: None });
        update["message"]["text"] = json!("hello all");
        assert_eq!(read(&update), Inbound::Nothing);
    }
}
