//! The plan and the decks: read from a folder or from the copy in the binary, checked whole, looked up by id,
//! week and day. The rules that only a deck's author needs are in [`lint`] and [`proof`]; [`check`] runs all.

pub mod check;
pub mod fields;
mod files;
pub mod lint;
pub mod problem;
pub mod proof;
mod read;
mod shape;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::study::card::{Card, CardId, Deck};
use crate::study::plan::Plan;

pub use files::{Files, week_file};
pub use problem::{Problem, Rule};
pub use read::{Tag, Tags};

/// Where a card stands in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Week of the plan, 1-12.
    pub week: u8,
    /// Day of the week, 1-7.
    pub day: u8,
    /// Place in plan order over all decks, from 0: new cards are learned in this order.
    pub position: usize,
}

/// The plan and its twelve decks, all of them checked.
#[derive(Clone, Debug)]
pub struct Decks {
    plan: Plan,
    tags: Tags,
    weeks: Vec<Deck>,
    /// Week index, card index and place, by id.
    index: HashMap<CardId, (usize, usize, Place)>,
    retired: HashSet<CardId>,
}

impl Decks {
    /// The decks that were in `decks/` when the binary was built.
    ///
    /// # Errors
    /// Every [`Problem`] of the embedded files.
    pub fn embedded() -> Result<Self, Vec<Problem>> {
        Self::from_files(&Files::embedded())
    }

    /// The decks of a folder.
    ///
    /// # Errors
    /// Every [`Problem`] of every file; a missing or unreadable file is one.
    pub fn load(dir: &Path) -> Result<Self, Vec<Problem>> {
        Self::from_files(&Files::in_dir(dir))
    }

    /// The decks of files given by name and text.
    ///
    /// # Errors
    /// Every [`Problem`] of every file; a missing file is one.
    pub fn from_files(files: &Files) -> Result<Self, Vec<Problem>> {
        let all = read::all(files);
        let mut problems = all.problems();
        problems.extend(shape::everything(&all));
        match (problems.is_empty(), all.plan.value, all.tags.value) {
            (true, Some(plan), Some(tags)) => {
                let weeks = all.weeks.into_iter().filter_map(|week| week.parsed.value).collect();
                Ok(Self::new(plan, tags, weeks))
            }
            _ => Err(problems),
        }
    }

    fn new(plan: Plan, tags: Tags, mut weeks: Vec<Deck>) -> Self {
        weeks.sort_by_key(|deck| deck.week);
        let mut index = HashMap::new();
        let mut position = 0;
        for (week_index, deck) in weeks.iter_mut().enumerate() {
            deck.cards.sort_by_key(|card| card.day);
            for (card_index, card) in deck.cards.iter().enumerate() {
                let place = Place { week: deck.week, day: card.day, position };
                index.insert(card.id.clone(), (week_index, card_index, place));
                position += 1;
            }
        }
        let retired = weeks.iter().flat_map(|deck| deck.retired.iter().cloned()).collect();
        Self { plan, tags, weeks, index, retired }
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The title of a tag, for a learner to read; the tag itself if the list does not have it.
    #[must_use]
    pub fn tag_title<'a>(&'a self, tag: &'a str) -> &'a str {
        self.tags.title(tag).unwrap_or(tag)
    }

    /// All decks, week 1 first.
    #[must_use]
    pub fn weeks(&self) -> &[Deck] {
        &self.weeks
    }

    /// One week's deck, its cards in plan order.
    #[must_use]
    pub fn week(&self, week: u8) -> Option<&Deck> {
        self.weeks.iter().find(|deck| deck.week == week)
    }

    /// A card and its place in the plan.
    #[must_use]
    pub fn card(&self, id: &CardId) -> Option<(&Card, Place)> {
        let (week, card, place) = self.index.get(id)?;
        Some((self.weeks.get(*week)?.cards.get(*card)?, *place))
    }

    /// Every card in plan order.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.weeks.iter().flat_map(|deck| &deck.cards)
    }

    /// A week's cards in plan order; none for a week that the plan does not have.
    pub fn cards_of_week(&self, week: u8) -> impl Iterator<Item = &Card> {
        self.weeks.iter().filter(move |deck| deck.week == week).flat_map(|deck| &deck.cards)
    }

    /// A day's cards in plan order; none for a day that the plan does not have.
    pub fn cards_of_day(&self, week: u8, day: u8) -> impl Iterator<Item = &Card> {
        self.cards_of_week(week).filter(move |card| card.day == day)
    }

    /// How many cards there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is no card at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Whether a card of this id was there once: its log is kept, it is no longer asked.
    #[must_use]
    pub fn is_retired(&self, id: &CardId) -> bool {
        self.retired.contains(id)
    }
}
