//! On which days an invented learner studies, and how long.

use super::{Chance, person};
use crate::study::calendar::StudyDay;

/// When and how long an invented learner studies.
#[derive(Clone, Copy, Debug)]
pub struct Habit {
    /// Chance to skip a day, 0 to 1.
    pub skips: f64,
    /// Chance that a week is a break as a whole, 0 to 1. Weeks begin on days divisible by seven.
    pub breaks: f64,
    /// Seconds of study on a day that is not skipped: about so many, half to twice as many now and then.
    pub seconds: u32,
    seed: u64,
}

impl Habit {
    /// Someone who studies about so many seconds on every day.
    #[must_use]
    pub fn daily(seed: u64, learner: i64, seconds: u32) -> Self {
        Self { skips: 0.0, breaks: 0.0, seconds, seed: person(seed, learner) }
    }

    /// A habit of chance, a third each: nearly every day; with one to four days in ten skipped; with breaks
    /// of a whole week, one week in five. Between ten minutes and an hour a day.
    #[must_use]
    pub fn of_chance(seed: u64, learner: i64) -> Self {
        let seed = person(seed, learner);
        let mut chance = Chance::new(seed, "?habit");
        let (skips, breaks) = match chance.share() {
            kind if kind < 1.0 / 3.0 => (0.02, 0.0),
            kind if kind < 2.0 / 3.0 => (0.1 + 0.3 * chance.share(), 0.0),
            _ => (0.05, 0.2),
        };
        // Between 600 and 3600: the cast is exact but for the fraction.
        let seconds = (600.0 + 3000.0 * chance.share()) as u32;
        Self { skips, breaks, seconds, seed }
    }

    /// How many seconds the learner studies on that day; 0 if not at all.
    #[must_use]
    pub fn seconds_on(&self, day: StudyDay) -> u32 {
        let week = Chance::new(self.seed, &format!("?week {}", day.0.div_euclid(7))).share();
        let mut chance = Chance::new(self.seed, &format!("?day {}", day.0));
        if week < self.breaks || chance.happens(self.skips) {
            return 0;
        }
        (f64::from(self.seconds) * chance.factor(0.3).clamp(0.5, 2.0)) as u32
    }
}
