//! What the database holds of a learner, read without the code that wrote it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension};

use crate::store::StoreError;
use crate::store::session::Mode;
use crate::study::card::CardId;

/// A row of the review log.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogRow {
    pub at: DateTime<Utc>,
    pub card: CardId,
    pub kind: String,
    pub first: bool,
    pub quality: u8,
    pub day: NaiveDate,
    pub undone: bool,
}

/// A row of the schedule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlaceRow {
    pub repetition: u32,
    pub interval: u32,
    pub ease: u32,
    pub due: NaiveDate,
    pub reviewed_on: NaiveDate,
}

fn date(days: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(days).unwrap_or_default()
}

/// A learner's review log in order.
pub(super) fn log(db: &Connection, learner: i64) -> Result<Vec<LogRow>, StoreError> {
    let mut rows = db.prepare_cached("select * from review where learner = ?1 order by id")?;
    let rows = rows.query_map([learner], |row| {
        Ok(LogRow {
            at: DateTime::from_timestamp_millis(row.get("answered_at")?).unwrap_or_default(),
            card: CardId(row.get("card")?),
            kind: row.get("kind")?,
            first: row.get("first")?,
            quality: row.get("quality")?,
            day: date(row.get("study_day")?),
            undone: row.get::<_, Option<i64>>("undone_at")?.is_some(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A learner's schedule.
pub(super) fn schedule(db: &Connection, learner: i64) -> Result<BTreeMap<CardId, PlaceRow>, StoreError> {
    let mut rows = db.prepare_cached("select * from schedule where learner = ?1")?;
    let rows = rows.query_map([learner], |row| {
        let place = PlaceRow {
            repetition: row.get("repetition")?,
            interval: row.get("interval")?,
            ease: row.get("ease")?,
            due: date(row.get("due")?),
            reviewed_on: date(row.get("reviewed_on")?),
        };
        Ok((CardId(row.get("card")?), place))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The card at a place of a session, and why it is asked.
pub(super) fn item(
    db: &Connection,
    session: i64,
    position: u32,
) -> Result<Option<(CardId, Mode)>, StoreError> {
    let mut row =
        db.prepare_cached("select card, mode from session_item where session = ?1 and position = ?2")?;
    let item = row.query_row((session, position), |row| Ok((CardId(row.get(0)?), row.get(1)?)));
    Ok(item.optional()?)
}

/// How many of a learner's reminders had which outcome, up to an instant.
pub(super) fn reminders(
    db: &Connection,
    learner: i64,
    until: DateTime<Utc>,
) -> Result<BTreeMap<String, u32>, StoreError> {
    let mut rows = db.prepare_cached(
        "select outcome, count(*) from reminder where learner = ?1 and decided_at < ?2 group by outcome",
    )?;
    let rows = rows.query_map((learner, until.timestamp_millis()), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
