//! Answers to cloze cards.

use std::cmp::Reverse;

use super::number::readings;
use super::spelling::canonical;
use crate::study::card::{Blank, Cloze};

/// Places at which a message is tried to be cut; more are left out.
const MOST_CUTS: usize = 12;

/// What an answer to a cloze card is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClozeVerdict {
    /// Every blank is right.
    Right,
    /// At least one blank is wrong.
    Wrong {
        /// One for each blank, in order.
        blanks: Vec<BlankVerdict>,
    },
    /// Fewer answers than blanks.
    TooFew {
        /// How many blanks the card has.
        wanted: usize,
    },
}

/// What one blank's answer is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankVerdict {
    /// What the learner gave, trimmed.
    pub given: String,
    /// Whether it counts.
    pub right: bool,
    /// Wrong, but likely a slip of the keyboard: one letter in five or more, or two in nine or more.
    pub near: bool,
}

/// Grades the answer to a cloze card. One blank takes the whole message; several take parts of it, between
/// commas, semicolons, slashes, line feeds or the word "and", in the blanks' order. Of several ways to cut it
/// the one with the most right answers counts, so that an answer may hold such a sign itself.
#[must_use]
pub fn cloze(card: &Cloze, text: &str) -> ClozeVerdict {
    let wanted = card.blanks.len();
    let graded = cuttings(text, wanted, &separators(text)).map(|parts| grade(card, &parts));
    let best = graded.min_by_key(|blanks| {
        let right = blanks.iter().filter(|blank| blank.right).count();
        let near = blanks.iter().filter(|blank| blank.near).count();
        Reverse((right, near))
    });
    // Right answers with mere spaces between them are understood as well.
    let spaced = || {
        cuttings(text, wanted, &spaces(text))
            .map(|parts| grade(card, &parts))
            .find(|blanks| all_right(blanks))
    };
    match best.or_else(spaced) {
        None => ClozeVerdict::TooFew { wanted },
        Some(blanks) if all_right(&blanks) => ClozeVerdict::Right,
        Some(blanks) => ClozeVerdict::Wrong { blanks },
    }
}

fn all_right(blanks: &[BlankVerdict]) -> bool {
    blanks.iter().all(|blank| blank.right)
}

fn grade(card: &Cloze, parts: &[&str]) -> Vec<BlankVerdict> {
    let graded = card.blanks.iter().zip(parts).map(|(blank, given)| {
        let right = counts(blank, given);
        BlankVerdict { given: (*given).to_owned(), right, near: !right && is_near(blank, given) }
    });
    graded.collect()
}

fn answers(blank: &Blank) -> impl Iterator<Item = &str> {
    std::iter::once(&blank.answer).chain(&blank.accept).map(String::as_str)
}

fn counts(blank: &Blank, given: &str) -> bool {
    let form = canonical(given);
    answers(blank).any(|answer| canonical(answer) == form || same_number(answer, given))
}

/// Whether both are numbers, and the same: "0.50" is "0.5".
fn same_number(answer: &str, given: &str) -> bool {
    match readings(answer, None).as_slice() {
        [wanted] => readings(given, None).iter().any(|number| (number - wanted).abs() <= 1e-9 * wanted.abs()),
        _ => false,
    }
}

fn is_near(blank: &Blank, given: &str) -> bool {
    let form = canonical(given);
    answers(blank).any(|answer| {
        let answer = canonical(answer);
        let slips = match answer.chars().count() {
            0..5 => 0,
            5..9 => 1,
            _ => 2,
        };
        strsim::osa_distance(&form, &answer) <= slips
    })
}

/// Where a message may be cut: start and end of each separator, the clearest kind first.
fn separators(text: &str) -> Vec<(usize, usize)> {
    let of_kind = |kind: &'static str| text.match_indices(kind).map(|(at, found)| (at, at + found.len()));
    let signs = ["\n", ";", ",", "/"].into_iter().flat_map(of_kind);
    // ASCII lower case keeps the positions.
    let lower = text.to_ascii_lowercase();
    let words = lower.match_indices(" and ").map(|(at, found)| (at, at + found.len()));
    signs.chain(words).take(MOST_CUTS).collect()
}

fn spaces(text: &str) -> Vec<(usize, usize)> {
    text.match_indices(' ').map(|(at, found)| (at, at + found.len())).take(MOST_CUTS).collect()
}

/// Every way to cut a message into so many parts that are not empty.
fn cuttings<'a>(
    text: &'a str,
    parts: usize,
    cuts: &[(usize, usize)],
) -> impl Iterator<Item = Vec<&'a str>> + use<'a> {
    let mut found: Vec<Vec<&'a str>> = Vec::new();
    let mut taken = Vec::new();
    if let Some(more) = parts.checked_sub(1) {
        choose(text, cuts, more, &mut taken, &mut found);
    }
    found.into_iter()
}

