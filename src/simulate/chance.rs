//! Chance that is the same in every run.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A source of chance for one purpose.
#[derive(Clone, Debug)]
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// Chance for the `number`th of its kind; `purpose` keeps kinds apart.
    pub fn new(seed: u64, number: i64, purpose: u64) -> Self {
        let mut bytes = [0; 32];
        let parts = [seed.to_le_bytes(), number.to_le_bytes(), purpose.to_le_bytes()];
        for (byte, value) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *byte = value;
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// Whether something that happens `percent` times in a hundred happens now.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A number below `end`, which is at least 1.
    pub fn below(&mut self, end: u64) -> u64 {
        // The ranges here are far below 2^64, so that no number is noticeably likelier than another.
        self.0.next_u64() % end
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let count = u64::try_from(last - first + 1).unwrap_or(1);
        first + i64::try_from(self.below(count)).unwrap_or(0)
    }

    /// One of these, all equally likely.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let place = self.below(u64::try_from(from.len()).ok().filter(|count| *count > 0)?);
        from.get(usize::try_from(place).ok()?).copied()
    }
}
