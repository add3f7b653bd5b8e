//! The week's report, below the daily reminder.

use rusqlite::Connection;

use super::agenda;
use crate::chat::screen::Block;
use crate::store::learner::Learner;
use crate::store::{StoreError, plan, reminder, report as rows, review};
use crate::study::calendar::{self, PlanDay, PlanPosition, StudyDay, plan_day};
use crate::study::report::{Figures, figures, is_report_day, week_before};
use crate::wording::report::{Before, Report, report};

/// The report's blocks, unless there is nothing to report: with the first reminder from the day of the report on,
/// which is that day's own if the learner wants one on it.
pub(super) fn blocks(
    db: &Connection,
    learner: &Learner,
    today: StudyDay,
) -> Result<Option<Vec<Block>>, StoreError> {
    let is_day = |day: &StudyDay| is_report_day(plan_day(learner.start_day, *day), *day);
    let Some(on) = (0..7).map(|back| today - back).find(is_day) else { return Ok(None) };
    let since = calendar::study_day_start(on, learner.zone, learner.day_start);
    if learner.joined_at > since || reminder::was_sent_since(db, learner.id, since)? {
        return Ok(None);
    }
    let position = plan_day(learner.start_day, on);
    let week = match position {
        PlanPosition::Day(day) => Some(day.week()),
        PlanPosition::Before { .. } | PlanPosition::After { .. } => None,
    };
    let (last, earlier) = (week_before(on), week_before(on - 7));
    let answers = rows::answers(db, learner.id, &(*earlier.start()..=*last.end()))?;
    let done = plan::done_days(db, learner.id)?;
    let active = review::active_days(db, learner.id)?;
    let done_in = |week: u8| {
        let days = (1..=7).filter_map(|day| PlanDay::of_week(week, day));
        days.filter(|day| done.contains_key(&day.number())).count()
    };
    let days = |week: Option<u8>, last: &std::ops::RangeInclusive<StudyDay>| {
        let days = match week {
            Some(week) => done_in(week),
            None => active.iter().filter(|day| last.contains(day)).count(),
        };
        u32::try_from(days).unwrap_or(u32::MAX)
    };
    let joined = calendar::study_day(learner.joined_at, learner.zone, learner.day_start);
    // Who joins on a plan's first day has their first report on its seventh, so their first seven days are one
    // day short: that is still a week to compare with, a shorter one is not.
    let before = if joined <= *earlier.start() + 1 {
        Some(Before {
            days: (week != Some(1)).then(|| days(week.map(|week| week - 1), &earlier)),
            figures: figures(&answers, &earlier),
            streak: agenda::streak_on(db, learner, on - 7)?.days,
        })
    } else {
        None
    };
    let told = Report {
        week,
        until: (on < today).then(|| calendar::short_date(on - 1, today)),
        days: days(week, &last),
        figures: figures(&answers, &last),
        streak: agenda::streak_on(db, learner, today)?.days,
        before,
    };
    let is_empty = |days: u32, figures: Figures| days == 0 && figures == Figures::default();
    let nothing = is_empty(told.days, told.figures)
        && before.is_none_or(|before| is_empty(before.days.unwrap_or(0), before.figures));
    Ok((!nothing).then(|| report(&told)))
}