/// Takes `more` further cuts out of those that are left, and notes the parts when all are taken.
fn choose<'a>(
    text: &'a str,
    cuts: &[(usize, usize)],
    more: usize,
    taken: &mut Vec<(usize, usize)>,
    found: &mut Vec<Vec<&'a str>>,
) {
    if more == 0 {
        let mut places = taken.clone();
        places.sort_unstable();
        let starts = std::iter::once(0).chain(places.iter().map(|(_, end)| *end));
        let ends = places.iter().map(|(start, _)| *start).chain([text.len()]);
        let parts: Vec<&str> =
            starts.zip(ends).map(|(start, end)| text.get(start..end).unwrap_or_default().trim()).collect();
        if parts.iter().all(|part| !canonical(part).is_empty()) {
            found.push(parts);
        }
        return;
    }
    for (number, cut) in cuts.iter().enumerate() {
        taken.push(*cut);
        choose(text, cuts.get(number + 1..).unwrap_or_default(), more - 1, taken, found);
        taken.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Blanks as `answer|accepted|accepted`.
    fn card(blanks: &[&str]) -> Cloze {
        let blank = |text: &&str| {
            let mut answers = text.split('|').map(str::to_owned);
            Blank { answer: answers.next().unwrap_or_default(), accept: answers.collect(), hint: None }
        };
        Cloze { blanks: blanks.iter().map(blank).collect() }
    }

    #[test]
    fn right_answers() {
        let check = |blanks: &[&str], text: &str| {
            assert_eq!(cloze(&card(blanks), text), ClozeVerdict::Right, "{text} for {blanks:?}");
        };
        check(&["zero|0"], "zero");
        check(&["zero|0"], " Zero. ");
        check(&["zero|0"], "0");
        check(&["zero|0"], "0.0");
        check(&["0.5"], "1/2");
        check(&["0.5"], ",5");
        check(&["bias and variance"], "bias and variance");
        check(&["over-fitting"], "Overfitting");
        check(&["\\beta_1"], "β₁");
        let adam = ["zero|0", "small|low|close to zero"];
        for text in [
            "zero, small",
            "zero; small",
            "zero / small",
            "zero/small",
            "zero\nsmall",
            "zero and small",
            "Zero AND Small",
            "zero, close to zero",
            "0,low",
            "zero small",
            "0 close to zero",
            "zero,\nsmall",
            "`zero`, \"small\".",
        ] {
            check(&adam, text);
        }
        check(&["TCP/IP", "a, b"], "TCP/IP, a, b");
        check(&["recall", "precision and recall"], "recall and precision and recall");
        check(&["a", "b", "c"], "a, b and c");
    }

    #[test]
    fn wrong_answers() {
        let check = |blanks: &[&str], text: &str, expected: &[(&str, bool, bool)]| {
            let blanks_of = |(given, right, near): &(&str, bool, bool)| BlankVerdict {
                given: (*given).to_owned(),
                right: *right,
                near: *near,
            };
            let verdict = ClozeVerdict::Wrong { blanks: expected.iter().map(blanks_of).collect() };
            assert_eq!(cloze(&card(blanks), text), verdict, "{text} for {blanks:?}");
        };
        check(&["zero"], "one", &[("one", false, false)]);
        check(&["zero"], "zeor", &[("zeor", false, false)]);
        check(&["gradient"], " gradeint", &[("gradeint", false, true)]);
        check(&["gradient"], "gradeints", &[("gradeints", false, false)]);
        check(&["regularisation"], "regularizaton", &[("regularizaton", false, true)]);
        check(&["bias"], "bias, variance", &[("bias, variance", false, false)]);
        check(&["zero", "small"], "zero, large", &[("zero", true, false), ("large", false, false)]);
        check(&["zero", "small"], "small, zero", &[("small", false, false), ("zero", false, false)]);
        check(&["zero", "small"], "one, smal", &[("one", false, false), ("smal", false, true)]);
        check(&["-1"], "1", &[("1", false, false)]);
    }

    #[test]
    fn too_few_answers() {
        let check = |blanks: &[&str], text: &str| {
            let wanted = blanks.len();
            assert_eq!(cloze(&card(blanks), text), ClozeVerdict::TooFew { wanted }, "{text}");
        };
        check(&["zero"], "");
        check(&["zero"], " . ");
        check(&["zero", "small"], "zero");
        check(&["zero", "small"], "zero,");
        check(&["zero", "small"], "large number");
        check(&["a", "b", "c"], "a, b");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_graded_without_a_panic(text in "\\PC{0,30}", cuts in "[ab,;/\n İé]{0,40}") {
            let cards = [card(&["zero"]), card(&["zero", "small"]), card(&["a", "b", "c"]), card(&[])];
            for card in cards {
                let _ = cloze(&card, &text);
                let _ = cloze(&card, &cuts);
            }
        }
    }
}
