//! The page's side of the server: its files, one long poll for what changed, and the learner's acts.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::core::{Core, Inner};
use super::learner::Refusal;
use super::model::{Content, Message};
use super::upload::{send_document, send_photo};
use super::{api, picture, view};

const UPLOAD_LIMIT: usize = 52 * 1024 * 1024;
/// How long the page's question may wait for news.
const NEWS_WAIT: Duration = Duration::from_secs(15);
/// While a bot is connected, the page looks again this soon whether it still is.
const PRESENCE_WAIT: Duration = Duration::from_secs(6);
const MESSAGES_SHOWN: usize = 400;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
                      img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

type Shared = State<Arc<Core>>;

/// All routes: the page, its acts, and the Bot API for everything else.
pub(super) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/", get(|| file("text/html; charset=utf-8", include_str!("page.html"))))
        .route("/page.css", get(|| file("text/css; charset=utf-8", include_str!("page.css"))))
        .route("/page.js", get(|| file("text/javascript; charset=utf-8", include_str!("page.js"))))
        .route("/composer.js", get(|| file("text/javascript; charset=utf-8", include_str!("composer.js"))))
        .route("/bubbles.js", get(|| file("text/javascript; charset=utf-8", include_str!("bubbles.js"))))
        .route("/chat/news", get(news))
        .route("/chat/files/{id}", get(download))
        .route("/chat/learners", post(add_learner))
        .route("/chat/upload", post(upload))
        .route("/chat/act", post(act))
        .fallback(api::serve)
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .layer(middleware::from_fn_with_state(Arc::clone(&core), guard))
        .with_state(core)
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, text).into_response()
}

/// Turns away requests that a foreign page makes a browser send: by a name that only resolves to here
/// (`Host`), or from another origin.
async fn guard(State(core): Shared, request: Request, next: Next) -> Response {
    if let Some(foreign) = foreign(core.port, request.headers()) {
        return (StatusCode::FORBIDDEN, foreign).into_response();
    }
    let mut response = next.run(request).await;
    let nosniff = HeaderValue::from_static("nosniff");
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

fn foreign(port: u16, headers: &HeaderMap) -> Option<&'static str> {
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let value = |name: header::HeaderName| {
        headers.get(name).map(|value| value.to_str().unwrap_or_default().to_lowercase())
    };
    if !value(header::HOST).is_some_and(|host| own.contains(&host)) {
        return Some("foreign Host");
    }
    let origin = value(header::ORIGIN)?;
    let is_own = own.iter().any(|own| origin == format!("http://{own}"));
    (!is_own).then_some("foreign Origin")
}

#[derive(Deserialize)]
struct Since {
    learner: Option<i64>,
    #[serde(default)]
    since: u64,
    #[serde(default)]
    epoch: i64,
}

