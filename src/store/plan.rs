//! What a learner did of the plan: days that are done, weeks opened by hand.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};

use super::StoreError;
use crate::study::calendar::StudyDay;

/// A plan day that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneDay {
    /// When it was marked.
    pub study_day: StudyDay,
    /// What was delivered.
    pub link: Option<String>,
}

/// The learner's done days by plan day (1-84).
///
/// # Errors
/// When SQLite refuses.
pub fn done_days(db: &Connection, learner: i64) -> Result<BTreeMap<u8, DoneDay>, StoreError> {
    let mut rows = db.prepare_cached(
        "select plan_day, study_day, link from done_day where learner = ?1 and reopened = 0",
    )?;
    let days = rows.query_map([learner], |row| {
        let done = DoneDay { study_day: StudyDay(row.get("study_day")?), link: row.get("link")? };
        Ok((row.get("plan_day")?, done))
    })?;
    Ok(days.collect::<Result<_, _>>()?)
}

/// Marks a plan day done; a link given later is added, and an earlier one is kept when none is given, also that of
/// a day that was opened again.
/// Returns whether the day was open before.
///
/// # Errors
/// When SQLite refuses.
pub fn mark_done(
    db: &Connection,
    learner: i64,
    plan_day: u8,
    study_day: StudyDay,
    link: Option<&str>,
) -> Result<bool, StoreError> {
    let added = db
        .prepare_cached(
            "insert into done_day (learner, plan_day, study_day, link)
             values (:learner, :plan_day, :study_day, :link)
             on conflict do update set reopened = 0, study_day = excluded.study_day where reopened = 1",
        )?
        .execute(named_params! {
            ":learner": learner, ":plan_day": plan_day, ":study_day": study_day.0, ":link": link,
        })?;
    if link.is_some() {
        db.prepare_cached(
            "update done_day set link = :link where learner = :learner and plan_day = :plan_day",
        )?
        .execute(named_params! { ":learner": learner, ":plan_day": plan_day, ":link": link })?;
    }
    Ok(added == 1)
}

/// Opens a plan day again; its link is kept. Returns whether it was done before.
///
/// # Errors
/// When SQLite refuses.
pub fn mark_open(db: &Connection, learner: i64, plan_day: u8) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached(
            "update done_day set reopened = 1 where learner = ?1 and plan_day = ?2 and reopened = 0",
        )?
        .execute((learner, plan_day))?
        == 1)
}

/// Weeks that the learner opened by hand.
///
/// # Errors
/// When SQLite refuses.
pub fn opened_weeks(db: &Connection, learner: i64) -> Result<Vec<u8>, StoreError> {
    let mut rows = db.prepare_cached("select week from opened_week where learner = ?1 order by week")?;
    let weeks = rows.query_map([learner], |row| row.get("week"))?;
    Ok(weeks.collect::<Result<_, _>>()?)
}

/// Opens a week for new cards.
///
/// # Errors
/// When SQLite refuses.
pub fn open_week(db: &Connection, learner: i64, week: u8) -> Result<(), StoreError> {
    db.prepare_cached("insert into opened_week (learner, week) values (?1, ?2) on conflict do nothing")?
        .execute((learner, week))?;
    Ok(())
}
