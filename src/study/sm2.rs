//! SM-2, the scheduling of P. A. Woźniak (1987; published 1990 and on the SuperMemo site), in whole numbers.
//!
//! The seven published steps are followed to the letter. Where programs that go by this name differ:
//! - The interval is multiplied by the ease factor as it was *before* this review's update. So does the
//!   author's own program, which computes the interval first; some libraries take the new factor.
//! - A quality below 3 leaves the ease factor alone (step 6, literally). The author's program and much copied
//!   code change it at every quality.
//! - A fraction of a day is rounded up (step 3, "round it up"). The author's program rounds to nearest.
//! - The ease factor has a floor of 1.30 and no upper bound (steps 4 and 5).
//! - Intervals end at 36,500 days, so that no number can overflow. As no factor is below 1.30, capping each
//!   step gives the same as capping the exact interval.
//!
//! The ease factor is kept in hundredths, which is exact: it starts at 250 and moves by +10, 0 or -14. Binary
//! floats are not: they give 421 days instead of 420 for the qualities 5, 5, 5, 5, 5, 5.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest interval, in days: a hundred years.
pub const MAX_INTERVAL: u32 = 36_500;

/// Lowest ease factor, in hundredths.
pub const MIN_EASE: u16 = 130;

/// Ease factor of a new card, in hundredths.
pub const FIRST_EASE: u16 = 250;

/// How well an answer was recalled: 0 is a blackout, 3 the lowest that passes, 5 perfect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Quality(u8);

/// A number that is no quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0} is not a quality: SM-2 knows 0 to 5")]
pub struct QualityOutOfRange(pub u8);

impl Quality {
    /// All six, from worst to best.
    pub const ALL: [Self; 6] = [Self(0), Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// The quality of that number, or nothing above 5.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 5 { Some(Self(number)) } else { None }
    }

    /// The number, 0-5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Whether the card was recalled at all (3 or better). Anything else starts it over.
    #[must_use]
    pub const fn passes(self) -> bool {
        self.0 >= 3
    }
}

impl TryFrom<u8> for Quality {
    type Error = QualityOutOfRange;

    fn try_from(number: u8) -> Result<Self, QualityOutOfRange> {
        Self::new(number).ok_or(QualityOutOfRange(number))
    }
}

impl From<Quality> for u8 {
    fn from(quality: Quality) -> Self {
        quality.0
    }
}

/// The four buttons under an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rating {
    /// Not recalled.
    Again,
    /// Recalled with serious difficulty.
    Hard,
    /// Recalled after a hesitation.
    Good,
    /// Recalled at once.
    Easy,
}

impl Rating {
    /// All four, from worst to best.
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    /// The quality that the button stands for.
    #[must_use]
    pub const fn quality(self) -> Quality {
        match self {
            Self::Again => Quality(1),
            Self::Hard => Quality(3),
            Self::Good => Quality(4),
            Self::Easy => Quality(5),
        }
    }
}

impl From<Rating> for Quality {
    fn from(rating: Rating) -> Self {
        rating.quality()
    }
}

/// What SM-2 remembers of a card. `State::default()` is a card never reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct State {
    /// Successful reviews in a row.
    pub repetition: u32,
    /// Days from the last review to the next; 0 before the first.
    pub interval: u32,
    /// Ease factor in hundredths.
    pub ease: u16,
}

impl Default for State {
    fn default() -> Self {
        Self { repetition: 0, interval: 0, ease: FIRST_EASE }
    }
}

impl State {
    /// The state after a review of that quality. The interval is then 1 to [`MAX_INTERVAL`] days and the ease
    /// factor at least [`MIN_EASE`], also when this state came out of a file and was outside those bounds.
    #[must_use]
    pub fn review(self, quality: Quality) -> Self {
        let ease = self.ease.max(MIN_EASE);
        if !quality.passes() {
            return Self { repetition: 0, interval: 1, ease };
        }
        let repetition = self.repetition.saturating_add(1);
        let interval = match repetition {
            1 => 1,
            2 => 6,
            _ => grown(self.interval, ease),
        };
        let ease = match quality.get() {
            3 => ease.saturating_sub(14).max(MIN_EASE),
            4 => ease,
            _ => ease.saturating_add(10),
        };
        Self { repetition, interval, ease }
    }
}

/// The interval times the ease factor, rounded up to whole days.
fn grown(interval: u32, ease: u16) -> u32 {
    let exact = (u64::from(interval.max(1)) * u64::from(ease)).div_ceil(100);
    u32::try_from(exact).map_or(MAX_INTERVAL, |days| days.min(MAX_INTERVAL))
}

/// Whether an answer of that quality sends the card (back) to the day's drill, SM-2's last step: what was
/// graded below 4 is asked again until it gets 4 or 5. Drill answers change no [`State`].
#[must_use]
pub const fn needs_drill(quality: Quality) -> bool {
    quality.get() < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, start: State, qualities: &[u8], expected: (u32, u32, u16)) {
        let end =
            qualities.iter().fold(start, |state, &q| state.review(Quality::try_from(q).expect("a quality")));
        assert_eq!((end.repetition, end.interval, end.ease), expected, "{name}");
    }

    #[test]
    fn reviews_one_by_one() {
        let new = State::default();
        check("first success", new, &[4], (1, 1, 250));
        check("second success", new, &[4, 4], (2, 6, 250));
        check("exact product stays", new, &[4, 4, 4], (3, 15, 250));
        check("the factor before the update multiplies", new, &[4, 4, 5], (3, 15, 260));
        check("a fraction goes up", new, &[3, 4, 4, 4], (4, 36, 236));
        check("no float drift", new, &[5, 5, 5, 5, 5, 5], (6, 420, 310));
        check("a lapse starts over and keeps the ease", new, &[3, 4, 4, 2], (0, 1, 236));
        check("after a lapse as if new", new, &[3, 4, 4, 0, 5, 5], (2, 6, 256));
        check("a first failure", new, &[0], (0, 1, 250));
        check("the floor", new, &[3; 9], (9, 374, 130));
    }

    #[test]
    fn states_from_outside_are_brought_within_bounds() {
        let state = |repetition, interval, ease| State { repetition, interval, ease };
        check("longest", state(9, MAX_INTERVAL, 250), &[4], (10, MAX_INTERVAL, 250));
        check("far too long", state(9, u32::MAX, u16::MAX), &[5], (10, MAX_INTERVAL, u16::MAX));
        check("too often", state(u32::MAX, 10, 200), &[4], (u32::MAX, 20, 200));
        check("no interval, no ease", state(5, 0, 0), &[4], (6, 2, 130));
        check("no ease, failed", state(5, 0, 0), &[1], (0, 1, 130));
    }

    #[test]
    fn ratings_stand_for_qualities() {
        assert_eq!(Rating::ALL.map(|rating| rating.quality().get()), [1, 3, 4, 5]);
        assert_eq!(Rating::ALL.map(|rating| needs_drill(rating.into())), [true, true, false, false]);
    }

    #[test]
    fn only_zero_to_five_are_qualities() {
        assert_eq!(Quality::ALL.map(Quality::get), [0, 1, 2, 3, 4, 5]);
        assert_eq!(Quality::new(6), None);
        assert_eq!(Quality::try_from(255), Err(QualityOutOfRange(255)));
        assert!(serde_json::from_str::<Quality>("6").is_err());
        assert_eq!(serde_json::from_str::<Quality>("5").ok(), Quality::new(5));
        assert_eq!(serde_json::to_string(&Quality::ALL).ok().as_deref(), Some("[0,1,2,3,4,5]"));
    }
}
