//! Sessions and their cards. What is shown follows from these rows, so a session survives a restart.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::StoreError;
use super::learner::{instant, millis};
use super::named::named;
use crate::study::calendar::StudyDay;
use crate::study::card::CardId;
use crate::study::queue;

/// What kind of sitting it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// The cards of the day, ending with the drill.
    Review,
    /// Multiple-choice questions.
    Quiz,
    /// Coding prompts.
    Code,
    /// The questions at the end of a week.
    Checkpoint,
}
named!(SessionKind {
    Review = "review",
    Quiz = "quiz",
    Code = "code",
    Checkpoint = "checkpoint",
});

/// Which side of the current card is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The question.
    Front,
    /// The answer, to be graded by the learner.
    Back,
    /// The answer, graded already.
    Verdict,
    /// The menu over the question.
    Menu,
    /// A graded answer whose card has become a leech.
    Leech,
    /// "Show the solution?", before it is shown.
    Sure,
}
named!(Face {
    Front = "front",
    Back = "back",
    Verdict = "verdict",
    Menu = "menu",
    Leech = "leech",
    Sure = "sure",
});

/// Why a card is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Its day has come.
    Due,
    /// For the first time.
    New,
    /// A repeat of what was not firm today.
    Drill,
    /// Outside the schedule.
    Practice,
}
named!(Mode { Due = "due", New = "new", Drill = "drill", Practice = "practice" });

impl From<queue::Mode> for Mode {
    fn from(mode: queue::Mode) -> Self {
        match mode {
            queue::Mode::Due => Self::Due,
            queue::Mode::New => Self::New,
            queue::Mode::Drill => Self::Drill,
        }
    }
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Graded.
    Answered,
    /// Not now.
    Skipped,
    /// Not before tomorrow.
    Buried,
    /// Not until brought back.
    Suspended,
    /// The card is no longer in the decks, or no longer due since its only answer was taken back.
    Gone,
}
named!(ItemOutcome {
    Answered = "answered",
    Skipped = "skipped",
    Buried = "buried",
    Suspended = "suspended",
    Gone = "gone",
});

/// One sitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The row.
    pub id: i64,
    /// Whose.
    pub learner: i64,
    /// What kind.
    pub kind: SessionKind,
    /// Of one week, or of everything.
    pub week: Option<u8>,
    /// The study day on which it began.
    pub study_day: StudyDay,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Raised by every answer.
    pub step: u32,
    /// Position of the item on the screen.
    pub showing: u32,
    /// Its side.
    pub face: Face,
    /// When the question came up.
    pub shown_at: DateTime<Utc>,
    /// Telegram's id of the session's message, once it is known.
    pub message: Option<i32>,
}

/// One card of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Place in the session, from 0.
    pub position: u32,
    /// Which card.
    pub card: CardId,
    /// Why it is asked.
    pub mode: Mode,
    /// What became of it; `None` is open.
    pub outcome: Option<ItemOutcome>,
    /// Its row in the review log.
    pub review: Option<i64>,
    /// The quality in that row.
    pub quality: Option<u8>,
    /// The learner's option or typed answer.
    pub given: Option<String>,
    /// Hints of a coding prompt that were shown.
    pub hints: u32,
    /// The solution of a coding prompt was shown before it was passed.
    pub solution_shown: bool,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        learner: row.get("learner")?,
        kind: row.get("kind")?,
        week: row.get("week")?,
        study_day: StudyDay(row.get("study_day")?),
        started_at: instant(row.get("started_at")?),
        ended_at: row.get::<_, Option<i64>>("ended_at")?.map(instant),
        step: row.get("step")?,
        showing: row.get("showing")?,
        face: row.get("face")?,
        shown_at: instant(row.get("shown_at")?),
        message: row.get("message")?,
    })
}

/// Begins a session with these cards and returns it.
///
/// # Errors
/// When SQLite refuses.
pub fn begin(
    db: &Connection,
    learner: i64,
    kind: SessionKind,
    week: Option<u8>,
    study_day: StudyDay,
    cards: &[(CardId, Mode)],
    now: DateTime<Utc>,
) -> Result<Session, StoreError> {
    db.prepare_cached(
        "insert into session (learner, kind, week, study_day, started_at, shown_at)
         values (:learner, :kind, :week, :day, :now, :now)",
    )?
    .execute(named_params! {
        ":learner": learner, ":kind": kind, ":week": week, ":day": study_day.0, ":now": millis(now),
    })?;
    let id = db.last_insert_rowid();
    append(db, id, 0, cards)?;
    find(db, learner, id)?.ok_or(StoreError::Unreadable { what: "session" })
}

/// Adds cards from a position on.
///
/// # Errors
/// When SQLite refuses.
pub fn append(db: &Connection, session: i64, from: u32, cards: &[(CardId, Mode)]) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(
        "insert into session_item (session, position, card, mode) values (:session, :position, :card, :mode)",
    )?;
    for (position, (card, mode)) in (from..).zip(cards) {
        insert.execute(named_params! {
            ":session": session, ":position": position, ":card": card.0, ":mode": mode,
        })?;
    }
    Ok(())
}

/// A learner's session; another learner's is not found.
///
/// # Errors
/// When SQLite refuses.
pub fn find(db: &Connection, learner: i64, id: i64) -> Result<Option<Session>, StoreError> {
    Ok(db
        .prepare_cached("select * from session where id = ?1 and learner = ?2")?
        .query_row((id, learner), read)
        .optional()?)
}

