//! SM-2 against the 2,261 published-algorithm vectors, and against a model in exact fractions.

use liftoff::study::sm2::{MAX_INTERVAL, MIN_EASE, Quality, State, needs_drill};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Sequence>,
    drill: Drills,
}

#[derive(Deserialize)]
struct Sequence {
    tag: String,
    q: Vec<Quality>,
    expect: Vec<(u32, u128, u16)>,
}

#[derive(Deserialize)]
struct Drills {
    vectors: Vec<DrillSequence>,
}

#[derive(Deserialize)]
struct DrillSequence {
    events: Vec<(char, Quality)>,
    expect: Vec<(u32, u32, u16, bool)>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("data/sm2-vectors.json")).expect("the vectors are JSON of this shape")
}

#[test]
fn every_vector() {
    let vectors = vectors().vectors;
    assert_eq!(vectors.len(), 2261);
    for (number, sequence) in vectors.iter().enumerate() {
        assert_eq!(sequence.q.len(), sequence.expect.len());
        let mut state = State::default();
        for (step, (&quality, &(repetition, interval, ease))) in
            sequence.q.iter().zip(&sequence.expect).enumerate()
        {
            state = state.review(quality);
            assert_eq!(
                (state.repetition, u128::from(state.interval), state.ease),
                (repetition, interval.min(u128::from(MAX_INTERVAL)), ease),
                "vector {number} ({}), review {step}",
                sequence.tag
            );
        }
    }
}

#[test]
fn every_drill_vector() {
    let drills = vectors().drill.vectors;
    assert!(drills.len() >= 20);
    for (number, sequence) in drills.iter().enumerate() {
        assert_eq!(sequence.events.len(), sequence.expect.len());
        let mut state = State::default();
        for (step, (&(event, quality), &expected)) in sequence.events.iter().zip(&sequence.expect).enumerate()
        {
            if event == 'r' {
                state = state.review(quality);
            }
            assert_eq!(
                (state.repetition, state.interval, state.ease, needs_drill(quality)),
                expected,
                "drill {number}, event {step}"
            );
        }
    }
}

/// A fraction in lowest terms, with nothing of the implementation's whole-number shortcuts.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Fraction {
    num: i128,
    den: i128,
}

impl Fraction {
    fn new(num: i128, den: i128) -> Self {
        let (mut a, mut b) = (num.abs(), den);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Self { num: num / a.max(1), den: den / a.max(1) }
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.num * other.den + other.num * self.den, self.den * other.den)
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.num * other.num, self.den * other.den)
    }

    fn ceil(self) -> i128 {
        self.num.div_euclid(self.den) + i128::from(self.num.rem_euclid(self.den) != 0)
    }

    fn less_than(self, other: Self) -> bool {
        self.num * other.den < other.num * self.den
    }
}

/// The published steps with their published formula.
struct Model {
    repetition: u32,
    interval: i128,
    ease: Fraction,
}

impl Model {
    fn review(&mut self, quality: Quality) {
        if quality.get() < 3 {
            (self.repetition, self.interval) = (0, 1);
            return;
        }
        self.repetition += 1;
        self.interval = match self.repetition {
            1 => 1,
            2 => 6,
            _ => self.ease.times(Fraction::new(self.interval, 1)).ceil().min(i128::from(MAX_INTERVAL)),
        };
        let missing = Fraction::new(5 - i128::from(quality.get()), 1);
        let loss = missing.times(Fraction::new(8, 100).plus(missing.times(Fraction::new(2, 100))));
        let updated = self.ease.plus(Fraction::new(1, 10)).plus(loss.times(Fraction::new(-1, 1)));
        let floor = Fraction::new(13, 10);
        self.ease = if updated.less_than(floor) { floor } else { updated };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn equals_the_exact_model(qualities in proptest::collection::vec(0_u8..=5, 0..60)) {
        let mut state = State::default();
        let mut model = Model { repetition: 0, interval: 0, ease: Fraction::new(5, 2) };
        for quality in qualities.into_iter().filter_map(Quality::new) {
            state = state.review(quality);
            model.review(quality);
            prop_assert_eq!(state.repetition, model.repetition);
            prop_assert_eq!(i128::from(state.interval), model.interval);
            prop_assert!(Fraction::new(i128::from(state.ease), 100) == model.ease);
        }
    }

    #[test]
    fn stays_within_bounds(
        repetition in any::<u32>(), interval in any::<u32>(), ease in any::<u16>(), quality in 0_u8..=5
    ) {
        let quality = Quality::new(quality).expect("0 to 5");
        let state = State { repetition, interval, ease }.review(quality);
        prop_assert!((1..=MAX_INTERVAL).contains(&state.interval));
        prop_assert!(state.ease >= MIN_EASE);
        prop_assert_eq!(state.repetition == 0, !quality.passes());
    }
}
