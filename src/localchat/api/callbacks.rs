//! Answers to taps.

use super::params::Params;
use super::{Answer, ApiError};
use crate::localchat::core::{Core, Toast};
use crate::localchat::detect::link;
use crate::localchat::model::utf16_len;

pub(super) fn answer(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["cache_time"]);
    let id = params.text("callback_query_id")?.unwrap_or_default();
    let text = params.text("text")?.unwrap_or_default();
    let alert = params.flag("show_alert")?;
    let url = match params.text("url")?.filter(|url| !url.is_empty()) {
        Some(url) => Some(link(&url).ok_or_else(|| ApiError::bad("URL_INVALID").faulty())?),
        None => None,
    };
    if utf16_len(&text) > 200 {
        return Err(ApiError::bad("MESSAGE_TOO_LONG").faulty());
    }
    let too_old = || ApiError::bad("query is too old and response timeout expired or query ID is invalid");
    let number: u64 = id.parse().map_err(|_| too_old().faulty())?;
    core.act(|inner, _| {
        let callback = inner.callbacks.get_mut(&number).filter(|callback| callback.alive());
        let callback = callback.ok_or_else(too_old)?;
        let learner = callback.learner;
        // A second answer in time is accepted by Telegram, and nobody sees it.
        if std::mem::replace(&mut callback.answered, true) {
            return Ok(true.into());
        }
        inner.add_toast(Toast { callback: number, learner, text, alert, url, revision: 0 });
        Ok(true.into())
    })
}
