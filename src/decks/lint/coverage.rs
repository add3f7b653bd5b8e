//! Enough cards a day, enough kinds, enough coding prompts a week; titles as in the plan.

use std::collections::BTreeSet;

use crate::decks::problem::{Problem, Rule};
use crate::study::card::{Deck, Kind};
use crate::study::plan::{DAYS_A_WEEK, Plan};

const CARDS_A_DAY: usize = 5;
const KINDS_A_DAY: usize = 2;
const PROMPTS_A_WEEK: usize = 7;

pub(super) fn deck(file: &str, deck: &Deck, out: &mut Vec<Problem>) {
    for day in 1..=DAYS_A_WEEK {
        let cards: Vec<_> = deck.cards.iter().filter(|card| card.day == day).collect();
        let kinds: BTreeSet<Kind> = cards.iter().map(|card| card.kind).collect();
        if cards.len() < CARDS_A_DAY {
            let message = format!("day {day} has {} cards, must be {CARDS_A_DAY} at least", cards.len());
            out.push(Problem::in_file(file, Rule::DayCards, message));
        }
        if kinds.len() < KINDS_A_DAY {
            let message =
                format!("day {day} has {} kinds of cards, must be {KINDS_A_DAY} at least", kinds.len());
            out.push(Problem::in_file(file, Rule::DayKinds, message));
        }
    }
    let prompts = deck.cards.iter().filter(|card| card.kind == Kind::Code).count();
    if prompts < PROMPTS_A_WEEK {
        let message = format!("{prompts} coding prompts, must be {PROMPTS_A_WEEK} at least");
        out.push(Problem::in_file(file, Rule::WeekCode, message));
    }
}

pub(super) fn titles(file: &str, deck: &Deck, plan: &Plan, out: &mut Vec<Problem>) {
    let Some(week) = plan.week(deck.week) else { return };
    let mut compare = |what: String, found: &str, planned: &str| {
        if found != planned {
            let message = format!("{what} is \"{found}\", in the plan \"{planned}\"");
            out.push(Problem::in_file(file, Rule::PlanTitle, message));
        }
    };
    compare("title".to_owned(), &deck.title, &week.title);
    for day in &deck.days {
        if let Some(planned) = plan.day(deck.week, day.day) {
            compare(format!("title of day {}", day.day), &day.title, &planned.title);
        }
    }
}
