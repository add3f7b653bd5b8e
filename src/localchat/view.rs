//! A message as somebody sees it: for tests as values, for the page as JSON.

use serde_json::{Value, json};

use super::core::Inner;
use super::model::{Action, Content, Message};
use super::{render, rich};

/// A message as it stands in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its id in the chat.
    pub id: i32,
    /// Whether the bot wrote it.
    pub from_bot: bool,
    /// What is read: the text, the caption, the poll's question, the sticker's emoji; of a rich message a
    /// line a block, with formulas as LaTeX.
    pub text: String,
    /// The same as the page shows it.
    pub html: String,
    /// Rows of inline buttons.
    pub buttons: Vec<Vec<SeenButton>>,
    /// The poll, if it is one.
    pub poll: Option<SeenPoll>,
    /// The photo or document, if it has one.
    pub file: Option<SeenFile>,
    /// Whether it came as a rich message.
    pub rich: bool,
    /// Whether it was changed after it was sent.
    pub edited: bool,
    /// Whether it was deleted; deleted messages are listed only by `all_messages`.
    pub deleted: bool,
    /// The message that it answers.
    pub reply_to: Option<i32>,
    /// The chat's revision when it last changed.
    pub revision: u64,
}

/// An inline button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenButton {
    /// What stands on it.
    pub label: String,
    /// What it sends, if it is a callback button.
    pub data: Option<String>,
    /// Where it leads, if it is a link.
    pub url: Option<String>,
    /// `primary`, `success`, `danger`, or none.
    pub style: Option<String>,
}

/// A poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenPoll {
    /// Its id, as `poll_answer` updates name it.
    pub id: String,
    /// The options' texts.
    pub options: Vec<String>,
    /// The right ones of a quiz.
    pub correct: Vec<usize>,
    /// What is shown after an answer.
    pub explanation: String,
    /// Whether it takes no more votes.
    pub closed: bool,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenFile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is shown as a picture.
    pub photo: bool,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What the bot said in answer to a tap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenToast {
    /// The callback query that it answers.
    pub callback: u64,
    /// The words; empty if the tap was only acknowledged.
    pub text: String,
    /// Whether it is a dialog that must be closed.
    pub alert: bool,
}

/// The words of a message.
pub(super) fn words(inner: &Inner, message: &Message) -> String {
    match &message.content {
        Content::Text(text) => text.text.clone(),
        Content::Rich(rich_message) => rich::plain(rich_message),
        Content::Photo { caption, .. } | Content::Document { caption, .. } => caption.text.clone(),
        Content::Sticker { emoji, .. } => emoji.clone(),
        Content::Location { latitude, longitude } => format!("{latitude}, {longitude}"),
        Content::Poll(id) => inner.world.polls.get(id).map(|poll| poll.question.clone()).unwrap_or_default(),
    }
}

/// The words of a message as HTML.
pub(super) fn html(message: &Message) -> String {
    match &message.content {
        Content::Text(text) => render::text(text),
        Content::Rich(rich_message) => render::rich(rich_message),
        Content::Photo { caption, .. } | Content::Document { caption, .. } => render::text(caption),
        Content::Sticker { .. } | Content::Location { .. } | Content::Poll(_) => String::new(),
    }
}

/// A message for tests, its file still without content.
pub(super) fn seen(inner: &Inner, message: &Message) -> Seen {
    let button = |button: &super::model::Button| {
        let (data, url) = match &button.action {
            Action::Callback(data) => (Some(data.clone()), None),
            Action::Url(url) => (None, Some(url.clone())),
            Action::Copy(_) | Action::Disabled => (None, None),
        };
        SeenButton { label: button.text.clone(), data, url, style: button.style.clone() }
    };
    let poll = match &message.content {
        Content::Poll(id) => inner.world.polls.get(id).map(|poll| SeenPoll {
            id: poll.id.clone(),
            options: poll.options.clone(),
            correct: poll.correct.clone(),
            explanation: poll.explanation.text.clone(),
            closed: poll.closed,
        }),
        _ => None,
    };
    let file = match &message.content {
        Content::Photo { file, .. } => Some((file, true)),
        Content::Document { file, .. } => Some((file, false)),
        _ => None,
    };
    let file = file.map(|(id, photo)| SeenFile {
        id: id.clone(),
        name: inner.world.files.get(id).map(|file| file.name.clone()).unwrap_or_default(),
        photo,
        bytes: Vec::new(),
    });
    Seen {
        id: message.id,
        from_bot: message.from_bot,
        text: words(inner, message),
        html: html(message),
        buttons: message.buttons.iter().map(|row| row.iter().map(button).collect()).collect(),
        poll,
        file,
        rich: matches!(message.content, Content::Rich(_)),
        edited: message.edited.is_some(),
        deleted: message.deleted,
        reply_to: message.reply_to,
        revision: message.revision,
    }
}

