//! Coding prompts: which one is asked, its help, its screen, and what passing it or giving it up is worth.

use std::collections::HashSet;

use super::sitting::{self, Sitting};
use super::turn::Turn;
use super::{Call, agenda, answering};
use crate::chat::screen::Screen;
use crate::chat::token::Act;
use crate::decks::Place;
use crate::store::session::{self, Face, Item, ItemOutcome, Mode, Session, SessionKind};
use crate::store::submission::{self, Submission};
use crate::store::{StoreError, plan, review};
use crate::study::calendar::{PlanPosition, plan_day};
use crate::study::card::{Card, CardId, Code, Kind};
use crate::study::sm2::Quality;
use crate::wording::code as words;
use crate::wording::session::Reason;

/// `/code [N]`: the open prompt goes on, otherwise the next one begins.
pub(super) fn begin(turn: &mut Turn<'_>, week: Option<u8>) -> Result<(), StoreError> {
    if let Some(sitting) = sitting::resumable(turn, SessionKind::Code, week)? {
        if sitting.current().is_some_and(|item| item.outcome.is_none()) {
            return ask_again(turn, sitting);
        }
        return next(turn, sitting);
    }
    match pick(turn, week, &HashSet::new())? {
        Some(prompt) => start(turn, week, &prompt),
        None => {
            let screen = no_more(turn, week);
            turn.show(screen);
            Ok(())
        }
    }
}

/// There is no prompt to ask.
fn no_more(turn: &Turn<'_>, week: Option<u8>) -> Screen {
    let position = plan_day(turn.learner.start_day, turn.today());
    let begins = (position.weeks_reached() == 0).then(|| turn.date(turn.learner.start_day));
    words::no_more(week, begins.as_deref())
}

/// One prompt by its name, as a link gives it. `false` when there is none of that name.
pub(super) fn begin_named(turn: &mut Turn<'_>, name: &str) -> Result<bool, StoreError> {
    let ids = [CardId(format!("code-{name}")), CardId(name.to_owned())];
    let found = ids.iter().find_map(|id| turn.decks.card(id)).filter(|(card, _)| card.kind == Kind::Code);
    let Some((card, place)) = found else { return Ok(false) };
    if let Some(mut sitting) = sitting::open(turn)? {
        if sitting.current().is_some_and(|item| item.card == card.id && item.outcome.is_none()) {
            ask_again(turn, sitting)?;
            return Ok(true);
        }
        sitting.end(turn);
        session::save(turn.db, &sitting.session)?;
        turn.close_message(&sitting.session);
    }
    let mode = mode(turn, card)?;
    start(turn, Some(place.week), &(card.id.clone(), mode))?;
    Ok(true)
}

/// The open prompt from its statement on: a verdict alone would not tell what is asked.
fn ask_again(turn: &mut Turn<'_>, mut sitting: Sitting) -> Result<(), StoreError> {
    if sitting.session.face != Face::Front {
        sitting.session.face = Face::Front;
        sitting.session.step += 1;
    }
    show(turn, &mut sitting)
}

fn start(turn: &mut Turn<'_>, week: Option<u8>, prompt: &(CardId, Mode)) -> Result<(), StoreError> {
    let cards = std::slice::from_ref(prompt);
    let session =
        session::begin(turn.db, turn.learner.id, SessionKind::Code, week, turn.today(), cards, turn.now)?;
    let mut sitting = Sitting::load(turn, session)?;
    remember_help(turn, &mut sitting)?;
    show(turn, &mut sitting)
}

/// What was shown of the prompt today before it was put away stays shown: no prompt is made harder to fail by
/// `/cancel`.
fn remember_help(turn: &Turn<'_>, sitting: &mut Sitting) -> Result<(), StoreError> {
    let Some(item) = sitting.current() else { return Ok(()) };
    let (hints, solution_shown) =
        session::help(turn.db, turn.learner.id, &item.card, sitting.session.study_day)?;
    change(turn, sitting, |item| {
        item.hints = hints;
        item.solution_shown = solution_shown;
    })
}

fn mode(turn: &Turn<'_>, card: &Card) -> Result<Mode, StoreError> {
    let place = review::scheduled(turn.db, turn.learner.id, &card.id)?;
    Ok(match place {
        None => Mode::New,
        Some(place) if place.due <= turn.today() || place.rev < card.rev => Mode::Due,
        Some(_) => Mode::Practice,
    })
}

