//! The review log and the schedule that follows from it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::StoreError;
use super::learner::millis;
use super::named::named;
use crate::study::calendar::StudyDay;
use crate::study::card::CardId;
use crate::study::sm2::{Quality, State};

/// What an answer counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewKind {
    /// A card that was due or new: moves the schedule.
    Review,
    /// A repeat at the end of a session: moves nothing.
    Drill,
    /// Outside the schedule: moves nothing.
    Practice,
}

named!(ReviewKind { Review = "review", Drill = "drill", Practice = "practice" });

/// One graded answer, before it is logged.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// Who answered.
    pub learner: i64,
    /// Which card.
    pub card: &'a CardId,
    /// The card's revision that was asked.
    pub rev: u32,
    /// In which session.
    pub session: Option<i64>,
    /// What it counts for.
    pub kind: ReviewKind,
    /// SM-2's quality.
    pub quality: Quality,
    /// The learner's study day.
    pub study_day: StudyDay,
    /// When.
    pub at: DateTime<Utc>,
    /// How long the question stood open, in milliseconds.
    pub took_ms: i64,
}

/// A logged answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The row.
    pub id: i64,
    /// Which card.
    pub card: CardId,
    /// In which session.
    pub session: Option<i64>,
    /// What it counted for.
    pub kind: ReviewKind,
}

/// A card's place in the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// Which card.
    pub card: CardId,
    /// The revision last reviewed.
    pub rev: u32,
    /// SM-2's state.
    pub state: State,
    /// When it is due.
    pub due: StudyDay,
    /// When it was last reviewed.
    pub reviewed_on: StudyDay,
    /// How often it was forgotten after it had been learned.
    pub lapses: u32,
}

fn read_scheduled(row: &Row<'_>) -> rusqlite::Result<Scheduled> {
    Ok(Scheduled {
        card: CardId(row.get("card")?),
        rev: row.get("rev")?,
        state: State {
            repetition: row.get("repetition")?,
            interval: row.get("interval")?,
            ease: row.get("ease")?,
        },
        due: StudyDay(row.get("due")?),
        reviewed_on: StudyDay(row.get("reviewed_on")?),
        lapses: row.get("lapses")?,
    })
}

/// A card's place in the schedule after one more review. This one function moves schedules: live, after an
/// undo, and when everything is rebuilt from the log.
fn reviewed(
    before: Option<&Scheduled>,
    card: &CardId,
    rev: u32,
    quality: Quality,
    day: StudyDay,
) -> Scheduled {
    let (state, lapses) = before.map_or((State::default(), 0), |b| (b.state, b.lapses));
    let lapsed = state.repetition > 0 && quality.get() < 3;
    let state = state.review(quality);
    Scheduled {
        card: card.clone(),
        rev,
        due: day + i64::from(state.interval),
        state,
        reviewed_on: day,
        lapses: lapses + u32::from(lapsed),
    }
}

/// Logs an answer and, when it is a review, moves the card's schedule. Returns the row and the new place.
///
/// # Errors
/// When SQLite refuses.
pub fn log(db: &Connection, answer: &Answer<'_>) -> Result<(i64, Option<Scheduled>), StoreError> {
    let before = scheduled(db, answer.learner, answer.card)?;
    db.prepare_cached(
        "insert into review (learner, card, rev, session, kind, first, quality, study_day, answered_at, took_ms)
         values (:learner, :card, :rev, :session, :kind, :first, :quality, :study_day, :at, :took)",
    )?
    .execute(named_params! {
        ":learner": answer.learner,
        ":card": answer.card.0,
        ":rev": answer.rev,
        ":session": answer.session,
        ":kind": answer.kind,
        ":first": answer.kind == ReviewKind::Review && before.is_none(),
        ":quality": answer.quality.get(),
        ":study_day": answer.study_day.0,
        ":at": millis(answer.at),
        ":took": answer.took_ms,
    })?;
    let id = db.last_insert_rowid();
    if answer.kind != ReviewKind::Review {
        return Ok((id, None));
    }
    let after = reviewed(before.as_ref(), answer.card, answer.rev, answer.quality, answer.study_day);
    put(db, answer.learner, &after)?;
    Ok((id, Some(after)))
}

