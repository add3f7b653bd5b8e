//! How the bot fetches updates.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::params::Params;
use super::{Answer, ApiError};
use crate::localchat::core::{Core, Inner};
use crate::localchat::model::Update;

const CONFLICT: &str = "Conflict: terminated by other getUpdates request; make sure that only one bot \
                        instance is running";

/// Marks the end of a poll however it ends, also when the client hangs up.
struct Poll {
    core: Arc<Core>,
    number: u64,
}

impl Drop for Poll {
    fn drop(&mut self) {
        let number = self.number;
        self.core.act(|inner, _| {
            if inner.poll.current == Some(number) {
                inner.poll.current = None;
                inner.poll.last_end = Some(Instant::now());
                inner.touch();
            }
        });
    }
}

pub(super) async fn get_updates(core: &Arc<Core>, params: &mut Params) -> Answer {
    let offset = params.integer("offset")?.unwrap_or(0);
    let limit = params.integer("limit")?.unwrap_or(100);
    if !(1..=100).contains(&limit) {
        params.oddities.push(format!("limit {limit} is not within 1 and 100"));
    }
    let limit = usize::try_from(limit.clamp(1, 100)).unwrap_or(100);
    let timeout = params.integer("timeout")?.unwrap_or(0).clamp(0, 50).unsigned_abs();
    let allowed = match params.json("allowed_updates")? {
        Some(value) => Some(kinds(value)?),
        None => None,
    };
    let number = core.act(|inner, _| {
        if allowed.is_some() {
            inner.world.allowed_updates = allowed;
        }
        confirm(inner, offset);
        inner.poll.next += 1;
        inner.poll.current = Some(inner.poll.next);
        inner.touch();
        inner.poll.next
    });
    let poll = Poll { core: Arc::clone(core), number };
    let deadline = Instant::now() + Duration::from_secs(timeout);
    let mut changed = core.changed.subscribe();
    let mut stop = core.stop.subscribe();
    loop {
        changed.mark_unchanged();
        let step = core.act(|inner, _| {
            if inner.poll.current != Some(poll.number) {
                return Err(ApiError::new(409, CONFLICT));
            }
            Ok(fetch(inner, limit))
        });
        let batch = step?;
        if !batch.is_empty() || Instant::now() >= deadline {
            return Ok(Value::Array(batch));
        }
        tokio::select! {
            _ = changed.changed() => {}
            () = tokio::time::sleep_until(deadline) => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(json!([])),
        }
    }
}

fn kinds(value: Value) -> Result<Vec<String>, ApiError> {
    serde_json::from_value(value)
        .map_err(|_| ApiError::bad("can't parse allowed_updates JSON object").faulty())
}

/// Forgets what the offset confirms: everything below it; a negative one keeps only the last few.
fn confirm(inner: &mut Inner, offset: i64) {
    let pending = &mut inner.world.pending;
    if offset < 0 {
        let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        let drop = pending.len().saturating_sub(keep);
        pending.drain(..drop);
    } else {
        // Updates pushed by a test may stand out of order, so each is looked at.
        pending.retain(|update| update.id >= offset || update.at_any_rate);
    }
}

fn fetch(inner: &mut Inner, limit: usize) -> Vec<Value> {
    let mut ids = Vec::new();
    let mut bodies = Vec::new();
    for Update { id, body, at_any_rate } in inner.world.pending.iter_mut().take(limit) {
        *at_any_rate = false;
        ids.push(*id);
        bodies.push(body.clone());
    }
    for callback in inner.callbacks.values_mut() {
        callback.fetched |= callback.update.is_some_and(|update| ids.contains(&update));
    }
    bodies
}

pub(super) fn delete_webhook(core: &Core, params: &mut Params) -> Answer {
    if params.flag("drop_pending_updates")? {
        core.act(|inner, _| {
            inner.world.pending.clear();
            inner.touch();
        });
    }
    Ok(true.into())
}

pub(super) fn webhook_info(core: &Core) -> Value {
    core.look(|inner| {
        let mut info = json!({
            "url": "", "has_custom_certificate": false, "pending_update_count": inner.world.pending.len(),
        });
        if let Some(kinds) = &inner.world.allowed_updates {
            info["allowed_updates"] = json!(kinds);
        }
        info
    })
}