/// What changed after a revision, for one learner; waits if nothing did.
async fn news(State(core): Shared, Query(query): Query<Since>) -> Json<Value> {
    let fresh = query.epoch != core.epoch;
    let since = if fresh { 0 } else { query.since };
    let mut changed = core.changed.subscribe();
    let mut stop = core.stop.subscribe();
    let connected = core.look(Inner::connected);
    if !fresh && *changed.borrow_and_update() <= since {
        let wait = if connected { PRESENCE_WAIT } else { NEWS_WAIT };
        tokio::select! {
            _ = changed.changed() => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
    Json(state(&core, query.learner, since))
}

fn state(core: &Core, learner: Option<i64>, since: u64) -> Value {
    let next_reminder = learner.and_then(|learner| core.travel.next_reminder(learner));
    let now = core.clock.now();
    let shift = core.clock.shift().num_seconds();
    core.look(|inner| {
        let learners: Vec<Value> = inner
            .world
            .learners
            .values()
            .map(|learner| {
                let last = inner.world.messages.values().rev();
                let last = last.filter(|message| message.chat == learner.id && !message.deleted);
                let last = last.map(|message| preview(inner, message)).next();
                json!({ "id": learner.id, "name": learner.name, "blocked": learner.blocked, "last": last })
            })
            .collect();
        let mut value = json!({
            "epoch": core.epoch, "revision": inner.revision, "now": now.timestamp_millis(), "shift": shift,
            "next_reminder": next_reminder.map(|at| at.timestamp_millis()), "connected": inner.connected(),
            "learners": learners, "commands": inner.world.commands, "description": inner.world.description,
        });
        if let Some(learner) = learner.and_then(|id| inner.world.learners.get(&id)) {
            value["chat"] = chat(inner, learner.id, since);
            value["chat"]["reply_keyboard"] = json!(learner.reply_keyboard);
        }
        value
    })
}

fn preview(inner: &Inner, message: &Message) -> Value {
    let words: String = view::words(inner, message).chars().take(60).collect();
    json!({ "id": message.id, "date": message.date, "bot": message.from_bot, "text": words })
}

fn chat(inner: &Inner, learner: i64, since: u64) -> Value {
    // Whether a button is busy is no part of the message, so taps bring their message along too.
    let tapped: Vec<i32> = inner.callbacks.values().map(|callback| callback.message).collect();
    let mut messages: Vec<&Message> = inner
        .world
        .messages
        .values()
        .rev()
        .filter(|message| message.chat == learner)
        .filter(|message| message.revision > since || tapped.contains(&message.id))
        .filter(|message| since > 0 || !message.deleted)
        .take(MESSAGES_SHOWN)
        .collect();
    messages.reverse();
    let messages: Vec<Value> = messages.into_iter().map(|message| view::for_page(inner, message)).collect();
    let toasts = inner.toasts.iter().filter(|toast| toast.learner == learner && toast.revision > since);
    let toasts: Vec<Value> =
        toasts.map(|toast| json!({ "text": toast.text, "alert": toast.alert, "url": toast.url })).collect();
    let typing = u64::try_from(inner.typing_left(learner).as_millis()).unwrap_or(0);
    json!({
        "learner": learner, "messages": messages, "typing": typing,
        // Old toasts are of no use to a page that just opened.
        "toasts": if since > 0 { toasts } else { Vec::new() },
    })
}

/// What the learner does, as the page says it.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Act {
    Say { text: String, reply_to: Option<i32> },
    Edit { message: i32, text: String },
    Tap { message: i32, row: usize, column: usize },
    Vote { message: i32, options: Vec<usize> },
    Forward { message: i32 },
    Delete { message: i32 },
    Sticker { emoji: String },
    Location { latitude: f64, longitude: f64 },
    Block { blocked: bool },
    Travel { to: Journey },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Journey {
    Reminder,
    Morning,
    Days(u32),
}

#[derive(Deserialize)]
struct ActOf {
    learner: i64,
    #[serde(flatten)]
    act: Act,
}

async fn act(State(core): Shared, Json(ActOf { learner, act }): Json<ActOf>) -> Response {
    let done = core.act(|inner, now| match act {
        Act::Say { text, reply_to } => inner.say(learner, &text, reply_to, now).map(|_| None),
        Act::Edit { message, text } => inner.edit_own(learner, message, &text, now).map(|()| None),
        Act::Tap { message, row, column } => inner.tap(learner, message, (row, column)).map(|_| None),
        Act::Vote { message, options } => inner.vote(learner, message, &options).map(|()| None),
        Act::Forward { message } => inner.forward(learner, message, now).map(|_| None),
        Act::Delete { message } => inner.delete_own(learner, message).map(|()| None),
        Act::Sticker { emoji } => {
            let emoji: String = emoji.chars().take(8).collect();
            let file = format!("LS{}", inner.next_other());
            inner.post(learner, Content::Sticker { emoji, file }, false, None, now).map(|_| None)
        }
        Act::Location { latitude, longitude } => {
            let content = Content::Location {
                latitude: latitude.clamp(-90.0, 90.0),
                longitude: longitude.clamp(-180.0, 180.0),
            };
            inner.post(learner, content, false, None, now).map(|_| None)
        }
        Act::Block { blocked } => inner.set_blocked(learner, blocked, now).map(|()| None),
        Act::Travel { to } => inner.learner(learner).map(|_| Some(to)),
    });
    match done {
        Ok(None) => Json(json!({ "ok": true })).into_response(),
        Ok(Some(journey)) => travel(&core, learner, &journey),
        Err(refusal) => refuse(refusal),
    }
}

fn travel(core: &Core, learner: i64, journey: &Journey) -> Response {
    match journey {
        Journey::Reminder => {
            let Some(at) = core.travel.next_reminder(learner) else {
                let text = "No reminder is planned for this learner.";
                return (StatusCode::CONFLICT, Json(json!({ "error": text }))).into_response();
            };
            core.travel_to(at);
        }
        Journey::Morning => core.travel_to(core.travel.tomorrow_morning(learner)),
        Journey::Days(days) => core.travel_by(TimeDelta::days((*days).min(3650).into())),
    }
    Json(json!({ "ok": true })).into_response()
}

fn refuse(refusal: Refusal) -> Response {
    (StatusCode::CONFLICT, Json(json!({ "error": refusal.to_string() }))).into_response()
}

#[derive(Deserialize)]
struct NewLearner {
    name: String,
}

async fn add_learner(State(core): Shared, Json(new): Json<NewLearner>) -> Json<Value> {
    Json(json!({ "id": core.act(|inner, _| inner.add_learner(&new.name)) }))
}

#[derive(Deserialize)]
struct Upload {
    learner: i64,
    name: String,
    #[serde(default)]
    caption: String,
    #[serde(default)]
    photo: bool,
}

/// A foreign page could send a body without being asked back by the browser only with one of three content
/// types; `guard` turns it away by its origin all the same.
async fn upload(State(core): Shared, Query(query): Query<Upload>, body: Bytes) -> Response {
    let Upload { learner, name, caption, photo } = query;
    let sent = if body.is_empty() {
        Err(Refusal::File)
    } else if photo && picture::read(&body).is_some() {
        send_photo(&core, learner, &body, &caption)
    } else {
        send_document(&core, learner, &name, &body, &caption)
    };
    match sent {
        Ok(_) => Json(json!({ "ok": true })).into_response(),
        Err(refusal) => refuse(refusal),
    }
}

/// Pictures are shown, everything else is downloaded: nothing that a bot sent runs as a page of ours.
async fn download(State(core): Shared, Path(id): Path<String>) -> Response {
    let file = core.look(|inner| inner.world.files.get(&id).cloned());
    let Some((file, bytes)) = file.and_then(|file| core.store.get(&file.id).map(|bytes| (file, bytes)))
    else {
        return (StatusCode::NOT_FOUND, "no such file").into_response();
    };
    let mut headers = HeaderMap::new();
    let kind = picture::read(&bytes).map(|picture| picture.mime);
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.unwrap_or("application/octet-stream")));
    let named = format!("attachment; filename*=UTF-8''{}", percent_encode(&file.name));
    if let Some(named) = HeaderValue::from_str(&named).ok().filter(|_| kind.is_none()) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    (headers, bytes).into_response()
}

fn percent_encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
