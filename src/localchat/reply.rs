//! Telegram's JSON shapes of what the chat holds.

use serde_json::{Value, json};

use super::core::Inner;
use super::model::{Action, Button, Content, File, Message, Poll, Text};

impl Inner {
    /// Telegram's `User` of the bot.
    pub(super) fn bot_user(&self) -> Value {
        json!({
            "id": self.bot_id, "is_bot": true, "first_name": "Liftoff", "username": "liftoff_local_bot",
        })
    }

    /// Telegram's `User` of a learner.
    pub(super) fn user(&self, learner: i64) -> Value {
        let name = self.world.learners.get(&learner).map_or("Unknown", |learner| learner.name.as_str());
        json!({ "id": learner, "is_bot": false, "first_name": name, "language_code": "en" })
    }

    /// Telegram's `Chat` of a learner's private chat.
    pub(super) fn chat(&self, chat: i64) -> Value {
        let name = self.world.learners.get(&chat).map_or("Unknown", |learner| learner.name.as_str());
        json!({ "id": chat, "type": "private", "first_name": name })
    }

    /// Telegram's `Message`.
    pub(super) fn message(&self, message: &Message) -> Value {
        let mut value = self.message_alone(message);
        let replied = message.reply_to.and_then(|id| self.world.messages.get(&id));
        if let Some(replied) = replied.filter(|replied| !replied.deleted) {
            value["reply_to_message"] = self.message_alone(replied);
        }
        value
    }

    fn message_alone(&self, message: &Message) -> Value {
        let from = if message.from_bot { self.bot_user() } else { self.user(message.chat) };
        let mut value = json!({
            "message_id": message.id, "from": from, "chat": self.chat(message.chat), "date": message.date,
        });
        if message.forwarded {
            value["forward_origin"] = json!({
                "type": "hidden_user", "sender_user_name": "Somebody", "date": message.date,
            });
        }
        if let Some(edited) = message.edited {
            value["edit_date"] = edited.into();
        }
        self.put_content(&mut value, &message.content);
        if !message.buttons.is_empty() {
            value["reply_markup"] = json!({ "inline_keyboard": keyboard(&message.buttons) });
        }
        value
    }

    fn put_content(&self, value: &mut Value, content: &Content) {
        match content {
            Content::Text(text) => put_text(value, text, "text", "entities"),
            Content::Rich(rich) => value["rich_message"] = rich.clone(),
            Content::Photo { file, width, height, caption } => {
                let mut photo = self.file(file);
                photo["width"] = (*width).into();
                photo["height"] = (*height).into();
                value["photo"] = json!([photo]);
                put_text(value, caption, "caption", "caption_entities");
            }
            Content::Document { file, caption } => {
                let mut document = self.file(file);
                if let Some(file) = self.world.files.get(file) {
                    document["file_name"] = file.name.as_str().into();
                    document["mime_type"] = file.mime.as_str().into();
                }
                value["document"] = document;
                put_text(value, caption, "caption", "caption_entities");
            }
            Content::Sticker { emoji, file } => {
                value["sticker"] = json!({
                    "file_id": file, "file_unique_id": format!("u{file}"), "file_size": 0, "type": "regular",
                    "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": emoji,
                });
            }
            Content::Location { latitude, longitude } => {
                value["location"] = json!({ "latitude": latitude, "longitude": longitude });
            }
            Content::Poll(id) => {
                if let Some(poll) = self.world.polls.get(id) {
                    value["poll"] = poll_json(poll);
                }
            }
        }
    }

    /// The fields that every file has.
    pub(super) fn file(&self, id: &str) -> Value {
        let size = self.world.files.get(id).map_or(0, |file| file.size);
        json!({ "file_id": id, "file_unique_id": format!("u{id}"), "file_size": size })
    }
}

/// Where a file is fetched under `/file/bot<token>/`.
pub(super) fn file_path(file: &File) -> String {
    let kind = if file.mime.starts_with("image/") { "photos" } else { "documents" };
    format!("{kind}/{}", file.id)
}

fn put_text(value: &mut Value, text: &Text, text_key: &str, entities_key: &str) {
    if !text.text.is_empty() {
        value[text_key] = text.text.as_str().into();
    }
    if !text.entities.is_empty() {
        value[entities_key] = json!(text.entities);
    }
}

/// Rows of Telegram's `InlineKeyboardButton`.
pub(super) fn keyboard(rows: &[Vec<Button>]) -> Value {
    let button = |button: &Button| {
        let mut value = json!({ "text": button.text });
        match &button.action {
            Action::Callback(data) => value["callback_data"] = data.as_str().into(),
            Action::Url(url) => value["url"] = url.as_str().into(),
            Action::Copy(text) => value["copy_text"] = json!({ "text": text }),
            Action::Disabled => value["disabled"] = json!({}),
        }
        if let Some(style) = &button.style {
            value["style"] = style.as_str().into();
        }
        value
    };
    rows.iter().map(|row| row.iter().map(button).collect::<Value>()).collect()
}

/// Telegram's `Poll`.
pub(super) fn poll_json(poll: &Poll) -> Value {
    let count = |option: usize| poll.votes.values().filter(|chosen| chosen.contains(&option)).count();
    let options: Vec<Value> = poll
        .options
        .iter()
        .enumerate()
        .map(|(at, text)| json!({ "text": text, "voter_count": count(at) }))
        .collect();
    let mut value = json!({
        "id": poll.id, "question": poll.question, "options": options,
        "total_voter_count": poll.votes.len(), "is_closed": poll.closed, "is_anonymous": poll.anonymous,
        "type": if poll.quiz { "quiz" } else { "regular" }, "allows_multiple_answers": poll.multiple,
    });
    if let [first, ..] = poll.correct.as_slice() {
        value["correct_option_ids"] = json!(poll.correct);
        // Bot API 9.1, which teloxide knows, had one right option.
        value["correct_option_id"] = (*first).into();
    }
    put_text(&mut value, &poll.explanation, "explanation", "explanation_entities");
    value
}