/// The learner's last answer that still counts.
///
/// # Errors
/// When SQLite refuses.
pub fn last(db: &Connection, learner: i64) -> Result<Option<Logged>, StoreError> {
    Ok(db
        .prepare_cached(
            "select id, card, session, kind from review
             where learner = ?1 and undone_at is null order by id desc limit 1",
        )?
        .query_row([learner], |row| {
            Ok(Logged {
                id: row.get("id")?,
                card: CardId(row.get("card")?),
                session: row.get("session")?,
                kind: row.get("kind")?,
            })
        })
        .optional()?)
}

/// Takes an answer back: marks its row, and rebuilds the card's place from what is left of the log.
///
/// # Errors
/// When SQLite refuses.
pub fn undo(db: &Connection, learner: i64, answer: &Logged, now: DateTime<Utc>) -> Result<(), StoreError> {
    db.prepare_cached("update review set undone_at = :now where id = :id and undone_at is null")?
        .execute(named_params! { ":now": millis(now), ":id": answer.id })?;
    rebuild(db, learner, Some(&answer.card))
}

/// Rebuilds a learner's schedule, or one card's place in it, from the review log alone.
///
/// # Errors
/// When SQLite refuses.
pub fn rebuild(db: &Connection, learner: i64, card: Option<&CardId>) -> Result<(), StoreError> {
    let only = card.map(|card| card.0.as_str());
    db.prepare_cached("delete from schedule where learner = :learner and (:card is null or card = :card)")?
        .execute(named_params! { ":learner": learner, ":card": only })?;
    let mut places: HashMap<CardId, Scheduled> = HashMap::new();
    let mut rows = db.prepare_cached(
        "select card, rev, quality, study_day from review
         where learner = :learner and kind = 'review' and undone_at is null and (:card is null or card = :card)
         order by id",
    )?;
    let mut rows = rows.query(named_params! { ":learner": learner, ":card": only })?;
    while let Some(row) = rows.next()? {
        let card = CardId(row.get("card")?);
        let quality = Quality::new(row.get("quality")?).ok_or(StoreError::Unreadable { what: "quality" })?;
        let after =
            reviewed(places.get(&card), &card, row.get("rev")?, quality, StudyDay(row.get("study_day")?));
        places.insert(card, after);
    }
    places.values().try_for_each(|place| put(db, learner, place))
}

fn put(db: &Connection, learner: i64, place: &Scheduled) -> Result<(), StoreError> {
    db.prepare_cached(
        "insert or replace into schedule (learner, card, rev, repetition, interval, ease, due, reviewed_on, lapses)
         values (:learner, :card, :rev, :repetition, :interval, :ease, :due, :reviewed_on, :lapses)",
    )?
    .execute(named_params! {
        ":learner": learner,
        ":card": place.card.0,
        ":rev": place.rev,
        ":repetition": place.state.repetition,
        ":interval": place.state.interval,
        ":ease": place.state.ease,
        ":due": place.due.0,
        ":reviewed_on": place.reviewed_on.0,
        ":lapses": place.lapses,
    })?;
    Ok(())
}

/// One card's place in the schedule, if it was ever reviewed.
///
/// # Errors
/// When SQLite refuses.
pub fn scheduled(db: &Connection, learner: i64, card: &CardId) -> Result<Option<Scheduled>, StoreError> {
    Ok(db
        .prepare_cached("select * from schedule where learner = ?1 and card = ?2")?
        .query_row((learner, &card.0), read_scheduled)
        .optional()?)
}

/// The learner's whole schedule, by card.
///
/// # Errors
/// When SQLite refuses.
pub fn schedule(db: &Connection, learner: i64) -> Result<HashMap<CardId, Scheduled>, StoreError> {
    let mut rows = db.prepare_cached("select * from schedule where learner = ?1")?;
    let places =
        rows.query_map([learner], |row| read_scheduled(row).map(|place| (place.card.clone(), place)))?;
    Ok(places.collect::<Result<_, _>>()?)
}

/// What was answered on one study day, as far as limits and the drill need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayCount {
    /// New cards met.
    pub new: u32,
    /// Reviews, new cards included.
    pub reviews: u32,
    /// Cards whose last grade of the day was below 4 and that no drill has settled, in the order of that grade.
    pub drill: Vec<CardId>,
}