/// The learner's newest session, ended or not.
///
/// # Errors
/// When SQLite refuses.
pub fn newest(db: &Connection, learner: i64) -> Result<Option<Session>, StoreError> {
    Ok(db
        .prepare_cached("select * from session where learner = ?1 order by id desc limit 1")?
        .query_row([learner], read)
        .optional()?)
}

/// The learner's newest checkpoint of a week before the session `before` in which a question was answered.
///
/// # Errors
/// When SQLite refuses.
pub fn last_checkpoint(
    db: &Connection,
    learner: i64,
    week: u8,
    before: i64,
) -> Result<Option<Session>, StoreError> {
    Ok(db
        .prepare_cached(
            "select * from session s where learner = ?1 and kind = 'checkpoint' and week = ?2 and id < ?3
             and ended_at is not null
             and exists (select 1 from session_item i join review r on r.id = i.review
                         where i.session = s.id and i.outcome = 'answered')
             order by id desc limit 1",
        )?
        .query_row((learner, week, before), read)
        .optional()?)
}

/// Writes what changes of a session: its end, step, screen and message.
///
/// # Errors
/// When SQLite refuses.
pub fn save(db: &Connection, session: &Session) -> Result<(), StoreError> {
    db.prepare_cached(
        "update session set ended_at = :ended, step = :step, showing = :showing, face = :face,
             shown_at = :shown, message = :message where id = :id",
    )?
    .execute(named_params! {
        ":ended": session.ended_at.map(millis),
        ":step": session.step,
        ":showing": session.showing,
        ":face": session.face,
        ":shown": millis(session.shown_at),
        ":message": session.message,
        ":id": session.id,
    })?;
    Ok(())
}

/// Notes which message shows a session.
///
/// # Errors
/// When SQLite refuses.
pub fn set_message(db: &Connection, session: i64, message: i32) -> Result<(), StoreError> {
    db.prepare_cached("update session set message = ?2 where id = ?1")?.execute((session, message))?;
    Ok(())
}

/// A session's cards in order.
///
/// # Errors
/// When SQLite refuses.
pub fn items(db: &Connection, session: i64) -> Result<Vec<Item>, StoreError> {
    let mut rows = db.prepare_cached(
        "select i.*, r.quality from session_item i left join review r on r.id = i.review
         where i.session = ?1 order by i.position",
    )?;
    let items = rows.query_map([session], |row| {
        Ok(Item {
            position: row.get("position")?,
            card: CardId(row.get("card")?),
            mode: row.get("mode")?,
            outcome: row.get("outcome")?,
            review: row.get("review")?,
            quality: row.get("quality")?,
            given: row.get("given")?,
            hints: row.get("hints")?,
            solution_shown: row.get("solution_shown")?,
        })
    })?;
    Ok(items.collect::<Result<_, _>>()?)
}

/// What a learner was shown of a coding prompt on a study day, where it was put away unfinished: hints, and whether
/// the solution.
///
/// # Errors
/// When SQLite refuses.
pub fn help(db: &Connection, learner: i64, card: &CardId, day: StudyDay) -> Result<(u32, bool), StoreError> {
    Ok(db
        .prepare_cached(
            "select coalesce(max(i.hints), 0), coalesce(max(i.solution_shown), 0)
             from session_item i join session s on s.id = i.session
             where s.learner = ?1 and s.study_day = ?2 and i.card = ?3
                 and (i.outcome is null or i.outcome = 'skipped')",
        )?
        .query_row((learner, day.0, &card.0), |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Writes what became of an item.
///
/// # Errors
/// When SQLite refuses.
pub fn save_item(db: &Connection, session: i64, item: &Item) -> Result<(), StoreError> {
    db.prepare_cached(
        "update session_item set outcome = :outcome, review = :review, given = :given, hints = :hints,
             solution_shown = :solution_shown
         where session = :session and position = :position",
    )?
    .execute(named_params! {
        ":outcome": item.outcome,
        ":review": item.review,
        ":given": item.given,
        ":hints": item.hints,
        ":solution_shown": item.solution_shown,
        ":session": session,
        ":position": item.position,
    })?;
    Ok(())
}

/// Removes the round of the drill that an answer caused, when that answer is taken back. Rounds that had begun
/// before it stay.
///
/// # Errors
/// When SQLite refuses.
pub fn drop_drill_behind(db: &Connection, session: i64, position: u32) -> Result<(), StoreError> {
    let items = items(db, session)?;
    let rounds = rounds(&items);
    let of_answer = items.iter().zip(&rounds).find(|(item, _)| item.position == position);
    let Some((_, of_answer)) = of_answer else { return Ok(()) };
    let mut delete = db.prepare_cached(
        "delete from session_item where session = ?1 and position = ?2 and outcome is null",
    )?;
    for (item, _) in items.iter().zip(&rounds).filter(|(_, round)| *round > of_answer) {
        delete.execute((session, item.position))?;
    }
    Ok(())
}

/// The round of each item: 0 is what the session began with. A later round is a drill of cards that this session
/// has asked before, each once; so it ends where one of its cards would come again.
fn rounds(items: &[Item]) -> Vec<u32> {
    let (mut asked, mut in_round) = (HashSet::new(), HashSet::new());
    let mut round = 0;
    let number = |item: &Item| {
        let again = !asked.insert(item.card.clone());
        if item.mode == Mode::Drill && again && (!in_round.insert(item.card.clone()) || round == 0) {
            round += 1;
            in_round = HashSet::from([item.card.clone()]);
        }
        round
    };
    items.iter().map(number).collect()
}
