//! The day, the plan, a week and its cards: screens that change nothing but the days that are done.

use super::schedule::Schedule;
use super::turn::Turn;
use super::{agenda, checkpoint, coding, moving, sitting};
use crate::store::{StoreError, note, outbox, plan, review, submission};
use crate::study::calendar::{PlanDay, PlanPosition, plan_day};
use crate::study::card::{Card, Kind};
use crate::wording::day::{self, PlanLine};
use crate::wording::plan as words;

/// Shows the day in place.
pub(super) fn today(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let day = agenda::day(turn.db, turn.decks, &turn.learner, turn.today())?;
    turn.show(day::today(&day));
    Ok(())
}

/// Shows the day as a new message.
pub(super) fn today_below(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let day = agenda::day(turn.db, turn.decks, &turn.learner, turn.today())?;
    turn.send(day::today(&day));
    Ok(())
}

/// A week's number as it is typed: "3" or "week 3".
pub(super) fn week_number(text: &str) -> Option<u8> {
    let text = text.trim().to_lowercase();
    let digits = text.strip_prefix("week").unwrap_or(&text).trim();
    digits.parse().ok().filter(|week| (1..=12).contains(week))
}

/// The week that the calendar has reached, if the plan is running.
fn current_week(turn: &Turn<'_>) -> Option<u8> {
    match plan_day(turn.learner.start_day, turn.today()) {
        PlanPosition::Day(day) => Some(day.week()),
        PlanPosition::Before { .. } | PlanPosition::After { .. } => None,
    }
}

/// The week of a command: the one that is typed, or the current one; the last one after the plan.
fn week_of(turn: &mut Turn<'_>, command: &str, typed: &str) -> Option<u8> {
    let week = if typed.is_empty() {
        Some(plan_day(turn.learner.start_day, turn.today()).weeks_reached().max(1))
    } else {
        week_number(typed)
    };
    if week.is_none() {
        turn.send(words::which_week(command, typed));
    }
    week
}

pub(super) fn week_command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    week_of(turn, "week", typed).map_or(Ok(()), |number| week(turn, number, false))
}

pub(super) fn cards_command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    week_of(turn, "cards", typed).map_or(Ok(()), |week| leaf(turn, week, 0, false))
}

pub(super) fn quiz_command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    if typed.is_empty() {
        return sitting::quiz(turn, None);
    }
    week_of(turn, "quiz", typed).map_or(Ok(()), |week| sitting::quiz(turn, Some(week)))
}

pub(super) fn code_command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    if typed.is_empty() {
        return coding::begin(turn, None);
    }
    week_of(turn, "code", typed).map_or(Ok(()), |week| coding::begin(turn, Some(week)))
}

/// `/plan`, `/plan 3`, `/plan move N`; other words behind it change nothing.
pub(super) fn plan_command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    if typed.is_empty() {
        return plan(turn);
    }
    let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    if word.eq_ignore_ascii_case("move") {
        return moving::command(turn, rest.trim());
    }
    if let Some(number) = week_number(typed) {
        return week(turn, number, true);
    }
    let is_number = typed.trim_start_matches(['-', '+']).bytes().all(|byte| byte.is_ascii_digit());
    turn.send(if is_number { words::which_week("plan", typed) } else { moving::unknown(typed) });
    Ok(())
}

/// Shows the twelve weeks.
pub(super) fn plan(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let done = plan::done_days(turn.db, turn.learner.id)?;
    let met = review::schedule(turn.db, turn.learner.id)?;
    let progress: Vec<words::Progress> = (1..=12)
        .map(|week| words::Progress {
            days: done.keys().filter(|day| (**day - 1) / 7 + 1 == week).count(),
            met: agenda::cards(turn.decks, week).filter(|card| met.contains_key(&card.id)).count(),
            cards: agenda::cards(turn.decks, week).count(),
        })
        .collect();
    let screen = words::plan(turn.decks.plan(), current_week(turn), &progress);
    turn.show(screen);
    Ok(())
}

/// The days of a week that are done.
fn done_in(turn: &Turn<'_>, week: u8) -> Result<[bool; 7], StoreError> {
    let done = plan::done_days(turn.db, turn.learner.id)?;
    let mut days = [false; 7];
    for (day, flag) in (1..=7).zip(&mut days) {
        *flag = PlanDay::of_week(week, day).is_some_and(|day| done.contains_key(&day.number()));
    }
    Ok(days)
}

