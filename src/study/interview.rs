//! The last days before an interview: every card met so far is asked once more.
//!
//! Nothing is stored. SM-2's state and the plain due day of each card stay as they are; [`effective_due`]
//! derives from them, anew each time, the day on which a card is really due. Without a date, or once the
//! interview is there, that is the plain due day.
//!
//! With an interview on day D the *sweep* is the seven days D-7 to D-1, or what is left of them. A card whose
//! last review lies before D-7 has still to be asked.
//! - Plain due before D: it is asked on that day, as it would be without a date.
//! - Plain due on D or later: if it has still to be asked, it gets a day of the sweep. If it was asked in the
//!   sweep already, also as a new card, it rests until after the interview.
//!
//! So a date only ever brings a card forward, no day before D loses a card that was due on it, and a card
//! comes a second time in the sweep only where SM-2 wants it so soon: after a lapse, or when it is young.
//!
//! The days of the sweep are filled up evenly, on top of what is due on them anyway: no day gets a card while
//! another has two less. What was asked today keeps its place in today's count, so answering a card moves no
//! other card to another day. Which card comes on which day is chance (learner, card and interview), and
//! the order of chance is cut into days: one card more or less moves at most one card across each midnight.
//! What a learner missed is spread over the days that are left.
//!
//! [`needed_today`] is the number of reviews that a day must have room for, so that no learner's limit leaves a
//! card unasked. Coding prompts are no part of the sweep: they have a sitting of their own, no daily limit, and
//! one takes as long as twenty cards.

use std::iter::{repeat_n, zip};

use super::calendar::StudyDay;
use super::card::CardId;
use super::queue::{chance, day_seed};

/// Days of the sweep, the last of which is the day before the interview.
pub const SWEEP_DAYS: i64 = 7;

/// A met card's place in the schedule, as far as the sweep needs it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The card.
    pub card: &'a CardId,
    /// Its plain due day.
    pub due: StudyDay,
    /// The day of its last review.
    pub reviewed_on: StudyDay,
}

/// The day on which each card is due, in the order of `places`, for a learner with an interview on that day.
///
/// `places` are all cards met so far that may be asked: leave out what is suspended or buried, and choose
/// one week's cards only afterwards, or else that week would be spread for itself.
#[must_use]
pub fn effective_due(
    learner: i64,
    interview: Option<StudyDay>,
    today: StudyDay,
    places: &[Place<'_>],
) -> Vec<StudyDay> {
    let mut due: Vec<StudyDay> = places.iter().map(|place| place.due).collect();
    let Some(interview) = interview.filter(|interview| today < *interview) else {
        return due;
    };
    let sweep = Sweep { from: interview - SWEEP_DAYS, interview, today };
    let mut days: Vec<Filled> =
        sweep.days_left().map(|day| Filled { day: StudyDay(day), cards: 0, more: 0 }).collect();
    let mut waiting = Vec::new();
    for (place, due) in zip(places, &mut due) {
        match sweep.turn(place) {
            Turn::On(day) => {
                if let Some(filled) = days.iter_mut().find(|filled| filled.day == day) {
                    filled.cards += 1;
                }
            }
            Turn::Any => waiting.push((place, due)),
            Turn::Rests => (),
        }
    }
    fill(&mut days, waiting.len());
    let seed = day_seed(learner, interview);
    waiting.sort_by_cached_key(|(place, _)| (chance(seed, place.card), place.card));
    let slots = days.iter().flat_map(|filled| repeat_n(filled.day, filled.more));
    for ((_, due), slot) in zip(waiting, slots) {
        *due = slot;
    }
    due
}

/// Days from today to an interview, if one lies ahead; 0 is today.
#[must_use]
pub fn days_left(interview: Option<StudyDay>, today: StudyDay) -> Option<i64> {
    interview.map(|interview| interview - today).filter(|days| *days >= 0)
}

/// When a card comes again at the latest, in days from today, though its interval is longer: on the day before
/// the interview. Nothing from the first day of the sweep on, as what is asked then may rest afterwards.
#[must_use]
pub fn latest_return(interview: Option<StudyDay>, today: StudyDay) -> Option<u32> {
    let days = days_left(interview, today).filter(|days| *days > SWEEP_DAYS)?;
    u32::try_from(days - 1).ok()
}

/// Reviews that today must have room for, so that every card is asked before the interview: the least number
/// that is enough if each day of the sweep that is left has room for as many. Nothing outside the sweep.
///
/// `asked` are today's reviews so far, `due` the days of [`effective_due`] of all cards.
#[must_use]
pub fn needed_today(
    interview: Option<StudyDay>,
    today: StudyDay,
    asked: usize,
    due: &[StudyDay],
) -> Option<usize> {
    let left = days_left(interview, today).filter(|days| (1..=SWEEP_DAYS).contains(days))?;
    // A card cannot be asked before its day, so the days from any day on must hold what is due from it on.
    let from_on = |day: i64| {
        let cards =
            due.iter().map(|due| (*due - today).max(0)).filter(|due| (day..left).contains(due)).count();
        let days = usize::try_from(left - day).unwrap_or(1);
        (cards + if day == 0 { asked } else { 0 }).div_ceil(days)
    };
    (0..left).map(from_on).max()
}

/// The sweep before an interview, seen from a day before it.
struct Sweep {
    /// Its first day.
    from: StudyDay,
    /// The day after its last.
    interview: StudyDay,
    today: StudyDay,
}

/// When the sweep asks a card.
enum Turn {
    /// On that day, also without an interview.
    On(StudyDay),
    /// Once, on a day that is still to be chosen.
    Any,
    /// Not any more.
    Rests,
}

impl Sweep {
    fn days_left(&self) -> std::ops::Range<i32> {
        self.from.max(self.today).0..self.interview.0
    }

    fn turn(&self, place: &Place<'_>) -> Turn {
        let asked = place.reviewed_on >= self.from;
        if asked && place.reviewed_on == self.today {
            // Counts today, whatever comes of it: so the level does not move while a day is worked off.
            Turn::On(self.today)
        } else if place.due < self.interview {
            Turn::On(place.due.max(self.today))
        } else if asked {
            Turn::Rests
        } else {
            Turn::Any
        }
    }
}

/// A day of the sweep.
struct Filled {
    day: StudyDay,
    /// Cards that are due or were asked on it anyway.
    cards: usize,
    /// Cards that it takes on top.
    more: usize,
}

/// Spreads cards over the days: each goes to the day that has fewest, the earliest of these.
fn fill(days: &mut [Filled], cards: usize) {
    for _ in 0..cards {
        if let Some(emptiest) = days.iter_mut().min_by_key(|filled| filled.cards + filled.more) {
            emptiest.more += 1;
        }
    }
}

#[cfg(test)]
mod tests;
