//! Invented learners with a memory that is known: they forget, answer and skip days, each in their own way.
//! Forecasts are checked against them (`tests/readiness.rs`), and whole courses are lived through with them.
//!
//! A card in a [`Mind`] has a difficulty and a stability, as in the family of models that FSRS belongs to: the
//! stability is the number of days after which recall has fallen to 0.9. A recall that succeeds raises it, by
//! more the easier the card, the lower the stability and the nearer the card was to being forgotten; one that
//! fails lowers it. Both as in FSRS-5 with its default weights
//! (<https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm>), except that a grade is what the
//! memory leads to and not what it follows from. Recall falls as a stretched exponential, 0.9^((t/S)^c), with
//! an exponent c of each learner's own: on purpose not what `super::readiness` assumes. The rest is invented:
//! what is known beforehand, slips of the finger, lucky guesses, the choice between Hard, Good and Easy.
//!
//! Everything follows from the seed, the learner and the card. The chance in an answer depends on how often
//! the card was answered before and not on other cards, so two courses differ only where they must. Floating
//! point functions may differ in their last bit between platforms, and then so may an answer, very rarely.

mod habit;

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use super::calendar::StudyDay;
use super::card::CardId;
use super::queue::{day_seed, generator};
use super::sm2::Quality;

pub use habit::Habit;

/// Days until a card that was unknown and has just been explained falls to 0.9, for the middle of learners.
const STUDIED: f64 = 0.8;
/// The same for a card that was known before it was met.
const KNOWN: f64 = 8.0;
/// Bounds of every stability, in days.
const STABILITIES: [f64; 2] = [0.1, 3_650.0];

/// An invented learner's memory of all cards.
#[derive(Clone, Debug)]
pub struct Mind {
    seed: u64,
    temper: Temper,
    traces: HashMap<CardId, Trace>,
}

/// How one learner differs from another.
#[derive(Clone, Copy, Debug)]
struct Temper {
    /// Factor of every first stability.
    strength: f64,
    /// Factor of what a recall adds to a stability.
    growth: f64,
    /// The exponent of forgetting: 1 is exponential, less falls steeply at first and has a long tail.
    shape: f64,
    /// Share of cards of middling difficulty that are known before they are met.
    known: f64,
    /// Chance to press Again though the answer was there.
    slip: f64,
    /// Chance to be right without knowing.
    luck: f64,
    /// Factor of every answering time.
    pace: f64,
}

/// What is left of one card.
#[derive(Clone, Copy, Debug)]
struct Trace {
    /// 1 (easy) to 10.
    difficulty: f64,
    /// Days until recall has fallen to 0.9.
    stability: f64,
    /// When it was last seen.
    seen: StudyDay,
    /// Answers so far.
    answers: u64,
}

/// What an invented learner does with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The grade that the learner gives. Where right and wrong are all there is: right if it passes.
    pub quality: Quality,
    /// Seconds that the question stands open, at least 2.
    pub seconds: u32,
}

impl Mind {
    /// A learner who knows some of the cards beforehand and has met none. Another seed makes another person
    /// of the same learner.
    #[must_use]
    pub fn new(seed: u64, learner: i64) -> Self {
        let seed = person(seed, learner);
        let mut chance = Chance::new(seed, "?temper");
        let temper = Temper {
            strength: chance.factor(0.5),
            growth: 0.8 * chance.factor(0.5),
            shape: 0.5 + 0.5 * chance.share(),
            known: 0.05 + 0.4 * chance.share(),
            slip: 0.03 * chance.share(),
            luck: 0.1 * chance.share(),
            pace: chance.factor(0.3),
        };
        Self { seed, temper, traces: HashMap::new() }
    }

    /// The chance, 0 to 1, that the learner recalls the card on that day: what a forecast should say. It is 1
    /// on the day on which the card was seen last, and before. Of a card never met: 1 if it is known, else 0.
    #[must_use]
    pub fn recall(&self, card: &CardId, day: StudyDay) -> f64 {
        match self.traces.get(card) {
            Some(trace) => self.temper.recall(trace, day),
            None if self.first(card, day).1 => 1.0,
            None => 0.0,
        }
    }

