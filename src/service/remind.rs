//! The daily reminder and the evening nudge: whether a learner gets one now, and when to look again.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Timelike, Utc};
use rusqlite::Connection;

use super::{Service, agenda, report, upcoming};
use crate::chat::screen::Screen;
use crate::store::learner::{self, Learner};
use crate::store::reminder::{self, DAILY, NUDGE, Outcome};
use crate::store::{StoreError, pause, plan};
use crate::study::calendar::{self, StudyDay, Zone};
use crate::wording::day::{self, PlanLine};

/// A reminder that would come later than this is left out.
const LATEST: TimeDelta = TimeDelta::hours(6);
/// A nudge that would come later than this is left out.
const LATEST_NUDGE: TimeDelta = TimeDelta::hours(2);

/// A reminder that has to leave.
#[derive(Clone, Debug)]
pub struct Reminder {
    /// Where to.
    pub chat: i64,
    /// What it shows.
    pub screen: Screen,
    /// The learner wants HTML with Unicode formulas.
    pub plain_formulas: bool,
    /// Not to be sent after this.
    pub expires_at: DateTime<Utc>,
}

impl Service {
    /// Decides about one learner's reminders whose time has come, and notes when to look again. Called twice,
    /// or by two processes on one database, it gives the message once. What comes at the same moment is one
    /// message: the daily reminder, else the nudge, else the one that was put off.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn remind(
        &self,
        db: &Connection,
        learner: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<Reminder>, StoreError> {
        let found = learner::find(db, learner)?.filter(|learner| !learner.blocked);
        let Some(mut learner) = found else { return Ok(None) };
        let mut reminder = None;
        if learner.next_reminder_at.is_some_and(|at| at <= now) {
            reminder = self.daily(db, &learner, now)?;
            upcoming::plan_daily(db, &mut learner, now)?;
        }
        if learner.next_nudge_at.is_some_and(|at| at <= now) {
            let nudge = self.nudge(db, &learner, reminder.is_some(), now)?;
            reminder = reminder.or(nudge);
            upcoming::plan_nudge(db, &mut learner, now)?;
        }
        if let Some(at) = learner.snoozed_until.filter(|at| *at <= now) {
            learner.snoozed_until = None;
            if reminder.is_none() {
                reminder = self.put_off(db, &learner, at, now)?;
            }
        }
        learner::save(db, &learner)?;
        Ok(reminder)
    }

    /// The latest daily reminder up to now: one late message at most, however many days were missed.
    fn daily(
        &self,
        db: &Connection,
        learner: &Learner,
        now: DateTime<Utc>,
    ) -> Result<Option<Reminder>, StoreError> {
        let Some((date, at)) = upcoming::last_reminder(db, learner, now)? else { return Ok(None) };
        let (mut reminder, day) = self.message(db, learner, at + LATEST, false, now)?;
        let today = calendar::study_day(now, learner.zone, learner.day_start);
        let mut outcome = outcome(db, learner, today, &day, now - at)?;
        match report::blocks(db, learner, today)? {
            // A day that is done needs no reminder; the week's report comes all the same.
            Some(report) if outcome == Outcome::Done => {
                reminder.screen = day::report_alone(&learner.name, learner.zone.local(now).hour(), report);
                outcome = Outcome::Sent;
            }
            report => reminder.screen.blocks.extend(report.into_iter().flatten()),
        }
        let first = reminder::decide(db, learner.id, date, DAILY, outcome, now)?;
        Ok((first && outcome == Outcome::Sent).then_some(reminder))
    }

