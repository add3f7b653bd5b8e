//! Polls and quizzes.

use serde_json::Value;

use super::messages::{Sending, check_editable, formatted_as, send, sending, target_of_poll};
use super::params::Params;
use super::{Answer, ApiError, markup};
use crate::localchat::core::Core;
use crate::localchat::model::{Content, Poll, Text, utf16_len};
use crate::localchat::reply::poll_json;

fn put(core: &Core, poll: Poll, to: Sending) -> Value {
    let id = poll.id.clone();
    core.act(|inner, _| inner.world.polls.insert(id.clone(), poll));
    let message = send(core, to, Content::Poll(id.clone()));
    let number = message.get("message_id").and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok());
    core.act(|inner, _| {
        if let (Some(poll), Some(number)) = (inner.world.polls.get_mut(&id), number) {
            poll.message = number;
        }
    });
    message
}

pub(super) fn send_poll(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&[
        "question_entities",
        "open_period",
        "close_date",
        "shuffle_options",
        "allows_revoting",
        "hide_results_until_closes",
        "allow_adding_options",
        "description",
        "description_parse_mode",
        "description_entities",
    ]);
    let question = params.text("question")?.unwrap_or_default();
    let question = formatted_as(params, question, "question_parse_mode", "question_entities")?;
    if question.text.is_empty() {
        return Err(ApiError::bad("poll question must be non-empty").faulty());
    }
    if utf16_len(&question.text) > 300 {
        return Err(ApiError::bad("poll question length must not exceed 300").faulty());
    }
    let options = options(params)?;
    let quiz = match params.text("type")?.as_deref() {
        None | Some("regular" | "") => false,
        Some("quiz") => true,
        Some(_) => return Err(ApiError::bad("unsupported poll type specified").faulty()),
    };
    let correct = correct(params, options.len(), quiz)?;
    let explanation = explanation(params)?;
    // Anonymous is Telegram's default.
    let anonymous = !params.has("is_anonymous") || params.flag("is_anonymous")?;
    let multiple = params.flag("allows_multiple_answers")?;
    let closed = params.flag("is_closed")?;
    let to = sending(core, params)?;
    let id = core.act(|inner, _| format!("{}", inner.next_other()));
    let poll = Poll {
        id,
        message: 0,
        question: question.text,
        options,
        quiz,
        correct,
        explanation,
        anonymous,
        multiple,
        closed,
        votes: std::collections::BTreeMap::new(),
    };
    Ok(put(core, poll, to))
}

fn options(params: &mut Params) -> Result<Vec<String>, ApiError> {
    let given = params.json("options")?;
    let given = given.as_ref().and_then(Value::as_array);
    let given = given.ok_or_else(|| ApiError::bad("can't parse options JSON object").faulty())?;
    if !(1..=12).contains(&given.len()) {
        return Err(ApiError::bad("poll must have from 1 to 12 options").faulty());
    }
    let mut options = Vec::new();
    for option in given {
        let text = option.as_str().or_else(|| option.get("text").and_then(Value::as_str));
        let text = text.unwrap_or_default().trim();
        if text.is_empty() {
            return Err(ApiError::bad("poll options must be non-empty").faulty());
        }
        if utf16_len(text) > 100 {
            return Err(ApiError::bad("poll options length must not exceed 100").faulty());
        }
        options.push(text.to_owned());
    }
    Ok(options)
}

fn correct(params: &mut Params, options: usize, quiz: bool) -> Result<Vec<usize>, ApiError> {
    let one = params.integer("correct_option_id")?;
    let many = params.json("correct_option_ids")?;
    let wrong = || ApiError::bad("wrong correct option ID specified").faulty();
    let given: Vec<i64> = match (one, many) {
        (_, Some(many)) => serde_json::from_value(many).map_err(|_| wrong())?,
        (Some(one), None) => vec![one],
        (None, None) => Vec::new(),
    };
    let correct: Vec<usize> = given.iter().filter_map(|id| usize::try_from(*id).ok()).collect();
    let fits = correct.len() == given.len() && correct.iter().all(|id| *id < options);
    if !fits || quiz == correct.is_empty() {
        return Err(wrong());
    }
    Ok(correct)
}

fn explanation(params: &mut Params) -> Result<Text, ApiError> {
    let text = params.text("explanation")?.unwrap_or_default();
    let text = formatted_as(params, text, "explanation_parse_mode", "explanation_entities")?;
    if utf16_len(&text.text) > 200 || text.text.matches('\n').count() > 2 {
        return Err(ApiError::bad("poll explanation is too long").faulty());
    }
    Ok(text)
}

pub(super) fn stop(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["business_connection_id"]);
    let (chat, id) = target_of_poll(core, params)?;
    let buttons = markup::take_inline(params)?;
    core.act(|inner, _| {
        let message = check_editable(inner, chat, id)
            .map_err(|_| ApiError::bad("message with poll to stop not found"))?;
        let Content::Poll(poll) = &message.content else {
            return Err(ApiError::bad("message is not a poll").faulty());
        };
        let poll = poll.clone();
        let revision = inner.touch();
        let poll = inner.world.polls.get_mut(&poll);
        let poll = poll.filter(|poll| !poll.closed);
        let poll = poll.ok_or_else(|| ApiError::bad("poll has already been closed"))?;
        poll.closed = true;
        let state = poll_json(poll);
        if let Some(message) = inner.world.messages.get_mut(&id) {
            message.buttons = buttons;
            message.revision = revision;
        }
        inner.queue("poll", state.clone());
        Ok(state)
    })
}