/// The next prompt: of those that are due the least practised; then new ones, those of the current week first; then
/// the least practised of the rest.
fn pick(
    turn: &Turn<'_>,
    week: Option<u8>,
    asked: &HashSet<CardId>,
) -> Result<Option<(CardId, Mode)>, StoreError> {
    let today = turn.today();
    let position = plan_day(turn.learner.start_day, today);
    let (reached, current) = match position {
        PlanPosition::Day(day) => (position.weeks_reached(), day.week()),
        _ => (position.weeks_reached(), 0),
    };
    let opened = plan::opened_weeks(turn.db, turn.learner.id)?;
    let aside = review::put_aside(turn.db, turn.learner.id, today)?;
    let tried = submission::tried(turn.db, turn.learner.id)?;
    let weeks = (1..=12u8)
        .filter(|number| week.map_or(*number <= reached || opened.contains(number), |week| week == *number));
    let mut prompts = Vec::new();
    for number in weeks {
        for card in agenda::prompts(turn.decks, number) {
            if asked.contains(&card.id) || aside.contains(&card.id) {
                continue;
            }
            let mode = mode(turn, card)?;
            let attempts = tried.get(&card.id).map_or(0, |record| record.attempts);
            let place = review::scheduled(turn.db, turn.learner.id, &card.id)?;
            let due = place.map_or(0, |place| place.due - today);
            let rank = match mode {
                Mode::Due => (0, attempts, false, due),
                Mode::New => (1, 0, number != current, 0),
                Mode::Drill | Mode::Practice => (2, attempts, false, due),
            };
            prompts.push((rank, (card.id.clone(), mode)));
        }
    }
    // The first of equals is the first in the plan.
    Ok(prompts.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, prompt)| prompt))
}

/// A tap on a button of a coding session that is open, at its present step.
pub(super) fn act(turn: &mut Turn<'_>, mut sitting: Sitting, act: Act) -> Result<(), StoreError> {
    let Some((card, code)) = prompt(turn, &sitting) else { return next(turn, sitting) };
    let Some(item) = sitting.current().cloned() else { return next(turn, sitting) };
    let asking = matches!(sitting.session.face, Face::Front | Face::Verdict);
    match act {
        Act::Hint if asking && (item.hints as usize) < code.hints.len() => {
            change(turn, &mut sitting, |item| item.hints += 1)?;
        }
        Act::Starter if asking => turn.document(file_name(&card.id), starter(card, code)),
        Act::Solution if asking && item.outcome.is_none() => sitting.session.face = Face::Sure,
        Act::Solution if asking => sitting.session.face = Face::Back,
        Act::Back if sitting.session.face == Face::Sure => {
            let judged = submission::latest(turn.db, place_of(&sitting.session))?.is_some();
            sitting.session.face = if judged { Face::Verdict } else { Face::Front };
        }
        Act::Reveal if sitting.session.face == Face::Sure => {
            change(turn, &mut sitting, |item| item.solution_shown = true)?;
            if item.outcome.is_none() {
                answering::log(turn, &mut sitting, card, quality(item.hints, 0, true), None)?;
            }
            sitting.session.face = Face::Back;
        }
        Act::Skip if asking && item.outcome.is_none() => {
            sitting.settle(turn, Some(ItemOutcome::Skipped), None, None)?;
            return next(turn, sitting);
        }
        Act::Next if item.outcome.is_some() => return next(turn, sitting),
        _ => {
            turn.toast(words::toast::ALREADY);
            return show(turn, &mut sitting);
        }
    }
    sitting.session.step += 1;
    show(turn, &mut sitting)
}

/// Changes what is noted of the current item.
fn change(turn: &Turn<'_>, sitting: &mut Sitting, change: impl FnOnce(&mut Item)) -> Result<(), StoreError> {
    let showing = sitting.session.showing;
    let Some(item) = sitting.items.iter_mut().find(|item| item.position == showing) else { return Ok(()) };
    change(item);
    session::save_item(turn.db, sitting.session.id, item)
}

/// The session and the item on the screen, as submissions name them.
pub(super) fn place_of(session: &Session) -> (i64, u32) {
    (session.id, session.showing)
}

/// The prompt that a session is at, with its payload.
pub(super) fn prompt<'d>(turn: &Turn<'d>, sitting: &Sitting) -> Option<(&'d Card, &'d Code)> {
    let (card, _) = sitting.card(turn)?;
    Some((card, card.code.as_ref()?))
}

/// "softmax.py" for the prompt `code-softmax`.
fn file_name(card: &CardId) -> String {
    format!("{}.py", card.0.trim_start_matches("code-").replace('-', "_"))
}

fn starter(card: &Card, code: &Code) -> String {
    format!("# {}: send this file back when it is done.\n\n{}\n", card.id, code.starter.join("\n"))
}

