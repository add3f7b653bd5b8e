//! Programs that learners handed in: jobs for the judge, kept until their verdict is, and what came of them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::StoreError;
use super::learner::{instant, millis};
use super::named::named;
use crate::study::card::CardId;
use crate::study::verdict::Verdict;

/// Messages that come within this time of each other may be one program.
const TOGETHER: TimeDelta = TimeDelta::minutes(2);
/// Of a prompt's submissions so many keep their text.
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
    /// The rest of it came in the next message.
    Part,
    /// It could not be judged, through no fault of the learner.
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
        "insert into submission (learner, session, position, card, source, file, received_at, ready_at)
         values (:learner, :session, :position, :card, :source, :file, :now, :ready)",
    )?
    .execute(named_params! {
        ":learner": new.learner,
        ":session": new.item.0,
        ":position": new.item.1,
        ":card": new.card.0,
        ":source": source,
        ":file": file,
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
/// before and could not be run.
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
        let unrun = matches!(earlier.outcome, Some(SubmissionOutcome::NotRun | SubmissionOutcome::Part));
        if !unrun || earlier.source.is_none() || next - earlier.received_at > TOGETHER {
            break;
        }
        next = earlier.received_at;
        parts.push(earlier);
    }
    Ok(parts)
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
         and card = (select card from submission where id = :id)",
    )?
    .execute(named_params! { ":id": id, ":kept": KEPT - 1 })?;
    Ok(changed == 1)
}

/// The verdict on an item's latest submission.
///
/// # Errors
/// When SQLite refuses, or the verdict was written by a newer program.
pub fn verdict(db: &Connection, item: (i64, u32)) -> Result<Option<Verdict>, StoreError> {
    let text: Option<String> = db
        .prepare_cached(
            "select verdict from submission
             where session = ?1 and position = ?2 and verdict is not null order by id desc limit 1",
        )?
        .query_row(item, |row| row.get(0))
        .optional()?;
    let read = |text: String| serde_json::from_str(&text);
    text.map(read).transpose().map_err(|_| StoreError::Unreadable { what: "verdict" })
}

/// How many programs of an item ran and failed a test.
///
/// # Errors
/// When SQLite refuses.
pub fn failures(db: &Connection, item: (i64, u32)) -> Result<u32, StoreError> {
    Ok(db
        .prepare_cached(
            "select count(*) from submission where session = ?1 and position = ?2 and outcome = 'failed'",
        )?
        .query_row(item, |row| row.get(0))?)
}

/// A learner's history with a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Programs that were run.
    pub attempts: u32,
    /// Those that passed.
    pub passed: u32,
    /// The shortest run time of one that passed.
    pub best: Option<Duration>,
}

/// A learner's history with a prompt, over all sessions.
///
/// # Errors
/// When SQLite refuses.
pub fn record(db: &Connection, learner: i64, card: &CardId) -> Result<Record, StoreError> {
    Ok(db
        .prepare_cached(
            "select count(*) as attempts, count(*) filter (where outcome = 'passed') as passed,
                 min(time_us) filter (where outcome = 'passed') as best
             from submission where learner = ?1 and card = ?2 and outcome in ('passed', 'failed')",
        )?
        .query_row((learner, &card.0), |row| {
            let best: Option<u64> = row.get::<_, Option<i64>>("best")?.and_then(|us| u64::try_from(us).ok());
            Ok(Record {
                attempts: row.get("attempts")?,
                passed: row.get("passed")?,
                best: best.map(Duration::from_micros),
            })
        })?)
}

/// The learner's own program for a prompt: the latest that passed, otherwise the latest of all.
///
/// # Errors
/// When SQLite refuses.
pub fn last_source(db: &Connection, learner: i64, card: &CardId) -> Result<Option<String>, StoreError> {
    Ok(db
        .prepare_cached(
            "select coalesce(verdict ->> 'source', source) as source from submission
             where learner = ?1 and card = ?2 and source is not null
             order by outcome is 'passed' desc, id desc limit 1",
        )?
        .query_row((learner, &card.0), |row| row.get(0))
        .optional()?)
}

/// Prompts with the number of times that each was tried, by one learner.
///
/// # Errors
/// When SQLite refuses.
pub fn tried(db: &Connection, learner: i64) -> Result<std::collections::HashMap<CardId, Record>, StoreError> {
    let mut rows = db.prepare_cached(
        "select card, count(*) as attempts, count(*) filter (where outcome = 'passed') as passed
         from submission where learner = ?1 and outcome in ('passed', 'failed') group by card",
    )?;
    let records = rows.query_map([learner], |row| {
        let record = Record { attempts: row.get("attempts")?, passed: row.get("passed")?, best: None };
        Ok((CardId(row.get("card")?), record))
    })?;
    Ok(records.collect::<Result<_, _>>()?)
}
