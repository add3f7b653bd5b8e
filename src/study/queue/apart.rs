//! Keeping cards of one concept apart.
//!
//! The blocks (due, new, drill) stay in their order; cards move within their block only. Going from front to
//! back, each place takes the first waiting card that keeps the number of equal neighbours at its minimum, so
//! the order is changed as late and as little as possible, and neighbours are equal only where no order of
//! the blocks avoids it.
//!
//! The minimum needs no search. Let a block hold n cards, k of them of concept c, and let it stand between a
//! card of concept `before` and a block that must start with concept `after`. The n - k others make at most
//! n - k + 1 separate places for concept c, so at least 2k - n - 1 neighbours are equal, one more for each end
//! at which c itself stands. The largest such number over all concepts can be reached.

use std::collections::HashMap;

use super::Candidate;

/// Reorders each block so that as few neighbours as possible share a concept, across the borders too.
pub(super) fn arrange<const N: usize>(blocks: [Vec<Candidate<'_>>; N]) -> [Vec<Candidate<'_>>; N] {
    let mut names = HashMap::new();
    let mut concepts = 0;
    let numbered = blocks.map(|cards| {
        let numbered = cards.into_iter().map(|one| (one, number_of(one, &mut names, &mut concepts)));
        numbered.collect::<Vec<_>>()
    });

    let mut counts =
        numbered.each_ref().map(|cards| Counts::new(cards.iter().map(|(_, concept)| *concept), concepts));
    let mut after = [None; N];
    let mut opening = None;
    for (after, counts) in after.iter_mut().zip(&counts).rev() {
        *after = opening;
        opening = counts.opening(opening);
    }

    let mut before = None;
    let mut arranged = numbered.into_iter().zip(&mut counts).zip(after);
    std::array::from_fn(|_| {
        arranged
            .next()
            .map(|((cards, counts), after)| arrange_block(cards, counts, &mut before, after))
            .unwrap_or_default()
    })
}

/// Numbers concepts from 0; a card without one is a concept of its own.
fn number_of<'a>(one: Candidate<'a>, names: &mut HashMap<&'a str, usize>, concepts: &mut usize) -> usize {
    let next = *concepts;
    let number = if one.concept.is_empty() { next } else { *names.entry(one.concept).or_insert(next) };
    *concepts = next.max(number + 1);
    number
}

fn arrange_block<'a>(
    mut waiting: Vec<(Candidate<'a>, usize)>,
    counts: &mut Counts,
    before: &mut Option<usize>,
    after: Option<usize>,
) -> Vec<Candidate<'a>> {
    let mut arranged = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let least = counts.equal_neighbours(*before, after);
        let keeps_least = |&(_, concept): &(Candidate<'_>, usize)| {
            counts.take(concept);
            let here = usize::from(*before == Some(concept));
            let keeps = here + counts.equal_neighbours(Some(concept), after) == least;
            if !keeps {
                counts.put_back(concept);
            }
            keeps
        };
        // The minimum can always be kept; should that be wrong, the order stays as it is.
        let (card, concept) = match waiting.iter().position(keeps_least) {
            Some(place) => waiting.remove(place),
            None => {
                let first = waiting.remove(0);
                counts.take(first.1);
                first
            }
        };
        arranged.push(card);
        *before = Some(concept);
    }
    arranged
}

/// How many cards of each concept a block still holds.
struct Counts {
    total: usize,
    /// Cards of each concept.
    of: Vec<usize>,
    /// How many concepts have 0, 1, 2, … cards.
    having: Vec<usize>,
    /// The most cards that a concept has.
    most: usize,
}

impl Counts {
    fn new(cards: impl Iterator<Item = usize>, concepts: usize) -> Self {
        let mut counts = Self { total: 0, of: vec![0; concepts], having: vec![concepts], most: 0 };
        cards.for_each(|concept| counts.put_back(concept));
        counts
    }

    fn put_back(&mut self, concept: usize) {
        let number = self.of[concept];
        self.of[concept] = number + 1;
        self.having[number] -= 1;
        if self.having.len() == number + 1 {
            self.having.push(0);
        }
        self.having[number + 1] += 1;
        self.most = self.most.max(number + 1);
        self.total += 1;
    }

    fn take(&mut self, concept: usize) {
        let number = self.of[concept];
        self.of[concept] = number - 1;
        self.having[number] -= 1;
        self.having[number - 1] += 1;
        if self.having[self.most] == 0 {
            self.most -= 1;
        }
        self.total -= 1;
    }