/// Goes on to the next prompt, in a message of its own where the last one's verdict is worth keeping.
fn next(turn: &mut Turn<'_>, mut sitting: Sitting) -> Result<(), StoreError> {
    let keep = sitting.session.face != Face::Front;
    let asked = sitting.items.iter().map(|item| item.card.clone()).collect();
    let Some(prompt) = pick(turn, sitting.session.week, &asked)? else {
        let week = sitting.session.week;
        sitting.end(turn);
        session::save(turn.db, &sitting.session)?;
        turn.replace_buttons(Vec::new());
        let screen = no_more(turn, week);
        turn.send(screen);
        return Ok(());
    };
    let position = sitting.items.last().map_or(0, |item| item.position + 1);
    session::append(turn.db, sitting.session.id, position, &[prompt])?;
    sitting.items = session::items(turn.db, sitting.session.id)?;
    sitting.session.showing = position;
    sitting.turn_to(turn, Face::Front);
    remember_help(turn, &mut sitting)?;
    if keep {
        let screen = screen(turn, &sitting)?;
        turn.show_session_below(&mut sitting.session, screen)
    } else {
        show(turn, &mut sitting)
    }
}

fn show(turn: &mut Turn<'_>, sitting: &mut Sitting) -> Result<(), StoreError> {
    let screen = screen(turn, sitting)?;
    turn.show_session(&mut sitting.session, screen)
}

/// What a coding session looks like now.
pub(super) fn screen(turn: &mut Turn<'_>, sitting: &Sitting) -> Result<Screen, StoreError> {
    let shown = sitting.current().zip(sitting.card(turn)).filter(|_| sitting.session.ended_at.is_none());
    let Some((item, (card, Place { week, .. }))) = shown else { return Ok(words::ended()) };
    let Some(code) = &card.code else { return Ok(words::ended()) };
    turn.call(Call::Shown(card.id.clone()));
    let reason = match item.mode {
        Mode::Due => Reason::Due { late: 0 },
        Mode::New => Reason::New,
        Mode::Drill | Mode::Practice => Reason::Practice,
    };
    let settled = item.outcome.is_some();
    let head =
        words::Head { at: sitting.at(), card, code, week, reason, hints: item.hints as usize, settled };
    let moved = matches!(item.mode, Mode::Due | Mode::New) && item.outcome == Some(ItemOutcome::Answered);
    let next = || -> Result<Option<u32>, StoreError> {
        let place = review::scheduled(turn.db, turn.learner.id, &card.id)?;
        Ok(place.filter(|_| moved).map(|place| place.state.interval))
    };
    let place = place_of(&sitting.session);
    Ok(match sitting.session.face {
        Face::Sure => words::sure(&head),
        Face::Back => {
            let own = submission::last_source(turn.db, turn.learner.id, &card.id)?;
            words::solution(&head, own.as_deref(), next()?)
        }
        Face::Verdict => match submission::latest(turn.db, place)? {
            Some((own, verdict)) => {
                let passed = verdict.is_pass().then(|| passed(turn, item, &own, next()?)).transpose()?;
                words::verdict(&head, &verdict, passed.as_ref())
            }
            None => words::prompt(&head),
        },
        Face::Front | Face::Menu | Face::Leech => words::prompt(&head),
    })
}

fn passed(
    turn: &Turn<'_>,
    item: &Item,
    own: &Submission,
    next: Option<u32>,
) -> Result<words::Passed, StoreError> {
    let best = submission::record(turn.db, turn.learner.id, &item.card)?.best;
    let again = submission::passed_before(turn.db, own)?;
    let attempts = submission::failures(turn.db, own)? + 1;
    let hints = own.hints.unwrap_or(item.hints) as usize;
    Ok(words::Passed { again, attempts, hints, best, next })
}

/// SM-2's quality of a prompt that was passed or given up (product.md, section 4): all tests at the first submission
/// without a hint 5; after failures or one hint 4; after more hints 3; the solution shown 1.
pub(super) fn quality(hints: u32, failures: u32, solution_shown: bool) -> Quality {
    let [_, shown, _, many_hints, helped, at_once] = Quality::ALL;
    match (solution_shown, hints, failures) {
        (true, _, _) => shown,
        (false, 2.., _) => many_hints,
        (false, 0, 0) => at_once,
        (false, _, _) => helped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_follows_help_and_failures() {
        let cases = [
            (0, 0, false, 5),
            (0, 3, false, 4),
            (1, 0, false, 4),
            (1, 2, false, 4),
            (2, 0, false, 3),
            (3, 5, false, 3),
            (0, 0, true, 1),
            (3, 1, true, 1),
        ];
        for (hints, failures, shown, expected) in cases {
            assert_eq!(quality(hints, failures, shown).get(), expected, "{hints} {failures} {shown}");
        }
    }
}
