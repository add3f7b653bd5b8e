//! The checkpoint at the end of a week: which cards it asks, and which of the week's are weakest.

use super::calendar::StudyDay;
use super::card::{CardId, Kind};
use super::queue::chance;

/// Questions of a checkpoint.
pub const QUESTIONS: usize = 20;

/// Cards that its end names as the weakest.
pub const WEAKEST: usize = 5;

/// A card that a checkpoint may ask.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The card.
    pub card: &'a CardId,
    /// Its kind.
    pub kind: Kind,
    /// Its day of the week, 1-7.
    pub day: u8,
}

/// Chooses the questions and their order: choice cards first, then as far as they do not suffice numeric, cloze
/// and recall cards. Among equals the seven days take turns, so that the whole week is asked.
#[must_use]
pub fn questions(seed: u64, week: &[Question<'_>]) -> Vec<CardId> {
    let mut cards: Vec<&Question<'_>> = week.iter().filter(|question| question.kind != Kind::Code).collect();
    let by_chance = |question: &&Question<'_>| (chance(seed, question.card), question.card.clone());
    cards.sort_by_cached_key(by_chance);
    let mut of_day = [[0_usize; 4]; 256];
    let mut chosen: Vec<((usize, usize), &Question<'_>)> = cards
        .into_iter()
        .map(|question| {
            let rank = rank(question.kind);
            let nth = &mut of_day[usize::from(question.day)][rank];
            *nth += 1;
            ((rank, *nth), question)
        })
        .collect();
    chosen.sort_by_key(|(key, _)| *key);
    chosen.truncate(QUESTIONS);
    chosen.sort_by_cached_key(|(_, question)| by_chance(question));
    chosen.into_iter().map(|(_, question)| question.card.clone()).collect()
}

/// What a checkpoint asks first, by its kind.
const fn rank(kind: Kind) -> usize {
    match kind {
        Kind::Choice => 0,
        Kind::Numeric => 1,
        Kind::Cloze => 2,
        Kind::Recall | Kind::Code => 3,
    }
}

/// How a card of the week stands after a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The quality of its answer in the checkpoint, if it was asked.
    pub quality: Option<u8>,
    /// Its last review failed.
    pub failed: bool,
    /// How often it was forgotten.
    pub lapses: u32,
    /// SM-2's ease factor in hundredths.
    pub ease: u16,
    /// The day of its last review.
    pub reviewed_on: StudyDay,
}

/// SM-2's ease factor of a card that never was hard, in hundredths.
const EASE: u16 = 250;

/// The weakest of these cards, at most [`WEAKEST`], the weakest first: those that the checkpoint found wrong, by
/// quality; then those that were wrong, forgotten or hard before and were not asked now, first those whose last
/// review failed. Among equals the one with more lapses, then with the lower ease factor, then the one that was not seen for longest. A card that was
/// right, or that never was hard, is not weak, so the list may be shorter.
#[must_use]
pub fn weakest<T: Copy>(cards: &[(T, Standing)]) -> Vec<(T, Standing)> {
    let weak = |standing: &Standing| match standing.quality {
        Some(quality) => quality < 4,
        None => standing.failed || standing.lapses > 0 || standing.ease < EASE,
    };
    let mut found: Vec<(T, Standing)> =
        cards.iter().filter(|(_, standing)| weak(standing)).copied().collect();
    found.sort_by_key(|(_, standing)| {
        let quality = standing.quality.unwrap_or(u8::MAX);
        (quality, !standing.failed, std::cmp::Reverse(standing.lapses), standing.ease, standing.reviewed_on)
    });
    found.truncate(WEAKEST);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_weakest_are_found_in_order() {
        let standing = |quality, lapses, ease, day| Standing {
            quality,
            failed: false,
            lapses,
            ease,
            reviewed_on: StudyDay(day),
        };
        let cards = [
            ("right now", standing(Some(4), 9, 130, 1)),
            ("never hard", standing(None, 0, 250, 1)),
            ("seen long ago", standing(None, 0, 236, 1)),
            ("seen lately", standing(None, 0, 236, 9)),
            ("wrong", standing(Some(1), 0, 250, 9)),
            ("wrong and forgotten before", standing(Some(1), 2, 250, 9)),
            ("unknown", standing(Some(0), 0, 250, 9)),
            ("forgotten before", standing(None, 1, 250, 9)),
            ("failed last time", Standing { failed: true, ..standing(None, 0, 250, 9) }),
        ];
        let names: Vec<&str> = weakest(&cards).into_iter().map(|(name, _)| name).collect();
        let expected =
            ["unknown", "wrong and forgotten before", "wrong", "failed last time", "forgotten before"];
        assert_eq!(names, expected);
        assert!(weakest(&cards[..2]).is_empty());
        let names: Vec<&str> = weakest(&cards[..4]).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["seen long ago", "seen lately"]);
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        proptest::sample::select(vec![Kind::Choice, Kind::Numeric, Kind::Cloze, Kind::Recall, Kind::Code])
    }

    proptest! {
        #[test]
        fn choice_cards_come_first_and_the_days_take_turns(
            seed in any::<u64>(),
            cards in proptest::collection::vec((kinds(), 1u8..=7), 0..80),
        ) {
            let ids: Vec<CardId> = (0..cards.len()).map(|number| CardId(format!("c{number}"))).collect();
            let week: Vec<Question<'_>> =
                ids.iter().zip(&cards).map(|(card, (kind, day))| Question { card, kind: *kind, day: *day }).collect();
            let chosen = questions(seed, &week);
            let askable = week.iter().filter(|one| one.kind != Kind::Code).count();
            prop_assert_eq!(chosen.len(), askable.min(QUESTIONS));
            prop_assert_eq!(&chosen, &questions(seed, &week.iter().rev().copied().collect::<Vec<_>>()));
            let is_chosen = |one: &&Question<'_>| chosen.contains(one.card);
            let asked = |kind, day| week.iter().filter(|one| one.kind == kind && one.day == day).filter(is_chosen).count();
            for left in week.iter().filter(|one| one.kind != Kind::Code && !is_chosen(one)) {
                for other in week.iter().filter(is_chosen) {
                    prop_assert!(rank(other.kind) <= rank(left.kind), "{other:?} before {left:?}");
                    if other.kind == left.kind {
                        prop_assert!(asked(other.kind, other.day) <= asked(left.kind, left.day) + 1);
                    }
                }
            }
        }
    }
}
