//! Updates as they came. They are stored before Telegram is told to forget them, and marked worked off in
//! the transaction of their effect: so each has its effect once, also across a crash.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::StoreError;
use super::learner::millis;

/// How long worked-off updates are remembered, to know a repeated one. Telegram keeps updates for a day.
const REMEMBERED: TimeDelta = TimeDelta::days(8);

/// An update that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Telegram's number.
    pub update_id: i64,
    /// The update as JSON.
    pub body: String,
}

/// Stores an update. Returns whether it is new.
///
/// # Errors
/// When SQLite refuses.
pub fn keep(db: &Connection, update_id: i64, body: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached(
            "insert into inbox (update_id, body, received_at) values (:id, :body, :now) on conflict do nothing",
        )?
        .execute(named_params! { ":id": update_id, ":body": body, ":now": millis(now) })?
        == 1)
}

/// Updates that were stored and not worked off, in order.
///
/// # Errors
/// When SQLite refuses.
pub fn waiting(db: &Connection) -> Result<Vec<Waiting>, StoreError> {
    let mut rows = db.prepare_cached(
        "select update_id, body from inbox where worked_at is null and body is not null order by update_id",
    )?;
    let updates =
        rows.query_map([], |row| Ok(Waiting { update_id: row.get("update_id")?, body: row.get("body")? }))?;
    Ok(updates.collect::<Result<_, _>>()?)
}

/// Whether an update still has to be worked off.
///
/// # Errors
/// When SQLite refuses.
pub fn is_open(db: &Connection, update_id: i64) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("select 1 from inbox where update_id = ?1 and worked_at is null")?
        .query_row([update_id], |_| Ok(()))
        .optional()?
        .is_some())
}

/// Marks an update as worked off and forgets its text; `failure` is the reference that the learner was given.
///
/// # Errors
/// When SQLite refuses.
pub fn finish(
    db: &Connection,
    update_id: i64,
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "update inbox set worked_at = :now, body = null, failure = :failure where update_id = :id",
    )?
    .execute(named_params! { ":now": millis(now), ":failure": failure, ":id": update_id })?;
    Ok(())
}

/// Forgets worked-off updates that Telegram cannot repeat any more.
///
/// # Errors
/// When SQLite refuses.
pub fn prune(db: &Connection, now: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(db
        .prepare_cached("delete from inbox where worked_at is not null and worked_at < ?1")?
        .execute([millis(now - REMEMBERED)])?)
}
