//! A request's parameters, from a query, a form, a JSON object or a multipart body.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use serde_json::{Map, Value};

use super::ApiError;

/// The largest request: a document of 50 MB and its fields.
const BODY_LIMIT: usize = 52 * 1024 * 1024;

/// Parameters not taken yet, uploaded files, and what was odd about the request.
#[derive(Debug, Default)]
pub(super) struct Params {
    values: BTreeMap<String, Value>,
    uploads: BTreeMap<String, Upload>,
    /// Problems that Telegram passes over in silence.
    pub(super) oddities: Vec<String>,
}

/// An uploaded file.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) bytes: Bytes,
}

impl Params {
    pub(super) async fn read(request: Request) -> Result<Self, ApiError> {
        let mut params = Self::default();
        for (key, value) in form_pairs(request.uri().query().unwrap_or_default()) {
            params.values.insert(key, Value::String(value));
        }
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("multipart/form-data") {
            params.multipart(request).await?;
            return Ok(params);
        }
        let body = axum::body::to_bytes(request.into_body(), BODY_LIMIT).await;
        let body = body.map_err(|_| ApiError::new(413, "Request Entity Too Large"))?;
        if body.is_empty() {
            return Ok(params);
        }
        if kind.starts_with("application/json") {
            let parsed: Result<Map<String, Value>, _> = serde_json::from_slice(&body);
            let parsed = parsed.map_err(|_| ApiError::bad("can't parse request JSON object").faulty())?;
            // Null stands for "not given", as it does at Telegram.
            params.values.extend(parsed.into_iter().filter(|(_, value)| !value.is_null()));
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            let text = String::from_utf8_lossy(&body);
            for (key, value) in form_pairs(&text) {
                params.values.insert(key, Value::String(value));
            }
        } else {
            return Err(ApiError::bad("unsupported Content-Type").faulty());
        }
        Ok(params)
    }

    async fn multipart(&mut self, request: Request) -> Result<(), ApiError> {
        let broken = || ApiError::bad("can't parse multipart form data").faulty();
        let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        while let Some(field) = multipart.next_field().await.map_err(|_| broken())? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = field.bytes().await.map_err(|_| ApiError::new(413, "Request Entity Too Large"))?;
            if let Some(file) = file {
                self.uploads.insert(name, Upload { name: file, mime, bytes });
            } else {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.values.insert(name, Value::String(text));
            }
        }
        Ok(())
    }

    /// The chat that the request is about, without taking it.
    pub(super) fn peek_chat(&self) -> Option<i64> {
        self.values.get("chat_id").and_then(as_integer)
    }

    /// Whether the parameter was given and not taken yet.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// A string; a number passes for one, as at Telegram.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, ApiError> {
        match self.values.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(ApiError::bad(format!("parameter \"{key}\" must be a string")).faulty()),
        }
    }

    pub(super) fn integer(&mut self, key: &str) -> Result<Option<i64>, ApiError> {
        let Some(value) = self.values.remove(key) else { return Ok(None) };
        let number = as_integer(&value);
        let number = number
            .ok_or_else(|| ApiError::bad(format!("parameter \"{key}\" must be an integer")).faulty())?;
        Ok(Some(number))
    }

    pub(super) fn flag(&mut self, key: &str) -> Result<bool, ApiError> {
        match self.values.remove(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::String(text))
                if matches!(text.to_lowercase().as_str(), "true" | "1" | "yes" | "t") =>
            {
                Ok(true)
            }
            Some(Value::String(text))
                if matches!(text.to_lowercase().as_str(), "false" | "0" | "no" | "f" | "") =>
            {
                Ok(false)
            }
            Some(_) => Err(ApiError::bad(format!("parameter \"{key}\" must be a Boolean")).faulty()),
        }
    }

    /// An object or an array: as such, or as JSON within a string.
    pub(super) fn json(&mut self, key: &str) -> Result<Option<Value>, ApiError> {
        match self.values.remove(key) {
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|_| ApiError::bad(format!("can't parse {key} JSON object")).faulty()),
            other => Ok(other),
        }
    }

    /// The file of a parameter: uploaded under its name, or named by `attach://`.
    pub(super) fn upload(&mut self, key: &str) -> Option<Upload> {
        if let Some(upload) = self.uploads.remove(key) {
            return Some(upload);
        }
        let name = self.values.get(key)?.as_str()?.strip_prefix("attach://")?.to_owned();
        let upload = self.uploads.remove(&name)?;
        self.values.remove(key);
        Some(upload)
    }

    /// Parameters that Telegram knows and that make no difference here.
    pub(super) fn ignore(&mut self, keys: &[&str]) {
        self.values.retain(|key, _| !keys.contains(&key.as_str()));
    }

    /// Notes what nobody asked for; Telegram ignores it, but it is a mistake of the bot.
    pub(super) fn finish(&mut self) {
        let unknown = self.values.keys().map(|key| format!("unknown parameter \"{key}\""));
        self.oddities.extend(unknown);
        let unused = self.uploads.keys().map(|key| format!("file \"{key}\" is used by no parameter"));
        self.oddities.extend(unused);
        self.values.clear();
        self.uploads.clear();
    }
}

fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The pairs of an `application/x-www-form-urlencoded` text.
fn form_pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(&key.replace('+', " ")), percent_decode(&value.replace('+', " ")))
        })
        .collect()
}

/// Replaces `%41` by `A`; what is no such code stays.
pub(in crate::localchat) fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match after {
            [high, low, ..] if *first == b'%' => {
                std::str::from_utf8(&[*high, *low]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            }
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        let pairs = form_pairs("text=a+b%26%C3%A9&empty=&%=1%2");
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("text", "a b&é"), ("empty", ""), ("%", "1%2")]);
    }
}
