//! Messages that have to leave. They are written in the transaction of what caused them and removed when
//! Telegram has taken them, so a crash loses none.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, named_params};

use super::StoreError;
use super::learner::{instant, millis};
use crate::chat::intent::Op;

/// Which messages go first when there are many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Somebody is waiting for it.
    Answer,
    /// Nobody is waiting; it is sent at most once.
    Reminder,
}

/// A message that has to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The row.
    pub id: i64,
    /// Where to.
    pub chat: i64,
    /// How urgent.
    pub class: Class,
    /// The learner wants HTML with Unicode formulas.
    pub plain_formulas: bool,
    /// What to do.
    pub op: Op,
    /// Not to be sent after this.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Adds a message and returns it with its row.
///
/// # Errors
/// When SQLite refuses.
pub fn add(
    db: &Connection,
    chat: i64,
    class: Class,
    plain_formulas: bool,
    op: Op,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Outgoing, StoreError> {
    let body = serde_json::to_string(&op).map_err(|_| StoreError::Unreadable { what: "message" })?;
    db.prepare_cached(
        "insert into outbox (chat, class, plain_formulas, body, created_at, expires_at)
         values (:chat, :class, :plain, :body, :now, :expires)",
    )?
    .execute(named_params! {
        ":chat": chat,
        ":class": match class { Class::Answer => "answer", Class::Reminder => "reminder" },
        ":plain": plain_formulas,
        ":body": body,
        ":now": millis(now),
        ":expires": expires_at.map(millis),
    })?;
    Ok(Outgoing { id: db.last_insert_rowid(), chat, class, plain_formulas, op, expires_at })
}

/// Claims a reminder before it is sent. `false` means that it was claimed before, perhaps by a process that
/// then died: it may have been sent, and is not sent again.
///
/// # Errors
/// When SQLite refuses.
pub fn claim(db: &Connection, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("update outbox set claimed_at = :now where id = :id and claimed_at is null")?
        .execute(named_params! { ":now": millis(now), ":id": id })?
        == 1)
}

/// Gives a claimed reminder back: Telegram surely did not take it.
///
/// # Errors
/// When SQLite refuses.
pub fn unclaim(db: &Connection, id: i64) -> Result<(), StoreError> {
    db.prepare_cached("update outbox set claimed_at = null where id = ?1")?.execute([id])?;
    Ok(())
}

/// Removes a message that has left, or that never will.
///
/// # Errors
/// When SQLite refuses.
pub fn remove(db: &Connection, id: i64) -> Result<(), StoreError> {
    db.prepare_cached("delete from outbox where id = ?1")?.execute([id])?;
    Ok(())
}

/// Removes reminders that wait for a chat and that nobody has claimed: what they remind of is done, or no
/// longer wanted. The send queue finds that it cannot claim them and lets them go.
///
/// # Errors
/// When SQLite refuses.
pub fn withdraw_reminders(db: &Connection, chat: i64) -> Result<(), StoreError> {
    db.prepare_cached("delete from outbox where chat = ?1 and class = 'reminder' and claimed_at is null")?
        .execute([chat])?;
    Ok(())
}

/// What an earlier process left behind, in order. Reminders that it had claimed are dropped: they may have
/// been sent.
///
/// # Errors
/// When SQLite refuses, or a row was written by a newer program.
pub fn left_over(db: &Connection) -> Result<Vec<Outgoing>, StoreError> {
    db.prepare_cached("delete from outbox where class = 'reminder' and claimed_at is not null")?
        .execute([])?;
    let mut rows = db.prepare_cached("select * from outbox order by id")?;
    let mut rows = rows.query([])?;
    let mut left = Vec::new();
    while let Some(row) = rows.next()? {
        left.push(read(row)?);
    }
    Ok(left)
}

fn read(row: &Row<'_>) -> Result<Outgoing, StoreError> {
    let body: String = row.get("body")?;
    let class: String = row.get("class")?;
    Ok(Outgoing {
        id: row.get("id")?,
        chat: row.get("chat")?,
        class: if class == "answer" { Class::Answer } else { Class::Reminder },
        plain_formulas: row.get("plain_formulas")?,
        op: serde_json::from_str(&body).map_err(|_| StoreError::Unreadable { what: "message" })?,
        expires_at: row.get::<_, Option<i64>>("expires_at")?.map(instant),
    })
}

/// Removes all that waits for a chat which refuses the bot.
///
/// # Errors
/// When SQLite refuses.
pub fn remove_chat(db: &Connection, chat: i64) -> Result<(), StoreError> {
    db.prepare_cached("delete from outbox where chat = ?1")?.execute([chat])?;
    Ok(())
}
