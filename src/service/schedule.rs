//! A learner's schedule as a day sees it: each card met with the day on which it is really due.
//!
//! Every question "is it due" is asked here, so that an interview date has its effect everywhere or nowhere. The
//! rows stay as SM-2 left them. Coding prompts keep SM-2's days: they are no part of the sweep.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use crate::decks::Decks;
use crate::store::StoreError;
use crate::store::learner::Learner;
use crate::store::review::{self, Scheduled};
use crate::store::session::Mode;
use crate::study::calendar::StudyDay;
use crate::study::card::{CardId, Kind};
use crate::study::interview::{Place, effective_due};

/// What a learner has met.
pub(super) struct Schedule {
    met: HashMap<CardId, Scheduled>,
    aside: HashSet<CardId>,
    /// When each card that may be asked is due.
    due: HashMap<CardId, StudyDay>,
}

impl Schedule {
    /// The schedule as of a study day.
    pub fn load(
        db: &Connection,
        decks: &Decks,
        learner: &Learner,
        today: StudyDay,
    ) -> Result<Self, StoreError> {
        let met = review::schedule(db, learner.id)?;
        let aside = review::put_aside(db, learner.id, today)?;
        let asked = |place: &Scheduled| {
            let (card, _) = decks.card(&place.card)?;
            (card.kind != Kind::Code && !aside.contains(&card.id)).then_some(card)
        };
        // The whole set at once: a part of it would be spread for itself.
        let places: Vec<Place<'_>> = met
            .values()
            .filter_map(|place| asked(place).map(|card| (place, card)))
            .map(|(place, card)| {
                // A card whose answer has changed its meaning is asked again at once.
                let due = if place.rev < card.rev { today } else { place.due };
                Place { card: &place.card, due, reviewed_on: place.reviewed_on }
            })
            .collect();
        let days = effective_due(learner.id, learner.interview_on, today, &places);
        let due = places.iter().map(|place| place.card.clone()).zip(days).collect();
        Ok(Self { met, aside, due })
    }

    /// Whether a card was ever reviewed.
    pub fn is_met(&self, card: &CardId) -> bool {
        self.met.contains_key(card)
    }

    /// Whether a card is suspended or buried.
    pub fn is_aside(&self, card: &CardId) -> bool {
        self.aside.contains(card)
    }

    /// What SM-2 knows of a card.
    pub fn place(&self, card: &CardId) -> Option<&Scheduled> {
        self.met.get(card)
    }

    /// The day on which a card is due, if it was met and may be asked.
    pub fn due(&self, card: &CardId) -> Option<StudyDay> {
        self.due.get(card).copied()
    }

    /// What an answer to a card counts for today.
    pub fn mode(&self, card: &CardId, today: StudyDay) -> Mode {
        match self.due(card) {
            Some(due) if due <= today => Mode::Due,
            None if !self.is_met(card) => Mode::New,
            _ => Mode::Practice,
        }
    }

    /// Every card met that may be asked, with the day on which it is due.
    pub fn all(&self) -> impl Iterator<Item = (&CardId, StudyDay)> {
        self.due.iter().map(|(card, due)| (card, *due))
    }
}
