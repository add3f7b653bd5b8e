//! The Bot API: which method is called, by whom, and how its answer looks on the wire.

mod callbacks;
mod files;
mod markup;
mod messages;
mod params;
mod polls;
mod setup;
mod updates;

use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use self::params::Params;
pub(super) use self::params::percent_decode;
use super::core::Core;
use super::faults::{FaultKind, strike};
use super::wire::Cut;

/// An error as Telegram tells it.
#[derive(Debug)]
pub(super) struct ApiError {
    code: u16,
    description: String,
    retry_after: Option<u32>,
    /// The bot asked for something invalid, which a correct bot would not; a race with a learner is not.
    fault_of_bot: bool,
}

impl ApiError {
    fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None, fault_of_bot: false }
    }

    fn bad(description: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {description}"))
    }

    fn faulty(self) -> Self {
        Self { fault_of_bot: true, ..self }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({ "retry_after": seconds });
        }
        let status = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(body)).into_response()
    }
}

type Answer = Result<Value, ApiError>;

/// Serves `/bot<token>/<method>` and `/file/bot<token>/<path>`; everything else is not found.
pub(super) async fn serve(
    State(core): State<Arc<Core>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let path = percent_decode(request.uri().path());
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return match rest.split_once('/') {
            Some((token, path)) if token == core.token => files::download(&core, path),
            _ => ApiError::new(401, "Unauthorized").into_response(),
        };
    }
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
        return ApiError::new(404, "Not Found").into_response();
    };
    if token != core.token {
        return ApiError::new(401, "Unauthorized").into_response();
    }
    let answer = call(&core, &cut, method, request).await;
    match answer {
        Ok(result) => Json(json!({ "ok": true, "result": result })).into_response(),
        Err(error) => {
            if error.fault_of_bot {
                let problem = format!("{} {}", error.code, error.description);
                core.act(|inner, _| inner.note_violation(method, problem));
            }
            error.into_response()
        }
    }
}

async fn call(core: &Arc<Core>, cut: &Cut, method: &str, request: Request) -> Answer {
    let mut params = Params::read(request).await?;
    let chat = params.peek_chat();
    let struck = core.act(|inner, _| {
        *inner.calls.entry(method.to_lowercase()).or_default() += 1;
        strike(&mut inner.faults, method, chat)
    });
    match struck {
        Some(FaultKind::TooManyRequests { retry_after }) => {
            let text = format!("Too Many Requests: retry after {retry_after}");
            return Err(ApiError { retry_after: Some(retry_after), ..ApiError::new(429, text) });
        }
        Some(FaultKind::ServerError) => return Err(ApiError::new(500, "Internal Server Error")),
        Some(FaultKind::Blocked) => {
            return Err(ApiError::new(403, "Forbidden: bot was blocked by the user"));
        }
        Some(FaultKind::Deactivated) => return Err(ApiError::new(403, "Forbidden: user is deactivated")),
        Some(FaultKind::Refused) => return Err(ApiError::bad("not enough rights to send it to the chat")),
        Some(FaultKind::Dropped) => {
            cut.now();
            return Ok(Value::Null);
        }
        Some(FaultKind::DroppedAfter) => cut.now(),
        None => {}
    }
    let answer = dispatch(core, method, &mut params).await;
    if answer.is_ok() {
        params.finish();
    }
    for oddity in std::mem::take(&mut params.oddities) {
        core.act(|inner, _| inner.note_violation(method, oddity));
    }
    answer
}

async fn dispatch(core: &Arc<Core>, method: &str, params: &mut Params) -> Answer {
    match method.to_lowercase().as_str() {
        "getupdates" => updates::get_updates(core, params).await,
        "deletewebhook" => updates::delete_webhook(core, params),
        "getwebhookinfo" => Ok(updates::webhook_info(core)),
        "getme" => Ok(setup::me(core)),
        "setmycommands" => setup::set_commands(core, params),
        "getmycommands" => Ok(setup::commands(core, params)),
        "deletemycommands" => Ok(setup::delete_commands(core, params)),
        "setmydescription" => setup::set_description(core, params),
        "setmyshortdescription" => setup::set_short_description(core, params),
        "sendmessage" => messages::send_text(core, params),
        "sendrichmessage" if core.rich_messages => messages::send_rich(core, params),
        "editmessagetext" => messages::edit_text(core, params),
        "editmessagereplymarkup" => messages::edit_markup(core, params),
        "deletemessage" => messages::delete(core, params),
        "sendchataction" => messages::chat_action(core, params),
        "setmessagereaction" => messages::react(core, params),
        "answercallbackquery" => callbacks::answer(core, params),
        "sendpoll" => polls::send_poll(core, params),
        "stoppoll" => polls::stop(core, params),
        "sendphoto" => files::send_photo(core, params),
        "senddocument" => files::send_document(core, params),
        "getfile" => files::get_file(core, params),
        other => {
            let error = ApiError::new(404, "Not Found: method not found");
            // Asking whether the server knows rich messages is how a bot finds out.
            Err(if other == "sendrichmessage" { error } else { error.faulty() })
        }
    }
}
