//! What was delivered.

use super::overview::week_number;
use super::turn::Turn;
use crate::store::{StoreError, plan};
use crate::study::calendar::PlanDay;
use crate::wording::plan::which_week;
use crate::wording::portfolio::{self as words, Week};

/// `/portfolio [N]`.
pub(super) fn command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    match week_number(typed) {
        None if !typed.is_empty() => {
            turn.send(which_week("portfolio", typed));
            Ok(())
        }
        week => show(turn, week),
    }
}

/// Shows all links, or those of a week.
pub(super) fn show(turn: &mut Turn<'_>, week: Option<u8>) -> Result<(), StoreError> {
    let done = plan::done_days(turn.db, turn.learner.id)?;
    let planned =
        turn.decks.plan().weeks.iter().filter(|planned| week.is_none_or(|week| week == planned.week));
    let weeks: Vec<Week<'_>> = planned
        .map(|planned| {
            let link = |day: u8| {
                let number = PlanDay::of_week(planned.week, day)?.number();
                done.get(&number)?.link.clone()
            };
            let days = planned.days.iter();
            let links = days.filter_map(|day| Some((day.day, day.title.as_str(), link(day.day)?))).collect();
            Week { number: planned.week, title: &planned.title, links }
        })
        .filter(|found| week.is_some() || !found.links.is_empty())
        .collect();
    let screen = match (week, weeks.first()) {
        (Some(_), Some(found)) => words::week(found),
        _ => words::all(&weeks),
    };
    turn.show(screen);
    Ok(())
}
