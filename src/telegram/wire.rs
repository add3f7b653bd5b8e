//! Calls that teloxide 0.17 lacks, made through its client, and one kind of error for all of them.
//!
//! Replace these payloads when teloxide knows rich messages and button styles (Bot API 10.1 and later).

use std::time::Duration;

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use teloxide::requests::{JsonRequest, Payload};
use teloxide::types::ChatId;
use teloxide::{ApiError, Bot, RequestError};

/// Longest wait of one long poll, in seconds.
pub(super) const POLL_SECONDS: u64 = 50;

/// A client for a Bot API server. `patience` is the longest that one call may take.
///
/// # Errors
/// When the system has no TLS to offer.
pub fn bot(token: &str, api_url: &url::Url, patience: Duration) -> Result<Bot, String> {
    let client = teloxide::net::default_reqwest_settings()
        .timeout(patience)
        .build()
        .map_err(|error| format!("cannot set up the network client: {}", error.without_url()))?;
    Ok(Bot::with_client(token, client).set_api_url(api_url.clone()))
}

/// How long getUpdates may take in all.
#[must_use]
pub fn poll_patience() -> Duration {
    Duration::from_secs(POLL_SECONDS + 15)
}

/// Why a call failed, as far as it matters what to do next. Never holds the token, an address or a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Too fast: again after so many seconds.
    #[error("Telegram asks to wait {0} s")]
    RetryAfter(u32),
    /// The network or the server failed: try again.
    #[error("{0}")]
    Passing(&'static str),
    /// The learner cannot be written to.
    #[error("the learner has stopped the bot")]
    Blocked,
    /// The message has this content already.
    #[error("the message is the same already")]
    NotModified,
    /// The message to change is gone or too old.
    #[error("the message can no longer be changed")]
    MessageGone,
    /// The server does not know rich messages.
    #[error("the server does not know this method")]
    UnknownMethod,
    /// The token is not known.
    #[error("the token is refused")]
    Token,
    /// Somebody else polls with the same token.
    #[error("another process polls with the same token, or a webhook is set")]
    Conflict,
    /// Any other refusal, in Telegram's words.
    #[error("Telegram refused: {0}")]
    Refused(String),
}

impl From<RequestError> for CallError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::RetryAfter(seconds) => Self::RetryAfter(seconds.seconds()),
            RequestError::Api(error) => error.into(),
            RequestError::MigrateToChatId(_) => Self::Refused("the group has moved".to_owned()),
            RequestError::Network(error) if error.is_connect() => Self::Passing("Telegram cannot be reached"),
            RequestError::Network(error) if error.is_timeout() => {
                Self::Passing("Telegram did not answer in time")
            }
            RequestError::Network(_) => Self::Passing("the connection to Telegram broke"),
            // A proxy's error page, or half an answer.
            RequestError::InvalidJson { .. } => Self::Passing("Telegram's answer was unreadable"),
            RequestError::Io(_) => Self::Passing("a file could not be read"),
        }
    }
}

impl From<ApiError> for CallError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::BotBlocked
            | ApiError::UserDeactivated
            | ApiError::CantInitiateConversation
            | ApiError::ChatNotFound => Self::Blocked,
            ApiError::MessageNotModified => Self::NotModified,
            ApiError::MessageToEditNotFound
            | ApiError::MessageCantBeEdited
            | ApiError::MessageIdInvalid
            | ApiError::MessageToDeleteNotFound
            | ApiError::MessageCantBeDeleted => Self::MessageGone,
            ApiError::MessageTextIsEmpty => Self::UnknownMethod,
            ApiError::InvalidToken => Self::Token,
            ApiError::TerminatedByOtherGetUpdates => Self::Conflict,
            ApiError::Unknown(text) => Self::from_text(text),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl CallError {
    /// Texts that teloxide does not know.
    fn from_text(text: String) -> Self {
        let lower = text.to_lowercase();
        if lower.contains("method not found") {
            Self::UnknownMethod
        } else if lower.starts_with("forbidden") {
            Self::Blocked
        } else if lower.starts_with("conflict") {
            Self::Conflict
        } else if lower.starts_with("internal server error") || lower.starts_with("bad gateway") {
            Self::Passing("Telegram has a fault of its own")
        } else if lower.contains("message is not modified") {
            Self::NotModified
        } else if lower.contains("message to edit not found") || lower.contains("message can't be edited") {
            Self::MessageGone
        } else if lower.contains("text must be non-empty") {
            Self::UnknownMethod
        } else {
            Self::Refused(text)
        }
    }
}

