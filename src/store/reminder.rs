//! Reminders that were decided: one row a day and learner, so that no day has two, whatever crashes.
//!
//! A row's `nth` says which reminder of its date it was: [`DAILY`], [`NUDGE`], or from 1 on one that was put off.
//! The date of a daily one is the local date; the date of a nudge is the study day whose evening it is.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::StoreError;
use super::learner::{instant, millis};

/// The daily reminder of a local date.
pub const DAILY: i64 = 0;
/// The evening nudge of a study day.
pub const NUDGE: i64 = -1;

/// What became of a day's reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was handed to the outbox.
    Sent,
    /// The day was done already.
    Done,
    /// The bot was down, and it would have come over six hours late.
    Late,
    /// There is nothing to say yet: the plan has not begun, or no streak is at stake.
    NotYet,
    /// The learner said "not today" or is pausing, or another message spoke for it.
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

/// Learners whose reminder, nudge or snooze has come, in the order in which they are sent to: the earliest minute
/// first, and of one minute those who were active last: they are the likeliest to wait for it.
///
/// # Errors
/// When SQLite refuses.
pub fn due(db: &Connection, now: DateTime<Utc>) -> Result<Vec<i64>, StoreError> {
    let mut rows = db.prepare_cached(
        "select id from learner
         where blocked = 0 and (next_reminder_at <= :now or snoozed_until <= :now or next_nudge_at <= :now)
         order by min(coalesce(next_reminder_at, :never), coalesce(snoozed_until, :never),
                      coalesce(next_nudge_at, :never)) / 60000,
                  active_at desc nulls last, id",
    )?;
    let learners =
        rows.query_map(named_params! { ":now": millis(now), ":never": i64::MAX }, |row| row.get("id"))?;
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
                 select snoozed_until from learner where blocked = 0 and snoozed_until is not null
                 union all
                 select next_nudge_at from learner where blocked = 0 and next_nudge_at is not null)",
        )?
        .query_row([], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(at.map(instant))
}

/// Records what becomes of the `nth` reminder of a date. `false` means that it was decided before: do nothing.
/// One that came to nothing because it was late is decided anew when the learner moves it to later that day.
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
             values (:learner, :day, :nth, :outcome, :now)
             on conflict do update set outcome = excluded.outcome, decided_at = excluded.decided_at
             where outcome = 'late'",
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

/// Whether the `nth` reminder of a date was decided, other than as too late.
///
/// # Errors
/// When SQLite refuses.
pub fn decided(db: &Connection, learner: i64, day: NaiveDate, nth: i64) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached(
            "select exists (select 1 from reminder
                            where learner = ?1 and day = ?2 and nth = ?3 and outcome <> 'late')",
        )?
        .query_row((learner, day.to_epoch_days(), nth), |row| row.get(0))?)
}

/// Whether a daily reminder was sent from an instant on.
///
/// # Errors
/// When SQLite refuses.
pub fn was_sent_since(db: &Connection, learner: i64, since: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached(
            "select exists (select 1 from reminder
                            where learner = ?1 and nth = 0 and outcome = 'sent' and decided_at >= ?2)",
        )?
        .query_row((learner, millis(since)), |row| row.get(0))?)
}

/// The number of the next reminder that was put off into a local date, from 1.
///
/// # Errors
/// When SQLite refuses.
pub fn next_put_off(db: &Connection, learner: i64, day: NaiveDate) -> Result<i64, StoreError> {
    Ok(db
        .prepare_cached(
            "select coalesce(max(nth), 0) + 1 from reminder where learner = ?1 and day = ?2 and nth > 0",
        )?
        .query_row((learner, day.to_epoch_days()), |row| row.get(0))?)
}