    /// Asks a card on a day. The learner answers, sees the solution and remembers it from then on.
    pub fn answer(&mut self, card: &CardId, day: StudyDay) -> Answer {
        let (before, chance_of_recall) = match self.traces.get(card) {
            // A repeat on the same day: mostly there, but harder cards slip away within minutes.
            Some(trace) if trace.seen >= day => (*trace, 1.0 - 0.02 * trace.difficulty),
            Some(trace) => (*trace, self.temper.recall(trace, day)),
            None => {
                let (trace, known) = self.first(card, day);
                (trace, f64::from(u8::from(known)))
            }
        };
        // The odd factor spreads the small numbers over the seed's bits.
        let mut chance =
            Chance::new(self.seed ^ (before.answers + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15), &card.0);
        let recalled = chance.happens(chance_of_recall);
        let quality = self.temper.quality(&mut chance, recalled, chance_of_recall, before.difficulty);
        let thinking = (6.0 + 2.0 * before.difficulty) * if recalled { 1.0 } else { 1.8 };
        let seconds = (thinking * self.temper.pace * chance.factor(0.4)).clamp(2.0, 600.0);
        self.traces.insert(card.clone(), before.after(recalled, chance_of_recall, day, self.temper.growth));
        // Between 2 and 600: the cast is exact but for the fraction.
        Answer { quality, seconds: seconds as u32 }
    }

    /// A card as the learner first meets it on that day, and whether it is known already.
    fn first(&self, card: &CardId, day: StudyDay) -> (Trace, bool) {
        let mut chance = Chance::new(self.seed, &card.0);
        let difficulty = (5.0 + 2.0 * chance.normal()).clamp(1.0, 10.0);
        let known = chance.happens(self.temper.known * (1.5 - 0.1 * difficulty));
        let days = if known { KNOWN * chance.factor(0.8) } else { STUDIED * chance.factor(0.5) };
        let stability = bounded(days * self.temper.strength * (1.5 - 0.1 * difficulty));
        (Trace { difficulty, stability, seen: day, answers: 0 }, known)
    }
}

impl Temper {
    fn recall(&self, trace: &Trace, day: StudyDay) -> f64 {
        let days = (day - trace.seen).max(0) as f64;
        0.9_f64.powf((days / trace.stability).powf(self.shape))
    }

    /// The grade. What came easily is called easy more often; a lucky guess feels hard.
    fn quality(&self, chance: &mut Chance, recalled: bool, likely: f64, difficulty: f64) -> Quality {
        let [blackout, again, _, hard, good, easy] = Quality::ALL;
        if !recalled && chance.happens(self.luck) {
            return if chance.happens(0.5) { hard } else { good };
        }
        if !recalled {
            return if chance.happens(0.2) { blackout } else { again };
        }
        if chance.happens(self.slip) {
            return again;
        }
        let says_easy = likely * (0.3 - 0.03 * difficulty);
        let says_hard = 0.05 + 0.02 * difficulty + 0.5 * (1.0 - likely);
        let feeling = chance.share();
        match feeling {
            _ if feeling < says_easy => easy,
            _ if feeling < says_easy + says_hard => hard,
            _ => good,
        }
    }
}

impl Trace {
    /// The trace after an answer on that day, given how likely the recall was.
    fn after(self, recalled: bool, likely: f64, day: StudyDay, learner: f64) -> Self {
        let Self { difficulty, stability, .. } = self;
        let answers = self.answers + 1;
        if self.answers == 0 || self.seen >= day {
            return Self { answers, ..self };
        }
        let stability = if recalled {
            let growth = learner * 1.545_75_f64.exp() * (11.0 - difficulty) * stability.powf(-0.1192);
            stability * (1.0 + growth * ((1.019_25 * (1.0 - likely)).exp() - 1.0))
        } else {
            let left = 1.9395 * difficulty.powf(-0.11) * ((stability + 1.0).powf(0.296_05) - 1.0);
            (left * (2.2698 * (1.0 - likely)).exp()).min(stability)
        };
        let change = if recalled { -0.1 } else { 0.6 };
        let difficulty = (difficulty + change).clamp(1.0, 10.0);
        Self { difficulty, stability: bounded(stability), seen: day, answers }
    }
}

fn bounded(stability: f64) -> f64 {
    stability.clamp(STABILITIES[0], STABILITIES[1])
}

/// The seed of one invented learner.
fn person(seed: u64, learner: i64) -> u64 {
    day_seed(learner, StudyDay(0)) ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Chance for one purpose, the same in every run.
struct Chance(ChaCha8Rng);

impl Chance {
    /// Purposes other than a card start with a sign that no card id has.
    fn new(seed: u64, purpose: &str) -> Self {
        Self(generator(seed, &CardId::from(purpose)))
    }

    /// Evenly between 0 and 1, 1 left out.
    fn share(&mut self) -> f64 {
        // The upper 53 bits: as many as a float holds exactly.
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn happens(&mut self, likely: f64) -> bool {
        self.share() < likely
    }

    /// About the normal distribution: the sum of twelve even ones, which ends at six deviations.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// A factor about 1, whose logarithm is normal with that deviation.
    fn factor(&mut self, deviation: f64) -> f64 {
        (deviation * self.normal()).exp()
    }
}

#[cfg(test)]
mod tests;
