//! Programs that learners handed in: jobs for the judge, kept until their verdict is, and what came of them.

mod record;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::StoreError;
use super::learner::{instant, millis};
use super::named::named;
use crate::study::card::CardId;
use crate::study::verdict::Verdict;

pub use record::{Record, failures, last_source, passed_before, record, tried};

/// Messages that come within this time of each other may be one program.
const TOGETHER: TimeDelta = TimeDelta::minutes(2);
/// Of a prompt's submissions so many keep their text, and the latest that passed.
const KEPT: u32 = 5;

/// What came of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmissionOutcome {
    /// Every test passed.
    Passed,
    /// A test failed.
    Failed,
    /// It was no program, or not the one asked for; no attempt is counted.
    NotRun,
    /// The rest of it came in a later message.
    Part,
    /// It could not be judged, through no fault of the learner, or its prompt had been left: it does not count.
    Dropped,
}
named!(SubmissionOutcome {
    Passed = "passed",
    Failed = "failed",
    NotRun = "not_run",
    Part = "part",
    Dropped = "dropped",
});

/// A program that a learner handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The row.
    pub id: i64,
    /// Whose.
    pub learner: i64,
    /// In which session.
    pub session: i64,
    /// For which item of it.
    pub position: u32,
    /// For which prompt.
    pub card: CardId,
    /// As it came; `None` while its file has to be fetched.
    pub source: Option<String>,
    /// Telegram's id of an uploaded file.
    pub file: Option<String>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Hints that its learner had seen then, where that is known.
    pub hints: Option<u32>,
    /// What came of it; `None` while it waits.
    pub outcome: Option<SubmissionOutcome>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Submission> {
    Ok(Submission {
        id: row.get("id")?,
        learner: row.get("learner")?,
        session: row.get("session")?,
        position: row.get("position")?,
        card: CardId(row.get("card")?),
        source: row.get("source")?,
        file: row.get("file")?,
        received_at: instant(row.get("received_at")?),
        hints: row.get("hints")?,
        outcome: row.get("outcome")?,
    })
}

/// A program as it comes in.
#[derive(Clone, Debug)]
pub struct HandedIn<'a> {
    /// Whose.
    pub learner: i64,
    /// The session and its item.
    pub item: (i64, u32),
    /// For which prompt.
    pub card: &'a CardId,
    /// The text, or the file that holds it.
    pub program: Program<'a>,
    /// Hints that the learner has seen.
    pub hints: u32,
    /// When it came.
    pub at: DateTime<Utc>,
    /// How long the judge waits for more of it.
    pub hold: TimeDelta,
}

