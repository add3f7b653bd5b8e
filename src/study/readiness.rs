//! Readiness: the share of cards that a learner would be expected to recall on a day.
//!
//! SM-2 says when a card is due, not how well it is remembered. The forecast takes the forgetting curve from
//! the models that predict recall best (a power of time, as in FSRS:
//! <https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm>) and its speed from SM-2 and the
//! learner: a card's interval is its time scale, and the curve goes through the learner's own share of
//! answers recalled when an interval is over. With r that share, I the interval and t the days since the
//! last review, recall is (1 + (r^(-1/0.3) - 1) t/I)^(-0.3): 1 after no time, r after one interval.
//!
//! What it does not know: how hard one card is in comparison with another of the same interval, what was
//! known before the card was met, and whether an interviewer asks as the card does. Cards never met count 0.
//!
//! `tests/readiness.rs` holds it against learners whose memory is known.

use std::collections::BTreeMap;

use super::calendar::StudyDay;
use super::interview::SWEEP_DAYS;
use super::plan::WEEKS;
use super::sm2::{Quality, State};

/// What the model is called, to be said beside the figure.
pub const MODEL: &str = "power-law forgetting on SM-2's intervals";

/// What the figure assumes, to be said beside it: at most 160 characters.
pub const ASSUMES: &str = "Recall fades along a forgetting curve set by each card's interval and your own success at reviews. Cards you have not met count as 0.";

/// The exponent of the forgetting curve. FSRS-5 has 0.5 for everyone, FSRS-6 has 0.15 unless fitted and then
/// 0.1 to 0.8. Chosen by `examples/readiness.rs`; on a day on which cards are due it matters little.
const POWER: f64 = 0.3;

/// Recall at the end of an interval as long as nothing is known of a learner: what intervals are made for.
const USUAL: f64 = 0.9;

/// How many reviews that assumption weighs as much as.
const USUAL_WEIGHS: f64 = 20.0;

/// The lowest and the highest recall at the end of an interval that is believed.
const BELIEVED: [f64; 2] = [0.5, 0.99];

/// Steps of halving that lead to the curve: enough for six digits.
const HALVINGS: u32 = 20;

/// A review that a learner did, of a card that had been met before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// The interval that the card had before the review, in days.
    pub interval: u32,
    /// Days since the review before.
    pub elapsed: u32,
    /// Whether the answer passed.
    pub recalled: bool,
}

/// How fast one learner forgets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    at_due: f64,
}

impl Curve {
    /// The curve under which as many of these reviews would be recalled as were, and of twenty more, done at
    /// the end of their intervals, nine in ten. Reviews done late or early count for what they were.
    #[must_use]
    pub fn fit(reviews: &[Past]) -> Self {
        let recalled = reviews.iter().filter(|review| review.recalled).count() as f64;
        // Years of reviews are of few kinds.
        let mut kinds: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for review in reviews {
            *kinds.entry((review.interval, review.elapsed)).or_default() += 1.0;
        }
        let observed = USUAL * USUAL_WEIGHS + recalled;
        let [mut low, mut high] = BELIEVED;
        for _ in 0..HALVINGS {
            let curve = Self { at_due: f64::midpoint(low, high) };
            let expected = curve.at_due * USUAL_WEIGHS
                + kinds
                    .iter()
                    .map(|((interval, elapsed), count)| curve.recall(*interval, *elapsed) * count)
                    .sum::<f64>();
            if expected < observed {
                low = curve.at_due;
            } else {
                high = curve.at_due;
            }
        }
        Self { at_due: f64::midpoint(low, high) }
    }

    /// The share of cards that the learner recalls when their interval is just over, 0 to 1.
    #[must_use]
    pub const fn at_due(&self) -> f64 {
        self.at_due
    }

    /// The chance, 0 to 1, to recall a card so many days after a review that led to that interval.
    #[must_use]
    pub fn recall(&self, interval: u32, days: u32) -> f64 {
        let intervals = f64::from(days) / f64::from(interval.max(1));
        let loss = self.at_due.powf(-1.0 / POWER) - 1.0;
        (1.0 + loss * intervals).powf(-POWER)
    }
}

