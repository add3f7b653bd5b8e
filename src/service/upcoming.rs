//! When the loop has to look at a learner: the next daily reminder and the next evening nudge.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rusqlite::Connection;

use crate::store::learner::Learner;
use crate::store::reminder::{self, DAILY, NUDGE, Outcome};
use crate::store::{StoreError, pause};
use crate::study::calendar::{self, StudyDay};

/// What keeps a learner's reminders from coming: pauses, and dates that were decided.
struct Filter<'a> {
    db: &'a Connection,
    learner: &'a Learner,
    pauses: Vec<RangeInclusive<StudyDay>>,
    /// A fault of the database, met while dates were tried.
    fault: Option<StoreError>,
}

impl<'a> Filter<'a> {
    fn of(db: &'a Connection, learner: &'a Learner) -> Result<Self, StoreError> {
        Ok(Self { db, learner, pauses: pause::all(db, learner.id)?, fault: None })
    }

    fn paused(&self, day: StudyDay) -> bool {
        self.pauses.iter().any(|pause| pause.contains(&day))
    }

    fn study_day(&self, at: DateTime<Utc>) -> StudyDay {
        calendar::study_day(at, self.learner.zone, self.learner.day_start)
    }

    /// When a pause that holds an instant is over, or the instant itself; `None` when it has no end.
    fn free_from(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = self.study_day(after);
        let last = self.pauses.iter().filter(|pause| pause.contains(&today)).map(|pause| *pause.end()).max();
        match last {
            None => Some(after),
            Some(pause::OPEN) => None,
            Some(last) => {
                let start = calendar::study_day_start(last + 1, self.learner.zone, self.learner.day_start);
                // A reminder at the very start of the day is not left out.
                Some(start.checked_sub_signed(TimeDelta::milliseconds(1)).unwrap_or(start).max(after))
            }
        }
    }

    fn open(&mut self, date: NaiveDate, nth: i64) -> bool {
        match reminder::decided(self.db, self.learner.id, date, nth) {
            Ok(decided) => !decided,
            Err(fault) => {
                self.fault = Some(fault);
                true
            }
        }
    }

    fn daily(&mut self, date: NaiveDate, at: DateTime<Utc>) -> bool {
        self.learner.remind_days.holds(date) && !self.paused(self.study_day(at)) && self.open(date, DAILY)
    }

    fn nudge(&mut self, date: NaiveDate) -> bool {
        let evening = evening(self.learner, date);
        !self.paused(evening) && self.open(evening.date(), NUDGE)
    }

    fn end<T>(self, found: T) -> Result<T, StoreError> {
        self.fault.map_or(Ok(found), Err)
    }
}

/// The study day whose evening a nudge on a date belongs to: after midnight, but before the day starts, it is the
/// one before.
fn evening(learner: &Learner, date: NaiveDate) -> StudyDay {
    let before_start = learner.nudge_at.is_some_and(|at| at < learner.day_start);
    StudyDay::from(date) - i64::from(before_start)
}

/// The first daily reminder after an instant: on one of the learner's days, outside a pause, on a date that has
/// none yet.
pub(super) fn next_reminder(
    db: &Connection,
    learner: &Learner,
    after: DateTime<Utc>,
) -> Result<Option<(NaiveDate, DateTime<Utc>)>, StoreError> {
    let Some(time) = learner.remind_at.map(time_of_day) else { return Ok(None) };
    let mut filter = Filter::of(db, learner)?;
    let Some(after) = filter.free_from(after) else { return Ok(None) };
    let next = calendar::next_daily_where(after, time, learner.zone, |date, at| filter.daily(date, at));
    filter.end(next)
}

/// The latest daily reminder up to now that is still to be decided.
pub(super) fn last_reminder(
    db: &Connection,
    learner: &Learner,
    now: DateTime<Utc>,
) -> Result<Option<(NaiveDate, DateTime<Utc>)>, StoreError> {
    let Some(time) = learner.remind_at.map(time_of_day) else { return Ok(None) };
    let mut filter = Filter::of(db, learner)?;
    let last = calendar::last_daily_where(now, time, learner.zone, |date, at| filter.daily(date, at));
    filter.end(last)
}

/// The first nudge after an instant, with the study day whose evening it is. It comes on every day of the week: a
/// streak can break on any.
fn next_nudge(
    db: &Connection,
    learner: &Learner,
    after: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(time) = learner.nudge_at.map(time_of_day) else { return Ok(None) };
    let mut filter = Filter::of(db, learner)?;
    let Some(after) = filter.free_from(after) else { return Ok(None) };
    let next = calendar::next_daily_where(after, time, learner.zone, |date, _| filter.nudge(date));
    filter.end(next.map(|(_, at)| at))
}

/// The latest nudge up to now that is still to be decided, with the study day whose evening it is.
pub(super) fn last_nudge(
    db: &Connection,
    learner: &Learner,
    now: DateTime<Utc>,
) -> Result<Option<(StudyDay, DateTime<Utc>)>, StoreError> {
    let Some(time) = learner.nudge_at.map(time_of_day) else { return Ok(None) };
    let mut filter = Filter::of(db, learner)?;
    let last = calendar::last_daily_where(now, time, learner.zone, |date, _| filter.nudge(date));
    filter.end(last.map(|(date, at)| (evening(learner, date), at)))
}

/// Computes when the loop looks at a learner next.
pub(super) fn plan(db: &Connection, learner: &mut Learner, now: DateTime<Utc>) -> Result<(), StoreError> {
    plan_daily(db, learner, now)?;
    plan_nudge(db, learner, now)
}

/// Computes when the next daily reminder comes.
pub(super) fn plan_daily(
    db: &Connection,
    learner: &mut Learner,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    learner.next_reminder_at = next_reminder(db, learner, now)?.map(|(_, at)| at);
    Ok(())
}

/// Computes when the next nudge comes.
pub(super) fn plan_nudge(
    db: &Connection,
    learner: &mut Learner,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    learner.next_nudge_at = next_nudge(db, learner, now)?;
    Ok(())
}

/// "Not today": what would still come on a study day is settled. (What comes at night, before the day ends, too.)
pub(super) fn decline(
    db: &Connection,
    learner: &mut Learner,
    today: StudyDay,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    learner.snoozed_until = None;
    reminder::decide(db, learner.id, today.date(), NUDGE, Outcome::Declined, now)?;
    let end = calendar::study_day_start(today + 1, learner.zone, learner.day_start);
    // One at the most, two around a change of the zone; a decided date is not found again.
    while let Some((date, _)) = next_reminder(db, learner, now)?.filter(|(_, at)| *at < end) {
        reminder::decide(db, learner.id, date, DAILY, Outcome::Declined, now)?;
    }
    plan(db, learner, now)
}

/// A time of day from minutes after midnight.
fn time_of_day(minutes: u16) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minutes) * 60, 0).unwrap_or(NaiveTime::MIN)
}