/// Makes a call.
pub(super) async fn call<P>(bot: &Bot, payload: P) -> Result<P::Output, CallError>
where
    P: Payload + Serialize + 'static,
    P::Output: serde::de::DeserializeOwned + 'static,
{
    JsonRequest::new(bot.clone(), payload).await.map_err(CallError::from)
}

/// Of a sent message only its id is needed; the rest may be newer than teloxide.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Sent {
    pub message_id: i32,
}

macro_rules! payload {
    ($type:ident, $name:literal, $output:ty) => {
        impl Payload for $type {
            type Output = $output;
            const NAME: &'static str = $name;
        }
    };
}

/// Updates as raw JSON: what cannot be parsed must not be lost.
#[derive(Debug, Serialize)]
pub(super) struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    pub limit: u8,
    pub timeout: u64,
    pub allowed_updates: [&'static str; 4],
}
payload!(GetUpdates, "getUpdates", Vec<Value>);

#[derive(Debug, Serialize)]
pub(super) struct SendRichMessage {
    pub chat_id: ChatId,
    pub rich_message: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<Value>,
}
payload!(SendRichMessage, "sendRichMessage", Sent);

#[derive(Debug, Serialize)]
pub(super) struct EditRichMessage {
    pub chat_id: ChatId,
    pub message_id: i32,
    pub rich_message: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<Value>,
}
payload!(EditRichMessage, "editMessageText", IgnoredAny);

/// Addresses in our texts are sources to read on, not pictures to show.
#[derive(Debug, Serialize)]
pub(super) struct NoPreview {
    is_disabled: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct SendHtml {
    pub chat_id: ChatId,
    pub text: String,
    pub parse_mode: &'static str,
    pub link_preview_options: NoPreview,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<Value>,
}
payload!(SendHtml, "sendMessage", Sent);

#[derive(Debug, Serialize)]
pub(super) struct EditHtml {
    pub message_id: i32,
    #[serde(flatten)]
    pub content: SendHtml,
}
payload!(EditHtml, "editMessageText", IgnoredAny);

impl SendHtml {
    pub fn new(chat_id: ChatId, text: String, reply_markup: Option<Value>) -> Self {
        let link_preview_options = NoPreview { is_disabled: true };
        Self { chat_id, text, parse_mode: "HTML", link_preview_options, reply_markup }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct EditButtons {
    pub chat_id: ChatId,
    pub message_id: i32,
    pub reply_markup: Value,
}
payload!(EditButtons, "editMessageReplyMarkup", IgnoredAny);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_what_to_do_next() {
        let api = |text: &str| {
            let json = format!("{text:?}");
            CallError::from(serde_json::from_str::<ApiError>(&json).unwrap())
        };
        let cases = [
            ("Forbidden: bot was blocked by the user", CallError::Blocked),
            ("Forbidden: user is deactivated", CallError::Blocked),
            ("Not Found: method not found", CallError::UnknownMethod),
            ("Bad Request: message text is empty", CallError::UnknownMethod),
            ("Bad Request: message to edit not found", CallError::MessageGone),
            ("Bad Gateway", CallError::Passing("Telegram has a fault of its own")),
            ("Unauthorized", CallError::Token),
            (
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
                CallError::Conflict,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(api(text), expected, "{text}");
        }
    }
}
