//! `reply_markup`: inline keyboards are checked and kept with the message; keyboards in place of the letters
//! belong to the chat.

use serde_json::{Map, Value};

use super::ApiError;
use super::params::Params;
use crate::localchat::detect::link;
use crate::localchat::model::{Action, Button};

/// What `reply_markup` asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Markup {
    None,
    Inline(Vec<Vec<Button>>),
    /// A keyboard in place of the letters, as it was given.
    Keyboard(Value),
    RemoveKeyboard,
    ForceReply,
}

impl Markup {
    /// The inline keyboard's rows.
    pub(super) fn buttons(&self) -> Vec<Vec<Button>> {
        if let Self::Inline(rows) = self { rows.clone() } else { Vec::new() }
    }
}

const BUTTONS: usize = 100;
const DATA_BYTES: usize = 64;

pub(super) fn take(params: &mut Params) -> Result<Markup, ApiError> {
    let Some(value) = params.json("reply_markup")? else { return Ok(Markup::None) };
    let fields =
        value.as_object().ok_or_else(|| ApiError::bad("object expected as reply markup").faulty())?;
    if let Some(rows) = fields.get("inline_keyboard") {
        return inline(rows, &mut params.oddities).map(Markup::Inline);
    }
    if fields.get("keyboard").is_some_and(Value::is_array) {
        return Ok(Markup::Keyboard(value));
    }
    let on = |key: &str| fields.get(key) == Some(&Value::Bool(true));
    if on("remove_keyboard") {
        return Ok(Markup::RemoveKeyboard);
    }
    if on("force_reply") {
        return Ok(Markup::ForceReply);
    }
    Err(ApiError::bad("can't parse reply markup JSON object").faulty())
}

/// Only an inline keyboard can stand under an edited message.
pub(super) fn take_inline(params: &mut Params) -> Result<Vec<Vec<Button>>, ApiError> {
    match take(params)? {
        Markup::None => Ok(Vec::new()),
        Markup::Inline(rows) => Ok(rows),
        _ => Err(ApiError::bad("inline keyboard expected").faulty()),
    }
}

fn inline(rows: &Value, oddities: &mut Vec<String>) -> Result<Vec<Vec<Button>>, ApiError> {
    let expected = |what: &str| ApiError::bad(format!("can't parse inline keyboard: {what}")).faulty();
    let rows = rows.as_array().ok_or_else(|| expected("array of rows expected"))?;
    let mut keyboard = Vec::new();
    for row in rows {
        let row = row.as_array().ok_or_else(|| expected("array of buttons expected"))?;
        let mut buttons = Vec::new();
        for button in row {
            let fields = button.as_object().ok_or_else(|| expected("object expected as button"))?;
            buttons.push(parse(fields, oddities)?);
        }
        if !buttons.is_empty() {
            keyboard.push(buttons);
        }
    }
    if keyboard.iter().map(Vec::len).sum::<usize>() > BUTTONS {
        return Err(ApiError::bad("reply markup is too long").faulty());
    }
    Ok(keyboard)
}

fn parse(fields: &Map<String, Value>, oddities: &mut Vec<String>) -> Result<Button, ApiError> {
    let wrong = |what: &str| ApiError::bad(format!("can't parse inline keyboard button: {what}")).faulty();
    let text = fields.get("text").and_then(Value::as_str).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| wrong("Field \"text\" must be a non-empty String"))?;
    let style = match fields.get("style") {
        None => None,
        Some(Value::String(style)) if matches!(style.as_str(), "primary" | "success" | "danger") => {
            Some(style.clone())
        }
        Some(_) => return Err(ApiError::bad("BUTTON_STYLE_INVALID").faulty()),
    };
    let mut action = None;
    for (key, value) in fields {
        let this = match (key.as_str(), value) {
            ("text" | "style" | "icon_custom_emoji_id", _) => continue,
            ("callback_data", Value::String(data)) => {
                if data.is_empty() || data.len() > DATA_BYTES {
                    return Err(ApiError::bad("BUTTON_DATA_INVALID").faulty());
                }
                Action::Callback(data.clone())
            }
            ("url", Value::String(url)) => Action::Url(link(url).ok_or_else(|| {
                ApiError::bad(format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"))
                    .faulty()
            })?),
            ("copy_text", Value::Object(copy)) => {
                let copied = copy.get("text").and_then(Value::as_str);
                let copied = copied.filter(|copied| (1..=256).contains(&copied.chars().count()));
                Action::Copy(
                    copied.ok_or_else(|| ApiError::bad("BUTTON_COPY_TEXT_INVALID").faulty())?.to_owned(),
                )
            }
            ("disabled", Value::Object(_)) => Action::Disabled,
            ("callback_data" | "url" | "copy_text" | "disabled", _) => {
                return Err(wrong(&format!("Field \"{key}\" has a wrong type")));
            }
            _ => {
                oddities.push(format!("unknown or unsupported field \"{key}\" in an inline button"));
                continue;
            }
        };
        if action.replace(this).is_some() {
            return Err(wrong("exactly one of the optional fields must be used"));
        }
    }
    let action = action.ok_or_else(|| wrong("Text buttons are unallowed in the inline keyboard"))?;
    Ok(Button { text: text.to_owned(), action, style })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem(button: Value) -> String {
        let error = inline(&json!([[button]]), &mut Vec::new()).unwrap_err();
        error.description
    }

    #[test]
    fn buttons_are_checked_as_telegram_does() {
        assert_eq!(
            problem(json!({ "text": "x", "callback_data": "é".repeat(33) })),
            "Bad Request: BUTTON_DATA_INVALID"
        );
        assert_eq!(problem(json!({ "text": "x", "callback_data": "" })), "Bad Request: BUTTON_DATA_INVALID");
        assert!(
            problem(json!({ "text": "x" })).ends_with("Text buttons are unallowed in the inline keyboard")
        );
        assert!(problem(json!({ "text": "x", "url": "javascript:x" })).contains("Wrong HTTP URL"));
        assert!(problem(json!({ "text": "x", "callback_data": "a", "style": "pink" })).contains("STYLE"));
        assert!(problem(json!({ "text": "x", "callback_data": "a", "url": "a.b" })).contains("exactly one"));
    }

    #[test]
    fn a_full_keyboard_is_kept() {
        let rows = json!([[{ "text": "Again", "callback_data": "a", "style": "danger" }], []]);
        let rows = inline(&rows, &mut Vec::new()).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0][0].style.as_deref(), Some("danger"));
    }
}