    /// The least number of equal neighbours in an order of these cards between `before` and `after`.
    fn equal_neighbours(&self, before: Option<usize>, after: Option<usize>) -> usize {
        let ends = [before, after].into_iter().flatten();
        let at_ends = |concept| [before, after].iter().filter(|end| **end == Some(concept)).count();
        let of_ends = ends.map(|concept| 2 * self.of[concept] + at_ends(concept));
        of_ends.chain([2 * self.most]).max().unwrap_or(0).saturating_sub(self.total + 1)
    }

    /// The concept, if there is one, that should not stand just before the block: it must start with it. An
    /// empty block passes on what stands after it.
    fn opening(&self, after: Option<usize>) -> Option<usize> {
        let least = self.equal_neighbours(None, after);
        let costs_more = |concept: &usize| self.equal_neighbours(Some(*concept), after) > least;
        (0..self.of.len()).find(costs_more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::card::CardId;
    use proptest::prelude::*;

    fn arranged(blocks: [&str; 3]) -> [String; 3] {
        let ids: [Vec<CardId>; 3] =
            blocks.map(|block| (0..block.len()).map(|number| CardId(number.to_string())).collect());
        let named: [Vec<String>; 3] = blocks.map(|block| block.chars().map(|one| one.to_string()).collect());
        let candidates = std::array::from_fn(|block| {
            let pairs = ids[block].iter().zip(&named[block]);
            pairs.map(|(card, concept)| Candidate { card, concept }).collect::<Vec<_>>()
        });
        arrange(candidates).map(|cards| cards.iter().map(|one| one.concept).collect())
    }

    #[test]
    fn orders_by_name() {
        let check =
            |name: &str, blocks, expected: [&str; 3]| assert_eq!(arranged(blocks), expected, "{name}");
        check("nothing to do", ["abc", "abc", "a"], ["abc", "abc", "a"]);
        check("one step back", ["aabc", "", ""], ["abac", "", ""]);
        check("as late as possible", ["abcc", "", ""], ["acbc", "", ""]);
        check("the majority opens", ["baa", "", ""], ["aba", "", ""]);
        check("across the border", ["ab", "bc", ""], ["ab", "cb", ""]);
        check("the due card gives way to the only new one", ["ab", "b", ""], ["ba", "b", ""]);
        check("across an empty block", ["ab", "", "b"], ["ba", "", "b"]);
        check("unavoidable", ["aaa", "", ""], ["aaa", "", ""]);
        check("unavoidable, as few as possible", ["aaab", "c", ""], ["aaba", "c", ""]);
    }

    #[test]
    fn cards_without_a_concept_are_neighbours_of_anything() {
        let (one, two) = (CardId::from("one"), CardId::from("two"));
        let cards = [&one, &two].map(|card| Candidate { card, concept: "" });
        let [arranged] = arrange([cards.to_vec()]);
        assert_eq!(arranged.iter().map(|card| card.card).collect::<Vec<_>>(), [&one, &two]);
    }

    fn equal(order: &[char]) -> usize {
        order.windows(2).filter(|pair| pair.first() == pair.last()).count()
    }

    fn orders(cards: &[char]) -> Vec<Vec<char>> {
        let Some((first, rest)) = cards.split_first() else { return vec![vec![]] };
        let shorter = orders(rest);
        let with_first_at = |place: usize| {
            shorter.iter().map(move |order| {
                let mut order = order.clone();
                order.insert(place, *first);
                order
            })
        };
        (0..cards.len()).flat_map(with_first_at).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

        #[test]
        fn no_order_has_fewer_equal_neighbours(due in "[a-d]{0,5}", new in "[a-c]{0,4}", drill in "[ab]{0,3}") {
            let chars = |text: &str| text.chars().collect::<Vec<char>>();
            let (mut least, drills, news) = (usize::MAX, orders(&chars(&drill)), orders(&chars(&new)));
            for due in orders(&chars(&due)) {
                for new in &news {
                    for drill in &drills {
                        least = least.min(equal(&[due.as_slice(), new, drill].concat()));
                    }
                }
            }
            let result = arranged([&due, &new, &drill]);
            prop_assert_eq!(equal(&chars(&result.concat())), least, "{:?}", result);
            for (before, after) in [due, new, drill].iter().zip(&result) {
                let (mut before, mut after) = (chars(before), chars(after));
                before.sort_unstable();
                after.sort_unstable();
                prop_assert_eq!(before, after);
            }
        }
    }
}
