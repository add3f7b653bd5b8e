//! The checkpoint at the end of a week: twenty questions over it, and what they show.

use super::agenda;
use super::schedule::Schedule;
use super::sitting::{self, Sitting};
use super::turn::Turn;
use crate::chat::screen::Screen;
use crate::store::session::{self, Item, ItemOutcome, Mode, SessionKind};
use crate::store::{StoreError, plan, submission};
use crate::study::calendar::PlanDay;
use crate::study::card::{Card, CardId};
use crate::study::checkpoint::{self as rules, Question, Standing};
use crate::study::queue;
use crate::wording::checkpoint::{self as words, Weak, Why};
use crate::wording::plan::{kind_name, no_cards};

/// The checkpoint of a week: the open one goes on, otherwise a new one begins. What is due or new counts as a
/// review, the rest is practice.
pub(super) fn begin(turn: &mut Turn<'_>, week: u8) -> Result<(), StoreError> {
    if let Some(sitting) = sitting::resumable(turn, SessionKind::Checkpoint, Some(week))? {
        return sitting::show(turn, sitting);
    }
    let today = turn.today();
    let schedule = Schedule::load(turn.db, turn.decks, &turn.learner, today)?;
    let of_week: Vec<Question<'_>> = agenda::cards(turn.decks, week)
        .filter(|card| !schedule.is_aside(&card.id))
        .map(|card| Question { card: &card.id, kind: card.kind, day: card.day })
        .collect();
    let seed = queue::day_seed(turn.learner.id, today) ^ turn.now.timestamp_millis().unsigned_abs();
    let cards: Vec<(CardId, Mode)> = rules::questions(seed, &of_week)
        .into_iter()
        .map(|card| {
            let mode = schedule.mode(&card, today);
            (card, mode)
        })
        .collect();
    if cards.is_empty() {
        turn.show(no_cards(week));
        return Ok(());
    }
    sitting::begin(turn, SessionKind::Checkpoint, Some(week), &cards)
}

/// Whether the tapped button stands below the end of the last checkpoint.
pub(super) fn is_result(turn: &Turn<'_>) -> Result<bool, StoreError> {
    let newest = session::newest(turn.db, turn.learner.id)?;
    Ok(newest.is_some_and(|newest| {
        newest.kind == SessionKind::Checkpoint
            && newest.ended_at.is_some()
            && turn.tapped().is_some()
            && newest.message == turn.tapped()
    }))
}

/// Right answers, and answers.
fn score(items: &[Item]) -> (usize, usize) {
    let qualities = items.iter().filter(|item| item.outcome == Some(ItemOutcome::Answered));
    let qualities: Vec<u8> = qualities.filter_map(|item| item.quality).collect();
    (qualities.iter().filter(|quality| **quality >= 4).count(), qualities.len())
}

/// What an ended checkpoint shows.
pub(super) fn summary(turn: &Turn<'_>, sitting: &Sitting, week: u8) -> Result<Screen, StoreError> {
    let (right, asked) = score(&sitting.items);
    let before = match session::last_checkpoint(turn.db, turn.learner.id, week, sitting.session.id)? {
        Some(before) => {
            let (right, asked) = score(&session::items(turn.db, before.id)?);
            let today = before.study_day == turn.today();
            let date = if today { "earlier today".to_owned() } else { turn.date(before.study_day) };
            Some((date, right, asked))
        }
        None => None,
    };
    let schedule = Schedule::load(turn.db, turn.decks, &turn.learner, turn.today())?;
    let done = plan::done_days(turn.db, turn.learner.id)?;
    let is_done = |day: &u8| PlanDay::of_week(week, *day).is_some_and(|day| done.contains_key(&day.number()));
    let tried = submission::tried(turn.db, turn.learner.id)?;
    let passed = |card: &&Card| tried.get(&card.id).is_some_and(|record| record.passed > 0);
    Ok(words::result(&words::Result {
        week,
        right,
        asked,
        left: sitting.items.iter().filter(|item| item.outcome.is_none()).count(),
        before,
        weakest: weakest(turn, sitting, &schedule, week),
        days: (1..=7).filter(|day| !is_done(day)).collect(),
        unmet: agenda::cards(turn.decks, week).filter(|card| !schedule.is_met(&card.id)).count(),
        unpassed: agenda::prompts(turn.decks, week).filter(|card| !passed(card)).count(),
    }))
}

/// The weakest cards of the week that may be asked.
fn weakest<'d>(turn: &Turn<'d>, sitting: &Sitting, schedule: &Schedule, week: u8) -> Vec<Weak<'d>> {
    let quality = |card: &CardId| {
        let answered = sitting.items.iter().find(|item| item.card == *card)?;
        answered.quality.filter(|_| answered.outcome == Some(ItemOutcome::Answered))
    };
    let standing = |card: &CardId| {
        let place = schedule.place(card)?;
        Some(Standing {
            quality: quality(card),
            failed: place.state.repetition == 0,
            lapses: place.lapses,
            ease: place.state.ease,
            reviewed_on: place.reviewed_on,
        })
    };
    let cards: Vec<((u16, &Card), Standing)> = (0u16..)
        .zip(agenda::cards(turn.decks, week))
        .filter(|(_, card)| !schedule.is_aside(&card.id))
        .filter_map(|(index, card)| Some(((index, card), standing(&card.id)?)))
        .collect();
    rules::weakest(&cards)
        .into_iter()
        .map(|((index, card), standing)| Weak {
            concept: turn.decks.tag_title(agenda::concept(card)),
            kind: kind_name(card),
            day: card.day,
            index,
            why: match standing {
                Standing { quality: Some(3), .. } => Why::HardNow,
                Standing { quality: Some(_), .. } => Why::WrongNow,
                Standing { lapses: 1.., .. } => Why::Forgotten(standing.lapses),
                Standing { failed: true, .. } => Why::Wrong,
                _ => Why::Hard,
            },
        })
        .collect()
}
