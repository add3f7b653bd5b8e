//! Sending, editing and deleting messages.

use serde_json::Value;
use tokio::time::Instant;

use super::markup::{self, Markup};
use super::params::Params;
use super::{Answer, ApiError};
use crate::localchat::core::{Core, Inner};
use crate::localchat::detect::detect;
use crate::localchat::model::{Button, Content, Entity, Message, Text, utf16_len};
use crate::localchat::{html, rich};

const TEXT_LIMIT: usize = 4096;
const CAPTION_LIMIT: usize = 1024;

/// Parameters that every sending method has and that make no difference in the local chat.
const SENDING: [&str; 10] = [
    "business_connection_id",
    "message_thread_id",
    "direct_messages_topic_id",
    "disable_notification",
    "protect_content",
    "allow_paid_broadcast",
    "message_effect_id",
    "link_preview_options",
    "suggested_post_parameters",
    "allow_sending_without_reply",
];

/// Where a message goes and what hangs on it.
pub(super) struct Sending {
    chat: i64,
    reply_to: Option<i32>,
    markup: Markup,
}

/// Takes what all sending methods share; the chat must exist and must not have blocked the bot.
pub(super) fn sending(core: &Core, params: &mut Params) -> Result<Sending, ApiError> {
    params.ignore(&SENDING);
    let chat = chat(core, params)?;
    let reply = params.json("reply_parameters")?;
    let reply_to = match reply {
        Some(reply) => {
            let id = reply.get("message_id").and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok());
            let lenient = reply.get("allow_sending_without_reply") == Some(&Value::Bool(true));
            let id = id.ok_or_else(|| ApiError::bad("can't parse reply parameters JSON object").faulty())?;
            let there = core.look(|inner| standing(inner, chat, id).is_some());
            match (there, lenient) {
                (true, _) => Some(id),
                (false, true) => None,
                (false, false) => return Err(ApiError::bad("message to be replied not found")),
            }
        }
        None => None,
    };
    Ok(Sending { chat, reply_to, markup: markup::take(params)? })
}

/// The chat of the request.
pub(super) fn chat(core: &Core, params: &mut Params) -> Result<i64, ApiError> {
    let id = params.text("chat_id")?.unwrap_or_default();
    if id.is_empty() {
        return Err(ApiError::bad("chat_id is empty").faulty());
    }
    let not_found = || ApiError::bad("chat not found").faulty();
    let id: i64 = id.parse().map_err(|_| not_found())?;
    match core.look(|inner| inner.world.learners.get(&id).map(|learner| learner.blocked)) {
        None => Err(not_found()),
        Some(true) => Err(ApiError::new(403, "Forbidden: bot was blocked by the user")),
        Some(false) => Ok(id),
    }
}

/// Puts a message of the bot into the chat; returns it in Telegram's shape.
pub(super) fn send(core: &Core, to: Sending, content: Content) -> Value {
    core.act(|inner, now| {
        inner.typing.remove(&to.chat);
        if let Some(learner) = inner.world.learners.get_mut(&to.chat) {
            match &to.markup {
                Markup::Keyboard(keyboard) => learner.reply_keyboard = Some(keyboard.clone()),
                Markup::RemoveKeyboard => learner.reply_keyboard = None,
                Markup::None | Markup::Inline(_) | Markup::ForceReply => {}
            }
        }
        let id = inner.add_message(Message {
            id: 0,
            chat: to.chat,
            from_bot: true,
            date: now.timestamp(),
            edited: None,
            content,
            buttons: to.markup.buttons(),
            forwarded: false,
            reply_to: to.reply_to,
            deleted: false,
            revision: 0,
        });
        shape(inner, id)
    })
}

pub(super) fn shape(inner: &Inner, id: i32) -> Value {
    inner.world.messages.get(&id).map_or(Value::Null, |message| inner.message(message))
}

/// A text parameter with its formatting: by parse mode, by given entities, or plain.
pub(super) fn formatted(params: &mut Params, key: &str, entities_key: &str) -> Result<Text, ApiError> {
    let text = params.text(key)?.unwrap_or_default();
    formatted_as(params, text, "parse_mode", entities_key)
}

/// The same with the parse mode under another name.
pub(super) fn formatted_as(
    params: &mut Params,
    text: String,
    mode_key: &str,
    entities_key: &str,
) -> Result<Text, ApiError> {
    let mode = params.text(mode_key)?.unwrap_or_default();
    let given = params.json(entities_key)?;
    let parsed = match mode.to_lowercase().as_str() {
        "html" => html::parse(&text)
            .map_err(|problem| ApiError::bad(format!("can't parse entities: {problem}")).faulty())?,
        "" => {
            let entities: Vec<Entity> = match given {
                Some(given) => serde_json::from_value(given)
                    .map_err(|_| ApiError::bad("can't parse entities: can't parse MessageEntity").faulty())?,
                None => Vec::new(),
            };
            html::trim(Text { text, entities })
        }
        "markdown" | "markdownv2" => {
            return Err(ApiError::bad("the local chat knows parse_mode HTML only").faulty());
        }
        _ => return Err(ApiError::bad("unsupported parse_mode").faulty()),
    };
    let entities = detect(&parsed.text, &parsed.entities);
    Ok(Text { entities, ..parsed })
}

fn message_text(params: &mut Params) -> Result<Text, ApiError> {
    let text = formatted(params, "text", "entities")?;
    if text.text.is_empty() {
        return Err(ApiError::bad("message text is empty").faulty());
    }
    if utf16_len(&text.text) > TEXT_LIMIT {
        return Err(ApiError::bad("message is too long").faulty());
    }
    Ok(text)
}

