//! Reminders that were decided: one row a day and learner, so that no day has two, whatever crashes.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::StoreError;
use super::learner::{instant, millis};

/// What became of a day's reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was handed to the outbox.
    Sent,
    /// The day was done already.
    Done,
    /// The bot was down, and it would have come over six hours late.
    Late,
    /// The plan has not begun.
    NotYet,
    /// The learner said "not today".
    Declined,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Late => "late",
            Self::NotYet => "not_yet",
            Self::Declined => "declined",
        }
    }
}

/// Learners whose reminder or snooze has come.
///
/// # Errors
/// When SQLite refuses.
pub fn due(db: &Connection, now: DateTime<Utc>) -> Result<Vec<i64>, StoreError> {
    let mut rows = db.prepare_cached(
        "select id from learner where blocked = 0 and (next_reminder_at <= :now or snoozed_until <= :now)
         order by min(coalesce(next_reminder_at, snoozed_until), coalesce(snoozed_until, next_reminder_at)), id",
    )?;
    let learners = rows.query_map(named_params! { ":now": millis(now) }, |row| row.get("id"))?;
    Ok(learners.collect::<Result<_, _>>()?)
}

/// When the loop has to look next.
///
/// # Errors
/// When SQLite refuses.
pub fn next(db: &Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at: Option<i64> = db
        .prepare_cached(
            "select min(at) from (
                 select next_reminder_at as at from learner where blocked = 0 and next_reminder_at is not null
                 union all
                 select snoozed_until from learner where blocked = 0 and snoozed_until is not null)",
        )?
        .query_row([], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(at.map(instant))
}

/// Records what becomes of the `nth` reminder of a local date. `false` means that it was decided before: do
/// nothing.
///
/// # Errors
/// When SQLite refuses.
pub fn decide(
    db: &Connection,
    learner: i64,
    day: NaiveDate,
    nth: i64,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached(
            "insert into reminder (learner, day, nth, outcome, decided_at)
             values (:learner, :day, :nth, :outcome, :now) on conflict do nothing",
        )?
        .execute(named_params! {
            ":learner": learner,
            ":day": day.to_epoch_days(),
            ":nth": nth,
            ":outcome": outcome.name(),
            ":now": millis(now),
        })?
        == 1)
}

/// Whether the daily reminder of a local date was decided. One that was put off into the date does not count.
///
/// # Errors
/// When SQLite refuses.
pub fn daily_decided(db: &Connection, learner: i64, day: NaiveDate) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("select exists (select 1 from reminder where learner = ?1 and day = ?2 and nth = 0)")?
        .query_row((learner, day.to_epoch_days()), |row| row.get(0))?)
}

/// The number of the next reminder that was put off into a local date, from 1.
///
/// # Errors
/// When SQLite refuses.
pub fn next_put_off(db: &Connection, learner: i64, day: NaiveDate) -> Result<i64, StoreError> {
    Ok(db
        .prepare_cached("select coalesce(max(nth), 0) + 1 from reminder where learner = ?1 and day = ?2")?
        .query_row((learner, day.to_epoch_days()), |row| row.get(0))?)
}
