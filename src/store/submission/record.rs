//! What a learner has done with a prompt so far: attempts, failures, and their own program.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Submission;
use crate::store::StoreError;
use crate::study::card::CardId;

/// How many programs ran and failed a test before this one: for its item, and on the same study day for the same
/// prompt, where that was put away unfinished.
///
/// # Errors
/// When SQLite refuses.
pub fn failures(db: &Connection, submission: &Submission) -> Result<u32, StoreError> {
    Ok(db
        .prepare_cached(
            "select count(*) from submission s
             join session n on n.id = s.session
             join session_item i on i.session = s.session and i.position = s.position
             where s.learner = :learner and s.card = :card and s.outcome = 'failed' and s.id < :id
                 and n.study_day = (select study_day from session where id = :session)
                 and ((s.session = :session and s.position = :position)
                     or i.outcome is null or i.outcome = 'skipped')",
        )?
        .query_row(
            named_params! {
                ":learner": submission.learner, ":card": submission.card.0, ":id": submission.id,
                ":session": submission.session, ":position": submission.position,
            },
            |row| row.get(0),
        )?)
}

/// Whether a program before this one passed for the same item.
///
/// # Errors
/// When SQLite refuses.
pub fn passed_before(db: &Connection, submission: &Submission) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached(
            "select 1 from submission where session = ?1 and position = ?2 and id < ?3 and outcome = 'passed'",
        )?
        .exists((submission.session, submission.position, submission.id))?)
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
pub fn tried(db: &Connection, learner: i64) -> Result<HashMap<CardId, Record>, StoreError> {
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
