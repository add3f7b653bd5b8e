//! Moving the plan.

use super::turn::Turn;
use crate::chat::screen::Screen;
use crate::store::StoreError;
use crate::study::calendar::{PLAN_DAYS, PlanPosition, StudyDay, parse_days, plan_day};
use crate::wording::moving::{self as words, Today, Where};

/// Where the plan stands now.
fn now(turn: &Turn<'_>) -> Where {
    let (start, today) = (turn.learner.start_day, turn.today());
    let end = start + i64::from(PLAN_DAYS - 1);
    let place = match plan_day(start, today) {
        PlanPosition::Before { .. } => Today::Before(turn.date(start)),
        PlanPosition::After { .. } => Today::After,
        PlanPosition::Day(day) => {
            let title = turn.decks.plan().day(day.week(), day.day()).map_or("", |day| day.title.as_str());
            Today::Day { week: day.week(), day: day.day(), title: title.to_owned() }
        }
    };
    Where { today: place, start: start.0, end: turn.date(end), over: end < today }
}

/// Shows the choices.
pub(super) fn choices(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let screen = words::choices(&now(turn));
    turn.show(screen);
    Ok(())
}

/// Lets the plan begin so many days later, if a plan may begin there.
fn move_by(turn: &mut Turn<'_>, days: i16) -> bool {
    let today = turn.today();
    let start = i32::from(days).checked_add(turn.learner.start_day.0).map(StudyDay);
    let start = start.filter(|start| super::setup::start_range(today.date()).contains(&start.date()));
    if let Some(start) = start {
        turn.learner.start_day = start;
    }
    start.is_some()
}

/// A tap on a choice.
pub(super) fn tapped(turn: &mut Turn<'_>, from: i32, days: i16) -> Result<(), StoreError> {
    if turn.learner.start_day.0 != from {
        let same = from.checked_add(days.into()) == Some(turn.learner.start_day.0);
        if !same {
            turn.toast(words::toast::ELSEWHERE);
            return choices(turn);
        }
        turn.toast(words::toast::ALREADY);
        let screen = words::moved(days, &now(turn));
        turn.show(screen);
        return Ok(());
    }
    if !move_by(turn, days) {
        turn.toast(words::toast::TOO_FAR);
        return choices(turn);
    }
    let screen = words::moved(days, &now(turn));
    turn.show(screen);
    Ok(())
}

/// What `/plan` with other words is answered with.
pub(super) fn unknown(typed: &str) -> Screen {
    let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let near = strsim::damerau_levenshtein(&word.to_lowercase(), "move") <= 2;
    let far = if parse_days(rest).is_some() { rest.trim() } else { "3" };
    words::unknown(typed, near.then_some(far))
}

/// `/plan move [N]`.
pub(super) fn command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    if typed.is_empty() {
        return choices(turn);
    }
    let screen = match parse_days(typed) {
        None => words::not_days(typed, &now(turn)),
        Some(0) => words::no_move(&now(turn)),
        Some(days) => match i16::try_from(days).ok().filter(|days| move_by(turn, *days)) {
            Some(days) => words::moved(days, &now(turn)),
            None => words::too_far(&now(turn)),
        },
    };
    turn.send(screen);
    Ok(())
}