/// A caption of a photo or a document.
pub(super) fn caption(params: &mut Params) -> Result<Text, ApiError> {
    let text = formatted(params, "caption", "caption_entities")?;
    if utf16_len(&text.text) > CAPTION_LIMIT {
        return Err(ApiError::bad("message caption is too long").faulty());
    }
    Ok(text)
}

fn rich_message(params: &mut Params) -> Result<Option<Content>, ApiError> {
    let Some(message) = params.json("rich_message")? else { return Ok(None) };
    rich::check(&message).map_err(|problem| ApiError::bad(problem).faulty())?;
    Ok(Some(Content::Rich(message)))
}

pub(super) fn send_text(core: &Core, params: &mut Params) -> Answer {
    let text = message_text(params)?;
    let to = sending(core, params)?;
    Ok(send(core, to, Content::Text(text)))
}

pub(super) fn send_rich(core: &Core, params: &mut Params) -> Answer {
    let content = rich_message(params)?;
    let content = content.ok_or_else(|| ApiError::bad("rich message is empty").faulty())?;
    let to = sending(core, params)?;
    Ok(send(core, to, content))
}

pub(super) fn edit_text(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["business_connection_id", "link_preview_options"]);
    let content = if core.rich_messages { rich_message(params)? } else { None };
    let content = match content {
        Some(content) => content,
        None => Content::Text(message_text(params)?),
    };
    let (chat, id) = target(core, params, "edit")?;
    let buttons = markup::take_inline(params)?;
    core.act(|inner, now| {
        let message = editable(inner, chat, id)?;
        if !matches!(message.content, Content::Text(_) | Content::Rich(_)) {
            return Err(ApiError::bad("there is no text in the message to edit"));
        }
        change(inner, id, Some(content), buttons, now.timestamp())
    })
}

pub(super) fn edit_markup(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["business_connection_id"]);
    let (chat, id) = target(core, params, "edit")?;
    let buttons = markup::take_inline(params)?;
    core.act(|inner, now| {
        editable(inner, chat, id)?;
        change(inner, id, None, buttons, now.timestamp())
    })
}

fn change(
    inner: &mut Inner,
    id: i32,
    content: Option<Content>,
    buttons: Vec<Vec<Button>>,
    now: i64,
) -> Answer {
    let revision = inner.revision + 1;
    if let Some(message) = inner.world.messages.get_mut(&id) {
        let content = content.unwrap_or_else(|| message.content.clone());
        if message.content == content && message.buttons == buttons {
            return Err(ApiError::bad(
                "message is not modified: specified new message content and reply markup are exactly the \
                 same as a current content and reply markup of the message",
            ));
        }
        message.content = content;
        message.buttons = buttons;
        message.edited = Some(now);
        message.revision = revision;
        inner.revision = revision;
    }
    Ok(shape(inner, id))
}

fn target(core: &Core, params: &mut Params, what: &str) -> Result<(i64, i32), ApiError> {
    if params.text("inline_message_id")?.is_some() {
        return Err(ApiError::bad("the local chat has no inline messages").faulty());
    }
    let chat = chat(core, params)?;
    let id = params.integer("message_id")?.and_then(|id| i32::try_from(id).ok()).unwrap_or(0);
    if id <= 0 {
        return Err(ApiError::bad(format!("message to {what} not found")).faulty());
    }
    Ok((chat, id))
}

fn standing(inner: &Inner, chat: i64, id: i32) -> Option<&Message> {
    inner.world.messages.get(&id).filter(|message| message.chat == chat && !message.deleted)
}

fn editable(inner: &Inner, chat: i64, id: i32) -> Result<&Message, ApiError> {
    let message = standing(inner, chat, id).ok_or_else(|| ApiError::bad("message to edit not found"))?;
    if !message.from_bot {
        return Err(ApiError::bad("message can't be edited").faulty());
    }
    Ok(message)
}

pub(super) fn delete(core: &Core, params: &mut Params) -> Answer {
    let (chat, id) = target(core, params, "delete")?;
    core.act(|inner, _| {
        if standing(inner, chat, id).is_none() {
            return Err(ApiError::bad("message to delete not found"));
        }
        let revision = inner.touch();
        if let Some(message) = inner.world.messages.get_mut(&id) {
            message.deleted = true;
            message.revision = revision;
        }
        Ok(true.into())
    })
}

pub(super) fn chat_action(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&SENDING);
    let chat = chat(core, params)?;
    let action = params.text("action")?.unwrap_or_default();
    let known = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ];
    if !known.contains(&action.as_str()) {
        return Err(ApiError::bad("wrong parameter action in request").faulty());
    }
    core.act(|inner, _| {
        inner.typing.insert(chat, Instant::now());
        inner.touch();
    });
    Ok(true.into())
}

/// Reactions are accepted and not shown.
pub(super) fn react(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["reaction", "is_big"]);
    let (chat, id) = target(core, params, "react")?;
    let found = core.look(|inner| standing(inner, chat, id).is_some());
    if found { Ok(true.into()) } else { Err(ApiError::bad("message to react not found")) }
}

/// The poll under a message of this chat, and its buttons replaced.
pub(super) fn target_of_poll(core: &Core, params: &mut Params) -> Result<(i64, i32), ApiError> {
    target(core, params, "stop the poll")
}

/// Whether the bot's message stands in the chat.
pub(super) fn check_editable(inner: &Inner, chat: i64, id: i32) -> Result<&Message, ApiError> {
    editable(inner, chat, id)
}