/// Shows a week, in place or below.
pub(super) fn week(turn: &mut Turn<'_>, week: u8, below: bool) -> Result<(), StoreError> {
    let decks = turn.decks;
    let Some(planned) = decks.plan().week(week) else { return today(turn) };
    let day = turn.today();
    let schedule = Schedule::load(turn.db, decks, &turn.learner, day)?;
    let met = agenda::cards(decks, week).filter(|card| schedule.is_met(&card.id)).count();
    let is_due = |card: &&Card| schedule.due(&card.id).is_some_and(|due| due <= day);
    let due = agenda::cards(decks, week).filter(is_due).count();
    let kinds: Vec<(&str, usize)> = [Kind::Recall, Kind::Choice, Kind::Cloze, Kind::Numeric]
        .into_iter()
        .filter_map(|kind| {
            let mut of_kind = agenda::cards(decks, week).filter(|card| card.kind == kind).peekable();
            of_kind.peek().map(|card| words::kind_name(card)).map(|name| (name, of_kind.count()))
        })
        .collect();
    let tried = submission::tried(turn.db, turn.learner.id)?;
    let passed = |card: &&Card| tried.get(&card.id).is_some_and(|record| record.passed > 0);
    let prompts = agenda::prompts(decks, week);
    let prompts = (agenda::prompts(decks, week).filter(passed).count(), prompts.count());
    let screen = words::week(decks.plan(), planned, &done_in(turn, week)?, &kinds, (met, due), prompts);
    if below {
        turn.send(screen)
    } else {
        turn.show(screen)
    }
    Ok(())
}

/// Shows a week's days, to mark them.
pub(super) fn days(turn: &mut Turn<'_>, week: u8) -> Result<(), StoreError> {
    let decks = turn.decks;
    let Some(planned) = decks.plan().week(week) else { return today(turn) };
    let screen = words::days(planned, &done_in(turn, week)?);
    turn.show(screen);
    Ok(())
}

/// Marks a day done or open and shows where it was tapped; the week's days, when it is not today's.
pub(super) fn mark(turn: &mut Turn<'_>, day: u8, done: bool, listed: bool) -> Result<(), StoreError> {
    let before = plan::done_days(turn.db, turn.learner.id)?;
    let linked = before.get(&day).is_some_and(|before| before.link.is_some());
    let todays = plan_day(turn.learner.start_day, turn.today());
    let is_todays = matches!(todays, PlanPosition::Day(today) if today.number() == day);
    let changed = if done {
        if is_todays {
            // A reminder that could not leave yet would come after the fact.
            outbox::withdraw_reminders(turn.db, turn.learner.chat)?;
        }
        plan::mark_done(turn.db, turn.learner.id, day, turn.today(), None)?
    } else {
        plan::mark_open(turn.db, turn.learner.id, day)?
    };
    turn.toast(if changed { day::toast::marked(day, done, linked) } else { day::toast::already(day, done) });
    if listed || !is_todays { days(turn, (day - 1) / 7 + 1) } else { today(turn) }
}

/// Shows one card of a week.
pub(super) fn leaf(turn: &mut Turn<'_>, week: u8, index: usize, open: bool) -> Result<(), StoreError> {
    let decks = turn.decks;
    let cards: Vec<&Card> = agenda::cards(decks, week).collect();
    let screen = match cards.get(index).or_else(|| cards.first()) {
        Some(card) => {
            let screen = words::leaf(week, index.min(cards.len() - 1), cards.len(), card, open);
            let note = note::find(turn.db, turn.learner.id, &card.id)?.filter(|_| open);
            crate::wording::note::below(screen, note.as_deref())
        }
        None => words::no_cards(week),
    };
    if checkpoint::is_result(turn)? {
        // The score stays readable.
        turn.send(screen);
    } else {
        turn.show(screen);
    }
    Ok(())
}

/// Where the plan stands, in words.
pub(super) fn plan_line(
    decks: &crate::decks::Decks,
    done: bool,
    position: PlanPosition,
    start: String,
) -> PlanLine {
    match position {
        PlanPosition::Before { .. } => PlanLine::Before { date: start },
        PlanPosition::After { .. } => PlanLine::After,
        PlanPosition::Day(day) => {
            let week = decks.plan().week(day.week());
            let planned = decks.plan().day(day.week(), day.day());
            PlanLine::Day {
                day: day.number(),
                week_title: week.map_or_else(String::new, |week| week.title.clone()),
                title: planned.map_or_else(String::new, |day| day.title.clone()),
                task: planned.map_or_else(String::new, |day| day.task.clone()),
                done,
            }
        }
    }
}
