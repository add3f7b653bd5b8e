//! A learner's own words on a card.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::learner::millis;
use crate::study::card::CardId;

/// The learner's note on a card, if there is one.
///
/// # Errors
/// When SQLite refuses.
pub fn find(db: &Connection, learner: i64, card: &CardId) -> Result<Option<String>, StoreError> {
    Ok(db
        .prepare_cached("select text from note where learner = ?1 and card = ?2")?
        .query_row((learner, &card.0), |row| row.get(0))
        .optional()?)
}

/// Keeps a note; an earlier one on the same card is replaced.
///
/// # Errors
/// When SQLite refuses.
pub fn keep(
    db: &Connection,
    learner: i64,
    card: &CardId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "insert into note (learner, card, text, written_at) values (?1, ?2, ?3, ?4)
         on conflict (learner, card) do update set text = excluded.text, written_at = excluded.written_at",
    )?
    .execute((learner, &card.0, text, millis(now)))?;
    Ok(())
}

/// Deletes a note. Returns whether there was one.
///
/// # Errors
/// When SQLite refuses.
pub fn delete(db: &Connection, learner: i64, card: &CardId) -> Result<bool, StoreError> {
    let deleted = db
        .prepare_cached("delete from note where learner = ?1 and card = ?2")?
        .execute((learner, &card.0))?;
    Ok(deleted == 1)
}
