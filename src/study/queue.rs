//! What a day asks, and in which order: due cards, then new ones, then the drill.

mod apart;

use std::collections::HashSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::calendar::StudyDay;
use super::card::{CardId, Choice};

/// Why a card is in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Its interval has passed; the answer is a review.
    Due,
    /// It was never asked; the answer is its first review.
    New,
    /// Its last answer today was below 4; the answer moves no schedule.
    Drill,
}

/// One card to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The card.
    pub card: CardId,
    /// Why it is asked.
    pub mode: Mode,
}

/// How much a learner wants in a day, and how much of it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// New cards a day at the most.
    pub new_per_day: u32,
    /// Reviews a day at the most, new cards included.
    pub reviews_per_day: u32,
    /// New cards answered today.
    pub new_done_today: u32,
    /// Reviews done today, new cards included.
    pub reviews_done_today: u32,
}

impl Limits {
    /// Reviews left today, new cards included.
    #[must_use]
    pub const fn reviews_left(self) -> u32 {
        self.reviews_per_day.saturating_sub(self.reviews_done_today)
    }

    /// New cards left today, as far as the reviews allow.
    #[must_use]
    pub const fn new_left(self) -> u32 {
        let new = self.new_per_day.saturating_sub(self.new_done_today);
        if new < self.reviews_left() { new } else { self.reviews_left() }
    }
}

/// A card that may be asked.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The card.
    pub card: &'a CardId,
    /// What it is about; cards of one concept are kept apart. Empty: unlike every other card.
    pub concept: &'a str,
}

/// A card that has been scheduled.
#[derive(Clone, Copy, Debug)]
pub struct DueCandidate<'a> {
    /// The card.
    pub card: &'a CardId,
    /// The day for which it is scheduled; later than today means not yet.
    pub due: StudyDay,
    /// What it is about, as in [`Candidate`].
    pub concept: &'a str,
}

/// Everything that a day's queue is made of. Any order of `due` gives the same queue.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    /// Chance for this learner and day: [`day_seed`].
    pub seed: u64,
    /// The study day.
    pub today: StudyDay,
    /// The learner's limits.
    pub limits: Limits,
    /// Scheduled cards.
    pub due: &'a [DueCandidate<'a>],
    /// Cards never asked, in the plan's order.
    pub new: &'a [Candidate<'a>],
    /// Cards whose last answer today was below 4, in the order of these answers.
    pub drill: &'a [Candidate<'a>],
}

/// Builds the queue: due cards, the most overdue first and ties in an order of chance; then new cards in the
/// plan's order; both within the limits; then the drill, which no limit holds back. Each card comes once.
///
/// Cards of one concept never stand next to each other if any order of the chosen cards avoids it, due before
/// new before drill. A card moves only as far as that needs: see `apart`.
///
/// The order of ties is a property of the card, the learner and the day. So the queue can be built anew after
/// every answer and goes on where it was.
#[must_use]
pub fn build(day: &Day<'_>) -> Vec<Entry> {
    let mut due: Vec<_> = day.due.iter().filter(|scheduled| scheduled.due <= day.today).collect();
    due.sort_by_cached_key(|scheduled| (scheduled.due, chance(day.seed, scheduled.card), scheduled.card));
    let mut seen = HashSet::new();
    let mut once = |candidate: &Candidate<'_>| seen.insert(candidate.card.clone());

    let left = count(day.limits.reviews_left());
    let due = due.into_iter().map(|&DueCandidate { card, concept, .. }| Candidate { card, concept });
    let due: Vec<_> = due.filter(&mut once).take(left).collect();
    let new_left = count(day.limits.new_left()).min(left - due.len());
    let new: Vec<_> = day.new.iter().copied().filter(&mut once).take(new_left).collect();
    let drill: Vec<_> = day.drill.iter().copied().filter(&mut once).collect();

    apart::arrange([due, new, drill])
        .into_iter()
        .zip([Mode::Due, Mode::New, Mode::Drill])
        .flat_map(|(cards, mode)| cards.into_iter().map(move |one| Entry { card: one.card.clone(), mode }))
        .collect()
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The seed of a learner's day.
#[must_use]
pub fn day_seed(learner: i64, day: StudyDay) -> u64 {
    let mut seed = [0; 32];
    for (byte, value) in seed.iter_mut().zip(learner.to_le_bytes().into_iter().chain(day.0.to_le_bytes())) {
        *byte = value;
    }
    ChaCha8Rng::from_seed(seed).next_u64()
}

/// A generator for one card under a seed. Seeded byte by byte, so that the order outlives every update of
/// the random crates.
pub(super) fn generator(seed: u64, card: &CardId) -> ChaCha8Rng {
    // FNV-1a: card ids differ in far fewer than 2^32 ways, so their hashes differ too.
    let hash = card.0.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut bytes = [0; 32];
    for (byte, value) in bytes.iter_mut().zip(seed.to_le_bytes().into_iter().chain(hash.to_le_bytes())) {
        *byte = value;
    }
    ChaCha8Rng::from_seed(bytes)
}

pub(super) fn chance(seed: u64, card: &CardId) -> u64 {
    generator(seed, card).next_u64()
}

/// The order in which a choice card shows its options: positions in `choice.options`. Shuffled by the seed
/// unless the options have a natural order.
#[must_use]
pub fn option_order(card: &CardId, choice: &Choice, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..choice.options.len()).collect();
    if choice.keep_order {
        return order;
    }
    let mut generator = generator(seed, card);
    for last in (1..order.len()).rev() {
        let among = last as u128 + 1;
        let pick = usize::try_from((u128::from(generator.next_u64()) * among) >> 64).unwrap_or(last);
        order.swap(last, pick);
    }
    order
}

/// The longest that a backlog is looked ahead, in days.
const LONGEST_BACKLOG: u32 = 3650;

/// How many days, today included, until nothing overdue is left at this pace: 0 when nothing is due, nothing
/// at all when it never ends (within ten years).
///
/// The model: `left_today` reviews today and `reviews_per_day` on every later day, all spent on due cards, as
/// these come before new ones. Each later day brings the cards that are already scheduled for it:
/// `coming_due`, from tomorrow on; after its end their average. Cards answered on the way come back as rarely
/// as their intervals grow and are left out, so that the figure is rather too low than too high.
#[must_use]
pub fn backlog_days(due: u32, left_today: u32, reviews_per_day: u32, coming_due: &[u32]) -> Option<u32> {
    if due == 0 {
        return Some(0);
    }
    let known = coming_due.iter().map(|cards| u64::from(*cards));
    let average = known.clone().sum::<u64>().div_ceil((coming_due.len() as u64).max(1));
    let mut waiting = u64::from(due).saturating_sub(u64::from(left_today));
    let mut coming = known.chain(std::iter::repeat(average));
    (1..=LONGEST_BACKLOG).find(|_| {
        let cleared = waiting == 0;
        let more = coming.next().unwrap_or(average);
        waiting = (waiting + more).saturating_sub(u64::from(reviews_per_day));
        cleared
    })
}

#[cfg(test)]
mod tests;
