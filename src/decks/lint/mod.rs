//! Rules for a deck's author that need no Python: length, marks and formulas, options, one question a card,
//! proved numbers, cards a day. Thresholds are those of `decks/README.md`.

mod choice;
mod claims;
mod coverage;
mod duplicates;
mod markup;
mod question;
mod text;
pub mod words;

use std::collections::HashSet;

use super::problem::{Findings, Problem, Rule};
use super::read::Everything;
use crate::study::card::{Card, Deck};

/// All findings in what could be read.
pub(super) fn everything(all: &Everything) -> Vec<Problem> {
    let mut out = Vec::new();
    let known: Option<HashSet<&str>> =
        all.tags.value.as_ref().map(|tags| tags.tags.iter().map(|tag| tag.tag.as_str()).collect());
    for (week, deck) in all.decks() {
        for card in &deck.cards {
            let mut found = Findings { file: &week.file, card: &card.id, out: &mut out };
            self::card(card, &mut found);
            if let Some(known) = &known {
                for tag in card.tags.iter().filter(|tag| !known.contains(tag.as_str())) {
                    found.add(Rule::TagUnknown, format!("tag `{tag}` is not in tags.json"));
                }
            }
        }
        self::deck(&week.file, deck, &mut out);
        if let Some(plan) = &all.plan.value {
            coverage::titles(&week.file, deck, plan, &mut out);
        }
    }
    duplicates::fronts(all, &mut out);
    out
}

fn card(card: &Card, found: &mut Findings<'_>) {
    text::card(card, found);
    question::card(card, found);
    claims::card(card, found);
    if let Some(choice) = &card.choice {
        choice::card(card, choice, found);
    }
    choice::cloze(card, found);
}

fn deck(file: &str, deck: &Deck, out: &mut Vec<Problem>) {
    text::deck(file, deck, out);
    choice::shares(file, deck, out);
    coverage::deck(file, deck, out);
}