/// Counts a study day's answers to the cards that `counts`; coding prompts, for one, have no limit.
///
/// # Errors
/// When SQLite refuses.
pub fn day_count(
    db: &Connection,
    learner: i64,
    day: StudyDay,
    counts: impl Fn(&CardId) -> bool,
) -> Result<DayCount, StoreError> {
    let mut count = DayCount::default();
    let mut rows = db.prepare_cached(
        "select card, kind, first, quality from review
         where learner = ?1 and study_day = ?2 and undone_at is null and kind in ('review', 'drill') order by id",
    )?;
    let mut rows = rows.query((learner, day.0))?;
    while let Some(row) = rows.next()? {
        let card = CardId(row.get("card")?);
        if !counts(&card) {
            continue;
        }
        if row.get::<_, ReviewKind>("kind")? == ReviewKind::Review {
            count.reviews += 1;
            count.new += u32::from(row.get::<_, bool>("first")?);
        }
        count.drill.retain(|open| *open != card);
        if row.get::<_, u8>("quality")? < 4 {
            count.drill.push(card);
        }
    }
    Ok(count)
}

/// Study days with at least one review, in order.
///
/// # Errors
/// When SQLite refuses.
pub fn active_days(db: &Connection, learner: i64) -> Result<Vec<StudyDay>, StoreError> {
    let mut rows = db.prepare_cached(
        "select distinct study_day from review
         where learner = ?1 and kind = 'review' and undone_at is null
         union select study_day from done_day where learner = ?1 and reopened = 0 order by 1",
    )?;
    let days = rows.query_map([learner], |row| row.get(0).map(StudyDay))?;
    Ok(days.collect::<Result<_, _>>()?)
}

/// The mean time of the learner's last hundred answers in milliseconds, if there are any. Pauses over two
/// minutes count as two minutes; coding prompts, which take longer, do not count.
///
/// # Errors
/// When SQLite refuses.
pub fn mean_took_ms(db: &Connection, learner: i64) -> Result<Option<i64>, StoreError> {
    Ok(db
        .prepare_cached(
            "select cast(avg(min(took_ms, 120000)) as integer) from
             (select took_ms from review r where learner = ?1 and undone_at is null
             and not exists (select 1 from session where id = r.session and kind = 'code')
             order by id desc limit 100)",
        )?
        .query_row([learner], |row| row.get(0))?)
}

/// How long a session's answers took together, in milliseconds, pauses over two minutes counted as two.
///
/// # Errors
/// When SQLite refuses.
pub fn session_took_ms(db: &Connection, session: i64) -> Result<i64, StoreError> {
    Ok(db
        .prepare_cached(
            "select coalesce(sum(min(took_ms, 120000)), 0) from review where session = ?1 and undone_at is null",
        )?
        .query_row([session], |row| row.get(0))?)
}

/// Cards that are put aside on a study day, suspended or buried.
///
/// # Errors
/// When SQLite refuses.
pub fn put_aside(db: &Connection, learner: i64, today: StudyDay) -> Result<HashSet<CardId>, StoreError> {
    let mut rows = db.prepare_cached(
        "select card from card_mark where learner = ?1 and (suspended = 1 or buried_until > ?2)",
    )?;
    let cards = rows.query_map((learner, today.0), |row| row.get("card").map(CardId))?;
    Ok(cards.collect::<Result<_, _>>()?)
}

/// Suspends a card until it is brought back.
///
/// # Errors
/// When SQLite refuses.
pub fn suspend(db: &Connection, learner: i64, card: &CardId) -> Result<(), StoreError> {
    db.prepare_cached(
        "insert into card_mark (learner, card, suspended) values (?1, ?2, 1)
         on conflict (learner, card) do update set suspended = 1",
    )?
    .execute((learner, &card.0))?;
    Ok(())
}

/// Buries a card until a study day.
///
/// # Errors
/// When SQLite refuses.
pub fn bury(db: &Connection, learner: i64, card: &CardId, until: StudyDay) -> Result<(), StoreError> {
    db.prepare_cached(
        "insert into card_mark (learner, card, buried_until) values (?1, ?2, ?3)
         on conflict (learner, card) do update set buried_until = excluded.buried_until",
    )?
    .execute((learner, &card.0, until.0))?;
    Ok(())
}

/// How many cards are suspended.
///
/// # Errors
/// When SQLite refuses.
pub fn suspended(db: &Connection, learner: i64) -> Result<u32, StoreError> {
    Ok(db
        .prepare_cached("select count(*) from card_mark where learner = ?1 and suspended = 1")?
        .query_row([learner], |row| row.get(0))?)
}

/// Brings every suspended card back. Returns how many there were.
///
/// # Errors
/// When SQLite refuses.
pub fn bring_back(db: &Connection, learner: i64) -> Result<usize, StoreError> {
    Ok(db
        .prepare_cached("update card_mark set suspended = 0 where learner = ?1 and suspended = 1")?
        .execute([learner])?)
}
