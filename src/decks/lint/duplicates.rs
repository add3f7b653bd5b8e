//! Fronts that ask nearly the same. Two fronts are near duplicates when their words, apart from the talk around
//! them, are the same to four fifths (Jaccard); numbers count as words, so a variation with other numbers or
//! another term passes. Fronts of fewer than four such words must be the same to be found.

use std::collections::BTreeSet;

use super::words;
use crate::decks::problem::{Problem, Rule};
use crate::decks::read::Everything;
use crate::study::card::{Card, CardId, Kind};

const FEWEST: usize = 4;

struct Front<'a> {
    file: &'a str,
    card: &'a CardId,
    text: String,
    words: BTreeSet<String>,
}

impl<'a> Front<'a> {
    fn new(file: &'a str, card: &'a Card) -> Self {
        let front = card.front.joined();
        // The first line of a coding prompt holds its signature; the prose of two prompts may be alike.
        let text = words::all(&words::prose(&front, true));
        let entry = card.code.as_ref().filter(|_| card.kind == Kind::Code).map(|code| code.entry.clone());
        let words = text.iter().filter(|word| !words::is_common(word)).cloned().chain(entry).collect();
        Self { file, card: &card.id, text: text.join(" "), words }
    }

    fn nearly(&self, other: &Self) -> bool {
        if self.text == other.text {
            return true;
        }
        let common = self.words.intersection(&other.words).count();
        let together = self.words.len() + other.words.len() - common;
        self.words.len().min(other.words.len()) >= FEWEST && common * 5 >= together * 4
    }
}

pub(super) fn fronts(all: &Everything, out: &mut Vec<Problem>) {
    let fronts: Vec<Front<'_>> = all
        .decks()
        .flat_map(|(week, deck)| deck.cards.iter().map(move |card| Front::new(&week.file, card)))
        .collect();
    for (index, front) in fronts.iter().enumerate() {
        if let Some(twin) = fronts.iter().take(index).find(|other| front.nearly(other)) {
            let message = format!("asks nearly the same as card {} in {}", twin.card, twin.file);
            out.push(Problem::in_card(front.file, front.card, Rule::NearDuplicate, message));
        }
    }
}
