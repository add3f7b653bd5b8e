//! Pauses: study days on which nothing is asked and no streak is lost.

use std::ops::RangeInclusive;

use rusqlite::{Connection, named_params};

use super::StoreError;
use crate::study::calendar::StudyDay;

/// The last day of a pause without an end.
pub const OPEN: StudyDay = StudyDay(i32::MAX);

/// All pauses of a learner, past and present, in order.
///
/// # Errors
/// When SQLite refuses.
pub fn all(db: &Connection, learner: i64) -> Result<Vec<RangeInclusive<StudyDay>>, StoreError> {
    let mut rows =
        db.prepare_cached("select first_day, last_day from pause where learner = ?1 order by first_day")?;
    let pauses = rows.query_map([learner], |row| {
        let last: Option<i32> = row.get("last_day")?;
        Ok(StudyDay(row.get("first_day")?)..=last.map_or(OPEN, StudyDay))
    })?;
    Ok(pauses.collect::<Result<_, _>>()?)
}

/// The last day of the pause that holds a day, if one does; [`OPEN`] when it has no end.
///
/// # Errors
/// When SQLite refuses.
pub fn last_day(db: &Connection, learner: i64, day: StudyDay) -> Result<Option<StudyDay>, StoreError> {
    Ok(all(db, learner)?.iter().filter(|pause| pause.contains(&day)).map(|pause| *pause.end()).max())
}

/// Pauses from a day on, until `last` ([`OPEN`] is for ever). A pause that holds the day is made longer, never
/// shorter. Returns the last day that it has now.
///
/// # Errors
/// When SQLite refuses.
pub fn put(db: &Connection, learner: i64, today: StudyDay, last: StudyDay) -> Result<StudyDay, StoreError> {
    let last = last_day(db, learner, today)?.map_or(last, |known| known.max(last));
    db.prepare_cached(
        "insert into pause (learner, first_day, last_day) values (
             :learner,
             coalesce((select max(first_day) from pause where learner = :learner and first_day <= :today
                 and (last_day is null or last_day >= :today)), :today),
             :last)
         on conflict (learner, first_day) do update set last_day = excluded.last_day",
    )?
    .execute(named_params! {
        ":learner": learner, ":today": today.0, ":last": (last != OPEN).then_some(last.0),
    })?;
    Ok(last)
}

/// Ends every pause: the day itself is not paused any more. Returns whether it was.
///
/// # Errors
/// When SQLite refuses.
pub fn end(db: &Connection, learner: i64, today: StudyDay) -> Result<bool, StoreError> {
    let was = last_day(db, learner, today)?.is_some();
    db.prepare_cached("delete from pause where learner = ?1 and first_day >= ?2")?
        .execute((learner, today.0))?;
    db.prepare_cached(
        "update pause set last_day = ?2 - 1 where learner = ?1 and (last_day is null or last_day >= ?2)",
    )?
    .execute((learner, today.0))?;
    Ok(was)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Connection {
        let db = crate::store::open_in_memory().unwrap();
        db.execute(
            "insert into learner (id, chat, name, zone, day_start, start_day, new_per_day, reviews_per_day,
                 six_qualities, plain_formulas, joined_at)
             values (7, 7, 'Ann', 'UTC', 240, 20780, 10, 100, 0, 0, 0)",
            [],
        )
        .unwrap();
        db
    }

    #[test]
    fn a_pause_is_made_longer_and_never_shorter() {
        let db = ann();
        let put = |today, last| put(&db, 7, StudyDay(today), StudyDay(last)).unwrap().0;
        assert_eq!(put(10, 12), 12);
        assert_eq!(put(11, 17), 17);
        assert_eq!(put(11, 12), 17);
        assert_eq!(all(&db, 7).unwrap(), [StudyDay(10)..=StudyDay(17)]);
        assert_eq!(put(12, OPEN.0), OPEN.0);
        assert_eq!(put(13, 15), OPEN.0);
        assert_eq!(all(&db, 7).unwrap(), [StudyDay(10)..=OPEN]);
        // Another one, later.
        assert!(end(&db, 7, StudyDay(20)).unwrap());
        assert_eq!(put(25, 26), 26);
        assert_eq!(all(&db, 7).unwrap(), [StudyDay(10)..=StudyDay(19), StudyDay(25)..=StudyDay(26)]);
        let last = |day| last_day(&db, 7, StudyDay(day)).unwrap().map(|day| day.0);
        assert_eq!(
            [last(9), last(10), last(19), last(20), last(26)],
            [None, Some(19), Some(19), None, Some(26)]
        );
    }

    #[test]
    fn its_end_takes_the_day_itself_out() {
        let db = ann();
        put(&db, 7, StudyDay(10), StudyDay(12)).unwrap();
        assert!(end(&db, 7, StudyDay(10)).unwrap());
        assert_eq!(all(&db, 7).unwrap(), []);
        assert!(!end(&db, 7, StudyDay(10)).unwrap());
        put(&db, 7, StudyDay(10), OPEN).unwrap();
        assert!(end(&db, 7, StudyDay(12)).unwrap());
        assert_eq!(all(&db, 7).unwrap(), [StudyDay(10)..=StudyDay(11)]);
        assert!(!end(&db, 7, StudyDay(12)).unwrap(), "it is over");
        assert_eq!(all(&db, 7).unwrap(), [StudyDay(10)..=StudyDay(11)]);
    }
}