    /// The evening's nudge, unless another message speaks at the same moment.
    fn nudge(
        &self,
        db: &Connection,
        learner: &Learner,
        spoken: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<Reminder>, StoreError> {
        let Some((evening, at)) = upcoming::last_nudge(db, learner, now)? else { return Ok(None) };
        let today = calendar::study_day(now, learner.zone, learner.day_start);
        let streak = agenda::streak_on(db, learner, evening)?;
        let outcome = match () {
            () if now - at > LATEST_NUDGE || today != evening => Outcome::Late,
            () if spoken => Outcome::Declined,
            () if streak.active_today => Outcome::Done,
            () if !streak.ends_tonight() => Outcome::NotYet,
            () => Outcome::Sent,
        };
        let first = reminder::decide(db, learner.id, evening.date(), NUDGE, outcome, now)?;
        if !first || outcome != Outcome::Sent {
            return Ok(None);
        }
        let day = agenda::day(db, &self.decks, learner, today)?;
        let ends_at = calendar::study_day_start(today + 1, learner.zone, learner.day_start);
        let until = learner.zone.local(ends_at).format("%H:%M").to_string();
        let screen = day::nudge(&learner.name, &day, &until);
        let (chat, plain_formulas) = (learner.chat, learner.plain_formulas);
        let expires_at = ends_at.min(at + LATEST_NUDGE);
        Ok(Some(Reminder { chat, screen, plain_formulas, expires_at }))
    }

    /// The reminder that was put off until `at`.
    fn put_off(
        &self,
        db: &Connection,
        learner: &Learner,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<Reminder>, StoreError> {
        let today = calendar::study_day(now, learner.zone, learner.day_start);
        if pause::last_day(db, learner.id, today)?.is_some() {
            return Ok(None);
        }
        let date = learner.zone.local(at).date();
        let nth = reminder::next_put_off(db, learner.id, date)?;
        let (reminder, day) = self.message(db, learner, at + LATEST, true, now)?;
        let outcome = outcome(db, learner, today, &day, now - at)?;
        let first = reminder::decide(db, learner.id, date, nth, outcome, now)?;
        Ok((first && outcome == Outcome::Sent).then_some(reminder))
    }

    fn message(
        &self,
        db: &Connection,
        learner: &Learner,
        expires_at: DateTime<Utc>,
        again: bool,
        now: DateTime<Utc>,
    ) -> Result<(Reminder, day::Day), StoreError> {
        let today = calendar::study_day(now, learner.zone, learner.day_start);
        let day = agenda::day(db, &self.decks, learner, today)?;
        let hour = learner.zone.local(now).hour();
        let screen = day::reminder(&learner.name, hour, &day, again);
        let reminder =
            Reminder { chat: learner.chat, screen, plain_formulas: learner.plain_formulas, expires_at };
        Ok((reminder, day))
    }
}

/// Whether a reminder that comes this much late has a point on such a day. A plan day that was done ahead leaves
/// the cards of the day to be reminded of.
fn outcome(
    db: &Connection,
    learner: &Learner,
    today: StudyDay,
    day: &day::Day,
    late: TimeDelta,
) -> Result<Outcome, StoreError> {
    let waiting = day.due + day.new + day.drill > 0;
    Ok(match day.plan {
        _ if late > LATEST => Outcome::Late,
        PlanLine::Day { done: true, day, .. } => {
            let done_on = plan::done_days(db, learner.id)?.get(&day).map(|done| done.study_day);
            if waiting && done_on < Some(today) { Outcome::Sent } else { Outcome::Done }
        }
        PlanLine::After if !waiting => Outcome::Done,
        PlanLine::Before { .. } if !waiting => Outcome::NotYet,
        _ => Outcome::Sent,
    })
}

/// Tomorrow at 08:00 in the learner's zone; in UTC for somebody who never wrote.
///
/// # Errors
/// When SQLite refuses.
pub fn tomorrow_morning(
    db: &Connection,
    learner: i64,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, StoreError> {
    let zone = learner::find(db, learner)?.map_or(Zone::UTC, |learner| learner.zone);
    let date = zone.local(now).date();
    let tomorrow = date.checked_add_days(Days::new(1)).unwrap_or(date);
    let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or(NaiveTime::MIN);
    Ok(calendar::instant(tomorrow, eight, zone))
}