/// Where a program stands.
#[derive(Clone, Copy, Debug)]
pub enum Program<'a> {
    /// In the message.
    Text(&'a str),
    /// In a file of this id.
    File(&'a str),
}

/// Keeps a program for the judge.
///
/// # Errors
/// When SQLite refuses.
pub fn hand_in(db: &Connection, new: &HandedIn<'_>) -> Result<(), StoreError> {
    let (source, file) = match new.program {
        Program::Text(text) => (Some(text), None),
        Program::File(id) => (None, Some(id)),
    };
    db.prepare_cached(
        "insert into submission (learner, session, position, card, source, file, hints, received_at, ready_at)
         values (:learner, :session, :position, :card, :source, :file, :hints, :now, :ready)",
    )?
    .execute(named_params! {
        ":learner": new.learner,
        ":session": new.item.0,
        ":position": new.item.1,
        ":card": new.card.0,
        ":source": source,
        ":file": file,
        ":hints": new.hints,
        ":now": millis(new.at),
        ":ready": millis(new.at + new.hold),
    })?;
    Ok(())
}

/// Marks programs of an item that still wait for their next message as a part of it.
///
/// # Errors
/// When SQLite refuses.
pub fn mark_parts(db: &Connection, item: (i64, u32), now: DateTime<Utc>) -> Result<(), StoreError> {
    db.prepare_cached(
        "update submission set judged_at = :now, outcome = 'part'
         where session = :session and position = :position and judged_at is null and ready_at > :now",
    )?
    .execute(named_params! { ":now": millis(now), ":session": item.0, ":position": item.1 })?;
    Ok(())
}

/// The next program to judge: the oldest of each learner, and of these the one whose learner was served the
/// longest time ago. Learners in `busy` have one under way.
///
/// # Errors
/// When SQLite refuses.
pub fn next(db: &Connection, busy: &[i64], now: DateTime<Utc>) -> Result<Option<Submission>, StoreError> {
    let mut rows = db.prepare_cached(
        "select s.* from submission s
         join (select learner, min(id) as id from submission where judged_at is null group by learner) first
             on first.id = s.id
         where s.ready_at <= :now
         order by (select max(judged_at) from submission o where o.learner = s.learner) nulls first, s.id",
    )?;
    let mut rows = rows.query(named_params! { ":now": millis(now) })?;
    while let Some(row) = rows.next()? {
        let submission = read(row)?;
        if !busy.contains(&submission.learner) {
            return Ok(Some(submission));
        }
    }
    Ok(None)
}

/// When the next program that waits for more of itself is ready, if one does.
///
/// # Errors
/// When SQLite refuses.
pub fn next_ready(db: &Connection, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at: Option<i64> = db
        .prepare_cached("select min(ready_at) from submission where judged_at is null and ready_at > ?1")?
        .query_row([millis(now)], |row| row.get(0))?;
    Ok(at.map(instant))
}

/// How many programs wait.
///
/// # Errors
/// When SQLite refuses.
pub fn waiting(db: &Connection) -> Result<i64, StoreError> {
    Ok(db.query_row("select count(*) from submission where judged_at is null", [], |row| row.get(0))?)
}

/// A submission that waits; `None` when it was judged meanwhile.
///
/// # Errors
/// When SQLite refuses.
pub fn open(db: &Connection, id: i64) -> Result<Option<Submission>, StoreError> {
    Ok(db
        .prepare_cached("select * from submission where id = ?1 and judged_at is null")?
        .query_row([id], read)
        .optional()?)
}

/// Keeps the text of a file that was fetched.
///
/// # Errors
/// When SQLite refuses.
pub fn fetched(db: &Connection, id: i64, source: &str) -> Result<(), StoreError> {
    db.prepare_cached("update submission set source = ?2 where id = ?1")?.execute((id, source))?;
    Ok(())
}

/// The messages before this one that may belong to the same program, the latest first: those that came shortly
/// before and did not pass.
///
/// # Errors
/// When SQLite refuses.
pub fn before(db: &Connection, submission: &Submission) -> Result<Vec<Submission>, StoreError> {
    let mut rows = db.prepare_cached(
        "select * from submission where session = ?1 and position = ?2 and id < ?3 order by id desc limit 4",
    )?;
    let mut rows = rows.query((submission.session, submission.position, submission.id))?;
    let (mut parts, mut next) = (Vec::new(), submission.received_at);
    while let Some(row) = rows.next()? {
        let earlier = read(row)?;
        let open =
            !matches!(earlier.outcome, None | Some(SubmissionOutcome::Passed | SubmissionOutcome::Dropped));
        if !open || earlier.source.is_none() || next - earlier.received_at > TOGETHER {
            break;
        }
        next = earlier.received_at;
        parts.push(earlier);
    }
    Ok(parts)
}

/// Notes that programs which ran and failed were parts of one that has been run whole: they do not count.
///
/// # Errors
/// When SQLite refuses.
pub fn were_parts(db: &Connection, ids: &[i64]) -> Result<(), StoreError> {
    let mut update = db.prepare_cached(
        "update submission set outcome = 'part', time_us = null where id = ?1 and outcome = 'failed'",
    )?;
    ids.iter().try_for_each(|id| update.execute([id]).map(drop))?;
    Ok(())
}

/// Notes what came of a submission. `false` when it was judged before.
///
/// # Errors
/// When SQLite refuses.
pub fn judged(
    db: &Connection,
    id: i64,
    outcome: SubmissionOutcome,
    verdict: Option<&Verdict>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let text = verdict.map(serde_json::to_string).transpose();
    let text = text.map_err(|_| StoreError::Unreadable { what: "verdict" })?;
    let run = verdict.filter(|verdict| verdict.was_run());
    let time = run.and_then(|verdict| i64::try_from(verdict.time.as_micros()).ok());
    let changed = db
        .prepare_cached(
            "update submission set judged_at = :now, outcome = :outcome, time_us = :time, verdict = :verdict
             where id = :id and judged_at is null",
        )?
        .execute(named_params! {
            ":now": millis(now), ":outcome": outcome, ":time": time, ":verdict": text, ":id": id,
        })?;
    db.prepare_cached(
        "update submission set source = null, verdict = null
         where judged_at is not null and id <= (
             select older.id from submission this join submission older
                 on older.learner = this.learner and older.card = this.card and older.id < this.id
             where this.id = :id order by older.id desc limit 1 offset :kept)
         and learner = (select learner from submission where id = :id)
         and card = (select card from submission where id = :id)
         and id is not (
             select max(passed.id) from submission this join submission passed
                 on passed.learner = this.learner and passed.card = this.card and passed.outcome = 'passed'
             where this.id = :id)",
    )?
    .execute(named_params! { ":id": id, ":kept": KEPT - 1 })?;
    Ok(changed == 1)
}

/// An item's latest submission that has a verdict, with it.
///
/// # Errors
/// When SQLite refuses, or the verdict was written by a newer program.
pub fn latest(db: &Connection, item: (i64, u32)) -> Result<Option<(Submission, Verdict)>, StoreError> {
    let found: Option<(Submission, String)> = db
        .prepare_cached(
            "select * from submission
             where session = ?1 and position = ?2 and verdict is not null order by id desc limit 1",
        )?
        .query_row(item, |row| Ok((read(row)?, row.get("verdict")?)))
        .optional()?;
    let Some((submission, text)) = found else { return Ok(None) };
    let verdict = serde_json::from_str(&text).map_err(|_| StoreError::Unreadable { what: "verdict" })?;
    Ok(Some((submission, verdict)))
}