/// A message for the page.
pub(super) fn for_page(inner: &Inner, message: &Message) -> Value {
    if message.deleted {
        return json!({ "id": message.id, "deleted": true });
    }
    let mut value = json!({
        "id": message.id, "bot": message.from_bot, "date": message.date, "html": html(message),
        // A phone marks own edits; a bot's message changes without a mark.
        "edited": message.edited.is_some() && !message.from_bot, "forwarded": message.forwarded,
        "buttons": buttons(inner, message), "rich": matches!(message.content, Content::Rich(_)),
        "text": words(inner, message),
    });
    let replied = message.reply_to.and_then(|id| inner.world.messages.get(&id));
    if let Some(replied) = replied.filter(|replied| !replied.deleted) {
        let words: String = words(inner, replied).chars().take(80).collect();
        value["reply"] = json!({ "id": replied.id, "bot": replied.from_bot, "text": words });
    }
    match &message.content {
        Content::Text(_) => value["own_text"] = (!message.from_bot && !message.forwarded).into(),
        Content::Rich(_) => {}
        Content::Photo { file, width, height, .. } => {
            value["photo"] = json!({ "file": file, "width": width, "height": height });
        }
        Content::Document { file, .. } => {
            let file = inner.world.files.get(file);
            value["document"] =
                json!(file.map(|file| json!({ "file": file.id, "name": file.name, "size": file.size })));
        }
        Content::Sticker { emoji, .. } => value["sticker"] = emoji.as_str().into(),
        Content::Location { latitude, longitude } => value["location"] = json!([latitude, longitude]),
        Content::Poll(id) => value["poll"] = poll(inner, id, message.chat),
    }
    value
}

fn buttons(inner: &Inner, message: &Message) -> Value {
    let busy = |row: usize, column: usize| {
        inner.callbacks.values().any(|callback| {
            callback.message == message.id
                && (callback.row, callback.column) == (row, column)
                && !callback.answered
                && callback.alive()
        })
    };
    let button = |(row, column): (usize, usize), button: &super::model::Button| {
        let mut value = json!({ "text": button.text, "style": button.style, "busy": busy(row, column) });
        match &button.action {
            Action::Callback(_) => value["kind"] = "callback".into(),
            Action::Url(url) => {
                value["kind"] = "url".into();
                value["url"] = url.as_str().into();
            }
            Action::Copy(text) => {
                value["kind"] = "copy".into();
                value["copy"] = text.as_str().into();
            }
            Action::Disabled => value["kind"] = "disabled".into(),
        }
        value
    };
    let rows = message.buttons.iter().enumerate();
    rows.map(|(at, row)| {
        row.iter().enumerate().map(|(column, one)| button((at, column), one)).collect::<Value>()
    })
    .collect()
}

/// The right answers and the counts show only to who has voted, or when the poll is over.
fn poll(inner: &Inner, id: &str, learner: i64) -> Value {
    let Some(poll) = inner.world.polls.get(id) else { return Value::Null };
    let mine = poll.votes.get(&learner);
    let open = mine.is_none() && !poll.closed;
    let count = |option: usize| poll.votes.values().filter(|chosen| chosen.contains(&option)).count();
    let mut value = json!({
        "question": poll.question, "options": poll.options, "quiz": poll.quiz, "multiple": poll.multiple,
        "anonymous": poll.anonymous, "closed": poll.closed, "mine": mine, "total": poll.votes.len(),
    });
    if !open {
        value["correct"] = json!(poll.correct);
        value["counts"] = (0..poll.options.len()).map(count).collect();
        value["explanation"] = render::text(&poll.explanation).into();
    }
    value
}
