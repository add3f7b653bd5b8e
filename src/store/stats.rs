//! What the review log tells of a learner's progress. Undone rows never count, nor do drills and practice.

use rusqlite::Connection;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::StoreError;
use crate::study::calendar::StudyDay;
use crate::study::card::CardId;
use crate::study::readiness::Past;
use crate::study::sm2::{Quality, State};

/// Reviews on each study day of a range that has some, in order.
///
/// # Errors
/// When SQLite refuses.
pub fn reviews_by_day(
    db: &Connection,
    learner: i64,
    days: RangeInclusive<StudyDay>,
) -> Result<Vec<(StudyDay, u32)>, StoreError> {
    let mut rows = db.prepare_cached(
        "select study_day, count(*) from review
         where learner = ?1 and study_day between ?2 and ?3 and kind = 'review' and undone_at is null
         group by study_day order by study_day",
    )?;
    let days = rows
        .query_map((learner, days.start().0, days.end().0), |row| Ok((StudyDay(row.get(0)?), row.get(1)?)))?;
    Ok(days.collect::<Result<_, _>>()?)
}

/// Cards that an answer of this session made lapse for the time that makes a leech: after one that was recalled.
///
/// # Errors
/// When SQLite refuses.
pub fn new_leeches(db: &Connection, session: i64, lapses: u32) -> Result<u32, StoreError> {
    Ok(db
        .prepare_cached(
            "select count(*) from review r join schedule s on s.learner = r.learner and s.card = r.card
             where r.session = ?1 and r.kind = 'review' and r.undone_at is null and r.quality < 3
             and s.lapses = ?2
             and (select quality from review where learner = r.learner and card = r.card and kind = 'review'
                  and undone_at is null and id < r.id order by id desc limit 1) >= 3",
        )?
        .query_row((session, lapses), |row| row.get(0))?)
}

/// One card's reviews after the first, which only met it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Which card.
    pub card: CardId,
    /// Its reviews, in order.
    pub reviews: Vec<Past>,
}

/// The reviews of each card that came back, with the interval that it had before each: the log is played again.
///
/// # Errors
/// When SQLite refuses.
pub fn histories(db: &Connection, learner: i64) -> Result<Vec<History>, StoreError> {
    let mut rows = db.prepare_cached(
        "select card, quality, study_day from review
         where learner = ?1 and kind = 'review' and undone_at is null order by card, id",
    )?;
    let mut rows = rows.query([learner])?;
    let mut histories: Vec<History> = Vec::new();
    let (mut state, mut last) = (State::default(), StudyDay(0));
    while let Some(row) = rows.next()? {
        let card = row.get_ref("card")?.as_str().map_err(|_| StoreError::Unreadable { what: "card" })?;
        let quality = Quality::new(row.get("quality")?).ok_or(StoreError::Unreadable { what: "quality" })?;
        let day = StudyDay(row.get("study_day")?);
        match histories.last_mut().filter(|history| history.card.0 == card) {
            Some(history) => history.reviews.push(Past {
                interval: state.interval,
                // A move over the date line may make a day come twice.
                elapsed: u32::try_from(day - last).unwrap_or(0),
                recalled: quality.passes(),
            }),
            None => {
                state = State::default();
                histories.push(History { card: CardId(card.to_owned()), reviews: Vec::new() });
            }
        }
        (state, last) = (state.review(quality), day);
    }
    histories.retain(|history| !history.reviews.is_empty());
    Ok(histories)
}

/// Cards put aside, with the day on which a buried one may be asked again; a suspended one has none.
///
/// # Errors
/// When SQLite refuses.
pub fn put_aside(db: &Connection, learner: i64) -> Result<HashMap<CardId, Option<StudyDay>>, StoreError> {
    let mut rows = db.prepare_cached(
        "select card, iif(suspended, null, buried_until) until from card_mark
         where learner = ?1 and (suspended = 1 or buried_until is not null)",
    )?;
    let marks = rows.query_map([learner], |row| {
        Ok((CardId(row.get("card")?), row.get::<_, Option<_>>("until")?.map(StudyDay)))
    })?;
    Ok(marks.collect::<Result<_, _>>()?)
}