/// A card of the plan, as far as a learner has it.
#[derive(Clone, Copy, Debug)]
pub struct CardMemory {
    /// Its week, 1-12. A card of another week counts only for the whole.
    pub week: u8,
    /// Its place in the schedule, unless it was never reviewed.
    pub met: Option<Met>,
}

/// A card's place in the schedule.
#[derive(Clone, Copy, Debug)]
pub struct Met {
    /// SM-2's state.
    pub state: State,
    /// The plain due day.
    pub due: StudyDay,
    /// The day of the last review.
    pub reviewed_on: StudyDay,
}

/// What happens until the day that is asked about. Both leave cards unmet that are so today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Nothing: "if you stop now".
    Stop,
    /// Each met card is reviewed on the days on which it is due, from today on, and passes: "if you keep up
    /// your reviews". A card that failed on the way would come back after a day, and is then about as well
    /// known as one that passed, so that passing may be assumed.
    KeepUp {
        /// The first day with reviews to come.
        today: StudyDay,
        /// Whether the day asked about is the interview's, before which every card is asked once more (see
        /// [`super::interview`]).
        sweep: bool,
    },
}

/// A group of cards and what is expected of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    /// All cards of the group.
    pub cards: u32,
    /// Those met so far.
    pub met: u32,
    /// How many are expected to be recalled.
    pub recalled: f64,
}

impl Part {
    /// The expected share of all cards, 0 to 1; unmet ones count 0. Nothing where there are no cards.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.cards > 0).then(|| self.recalled / f64::from(self.cards))
    }

    /// The expected share of the cards met so far, 0 to 1. Nothing where none was met.
    #[must_use]
    pub fn share_of_met(&self) -> Option<f64> {
        (self.met > 0).then(|| self.recalled / f64::from(self.met))
    }

    /// Both groups together.
    const fn and(self, other: Self) -> Self {
        Self {
            cards: self.cards + other.cards,
            met: self.met + other.met,
            recalled: self.recalled + other.recalled,
        }
    }

    fn add(&mut self, recall: Option<f64>) {
        self.cards += 1;
        self.met += u32::from(recall.is_some());
        self.recalled += recall.unwrap_or(0.0);
    }
}

/// How ready a learner is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Readiness {
    /// All cards.
    pub overall: Part,
    /// The cards of each week of the plan.
    pub weeks: [Part; WEEKS as usize],
}

impl Readiness {
    /// Of the cards of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            overall: self.overall.and(other.overall),
            weeks: std::array::from_fn(|week| self.weeks[week].and(other.weeks[week])),
        }
    }
}

/// How many of these cards a learner with that forgetting curve would recall on the day `on`.
#[must_use]
pub fn readiness(cards: &[CardMemory], curve: &Curve, on: StudyDay, until: Until) -> Readiness {
    let mut readiness = Readiness::default();
    for card in cards {
        let recall = card.met.map(|met| {
            let last = match until {
                Until::Stop => met,
                Until::KeepUp { today, sweep } => met.kept_up(today, on, sweep),
            };
            let days = u32::try_from((on - last.reviewed_on).max(0)).unwrap_or(u32::MAX);
            curve.recall(last.state.interval, days)
        });
        readiness.overall.add(recall);
        let week = usize::from(card.week).checked_sub(1);
        if let Some(week) = week.and_then(|week| readiness.weeks.get_mut(week)) {
            week.add(recall);
        }
    }
    readiness
}

impl Met {
    /// The card after all reviews from `today` to the day before `on`.
    fn kept_up(mut self, today: StudyDay, on: StudyDay, sweep: bool) -> Self {
        while self.due.max(today) < on {
            self = self.reviewed(self.due.max(today));
        }
        // The sweep's own day is not known long before; the middle of what is left of it will do.
        let from = (on - SWEEP_DAYS).max(today);
        if sweep && self.reviewed_on < on - SWEEP_DAYS && from < on {
            self = self.reviewed(from + (on - from) / 2);
        }
        self
    }

    /// The card after a review that passed on that day.
    fn reviewed(self, day: StudyDay) -> Self {
        let [.., good, _] = Quality::ALL;
        let state = self.state.review(good);
        Self { state, due: day + i64::from(state.interval), reviewed_on: day }
    }
}

#[cfg(test)]
mod tests;
