//! Options that give the answer away.

use unicode_normalization::UnicodeNormalization;

use super::{Findings, words};
use crate::decks::fields::utf16;
use crate::decks::problem::{Problem, Rule};
use crate::study::card::{Card, Choice, ChoiceOption, Deck};

/// Below this many choice cards a share over the deck says nothing.
const ENOUGH: usize = 3;

pub(super) fn card(card: &Card, choice: &Choice, found: &mut Findings<'_>) {
    for option in choice.options.iter().filter(|option| is_above(&option.text)) {
        found.add(Rule::OptionAbove, format!("option \"{}\"", option.text));
    }
    for (index, option) in choice.options.iter().enumerate() {
        if choice.options.iter().take(index).any(|other| normal(&other.text) == normal(&option.text)) {
            found.add(Rule::OptionSame, format!("option \"{}\" stands there twice", option.text));
        }
    }
    let Some((correct, others)) = split(choice) else { return };
    lengths(correct, &others, found);
    leak(card, correct, &others, found);
}

fn split(choice: &Choice) -> Option<(&ChoiceOption, Vec<&ChoiceOption>)> {
    let correct = choice.options.iter().find(|option| option.correct)?;
    let others: Vec<_> = choice.options.iter().filter(|option| !option.correct).collect();
    (!others.is_empty()).then_some((correct, others))
}

fn is_above(text: &str) -> bool {
    let words = words::all(text).join(" ");
    let opening = ["all of", "none of", "both of", "neither of", "any of"];
    let refers = ["the above", "these", "them", "those", "the options", "the answers", "the others"];
    let pairs = ["both a and b", "a and b", "a and c", "b and c", "a or b", "neither a nor b"];
    opening.iter().any(|start| {
        refers
            .iter()
            .any(|end| words == format!("{start} {end}") || words.starts_with(&format!("{start} the above")))
    }) || words == "none"
        || words == "all"
        || words == "both"
        || words == "neither"
        || pairs.contains(&words.as_str())
}

/// Case, blanks, articles and punctuation do not make a difference between options; signs of numbers do.
fn normal(text: &str) -> String {
    let folded: String = text.nfkc().collect::<String>().to_lowercase();
    folded
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'')))
        .filter(|word| !matches!(*word, "a" | "an" | "the" | ""))
        .collect::<Vec<_>>()
        .join(" ")
}

fn lengths(correct: &ChoiceOption, others: &[&ChoiceOption], found: &mut Findings<'_>) {
    let length = utf16(&correct.text);
    let longest = others.iter().map(|option| utf16(&option.text)).max().unwrap_or_default();
    let shortest = others.iter().map(|option| utf16(&option.text)).min().unwrap_or_default();
    // Whole numbers: 1.25 = 5/4, 0.6 = 3/5.
    if length * 4 > longest * 5 {
        let message = format!(
            "the correct option has {length} characters, the longest other {longest}: at most 1.25 times"
        );
        found.add(Rule::OptionTooLong, message);
    }
    if length * 5 < shortest * 3 {
        let message = format!(
            "the correct option has {length} characters, the shortest other {shortest}: at least 0.6 times"
        );
        found.add(Rule::OptionTooShort, message);
    }
}

fn leak(card: &Card, correct: &ChoiceOption, others: &[&ChoiceOption], found: &mut Findings<'_>) {
    let question = words::content(&words::prose(&card.front.joined(), false));
    let elsewhere: Vec<String> = others.iter().flat_map(|option| words::content(&option.text)).collect();
    let mut told = Vec::new();
    for word in words::content(&correct.text) {
        if question.contains(&word) && !elsewhere.contains(&word) && !told.contains(&word) {
            found.add(
                Rule::LeakOption,
                format!("\"{word}\" of the question stands in the correct option only"),
            );
            told.push(word);
        }
    }
}

/// An answer of a cloze card that stands elsewhere in its front, as whole words and in any case. Answers of one
/// or two characters (`0`, `-1`, `w`) are too common to be a leak.
pub(super) fn cloze(card: &Card, found: &mut Findings<'_>) {
    let Some(cloze) = &card.cloze else { return };
    let front = words::prose(&card.front.joined().replace("{{1}}", " ∎ ").replace("{{2}}", " ∎ "), true);
    let front = format!(" {} ", words::all(&front).join(" "));
    for blank in &cloze.blanks {
        for answer in std::iter::once(&blank.answer).chain(&blank.accept) {
            let words = words::all(answer).join(" ");
            if words.chars().count() >= 3 && front.contains(&format!(" {words} ")) {
                found.add(Rule::LeakCloze, format!("the answer \"{answer}\" stands elsewhere in the front"));
            }
        }
    }
}

/// Shares over a deck: a learner must not win by taking the longest option or always the second.
pub(super) fn shares(file: &str, deck: &Deck, out: &mut Vec<Problem>) {
    let choices: Vec<&Choice> = deck.cards.iter().filter_map(|card| card.choice.as_ref()).collect();
    let total = choices.len();
    if total < ENOUGH {
        return;
    }
    let longest = choices.iter().filter(|choice| longest_is_correct(choice)).count();
    if longest * 100 > total * 40 {
        let message =
            format!("the correct option is the longest in {longest} of {total} choice cards, at most 40 %");
        out.push(Problem::in_file(file, Rule::OptionLongestShare, message));
    }
    for position in 0..5 {
        let here = |choice: &&&Choice| choice.options.get(position).is_some_and(|option| option.correct);
        let count = choices.iter().filter(here).count();
        if count * 100 > total * 45 {
            let message = format!(
                "option {} is correct in {count} of {total} choice cards, at most 45 %",
                position + 1
            );
            out.push(Problem::in_file(file, Rule::OptionPositionShare, message));
        }
    }
}

/// Longer than every other; a tie tells nothing.
fn longest_is_correct(choice: &Choice) -> bool {
    split(choice)
        .is_some_and(|(correct, others)| others.iter().all(|other| utf16(&correct.text) > utf16(&other.text)))
}
