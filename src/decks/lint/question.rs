//! One question a card, short enough, that asks for more than yes or no and less than a talk.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{Findings, words};
use crate::decks::problem::Rule;
use crate::study::card::{Card, Kind};

const FRONT_WORDS: usize = 45;
const RECALL_WORDS: usize = 70;
const RECALL_ITEMS: usize = 4;

const AUXILIARIES: [&str; 22] = [
    "is", "are", "was", "were", "does", "do", "did", "can", "could", "should", "would", "will", "has",
    "have", "had", "may", "might", "must", "isn", "doesn", "don", "aren",
];
const ASKING: [&str; 9] = ["what", "which", "why", "how", "when", "where", "who", "whose", "whom"];

pub(super) fn card(card: &Card, found: &mut Findings<'_>) {
    if card.kind == Kind::Code {
        return;
    }
    let front = card.front.joined();
    let count = words::count(&front);
    if count > FRONT_WORDS {
        found.add(Rule::FrontWords, format!("the front has {count} words, at most {FRONT_WORDS}"));
    }
    let prose = words::prose(&front, false);
    let sentences = sentences(&prose);
    let questions: Vec<&str> = sentences.iter().copied().filter(|sentence| sentence.ends_with('?')).collect();
    if questions.len() > 1 {
        found.add(Rule::OneQuestion, format!("the front asks {} questions", questions.len()));
    }
    if let Some(question) = questions.iter().find(|question| is_yes_no(question)) {
        found.add(Rule::YesNo, format!("\"{question}\" can be answered with yes or no"));
    }
    if let Some(choice) = &card.choice {
        let yes_no = |text: &str| matches!(words::all(text).first().map(String::as_str), Some("yes" | "no"));
        if choice.options.iter().filter(|option| yes_no(&option.text)).count() >= 2 {
            found.add(Rule::YesNo, "the options answer with yes and no");
        }
    }
    if let Some(sentence) = sentences.iter().find(|sentence| is_open(sentence)) {
        found.add(Rule::OpenAsk, format!("\"{sentence}\" asks for a list or a talk"));
    }
    if card.kind == Kind::Recall {
        recall(&card.back.joined(), found);
    }
}

fn recall(back: &str, found: &mut Findings<'_>) {
    let count = words::count(back);
    if count > RECALL_WORDS {
        found.add(Rule::RecallWords, format!("the answer has {count} words, at most {RECALL_WORDS}"));
    }
    let items = Parser::new_ext(back, Options::ENABLE_MATH)
        .filter(|event| matches!(event, Event::Start(Tag::Item)))
        .count();
    if items > RECALL_ITEMS {
        found.add(Rule::RecallItems, format!("the answer has {items} list items, at most {RECALL_ITEMS}"));
    }
}

/// Sentences with their end mark. A point inside a number, a name or an abbreviation ends none.
fn sentences(prose: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = prose.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '?' | '!' | '.' => next.is_none_or(char::is_whitespace),
            '\n' => true,
            _ => false,
        };
        if ends {
            let end = at + c.len_utf8();
            out.extend(prose.get(start..end).map(str::trim).filter(|sentence| !sentence.is_empty()));
            start = end;
        }
    }
    out.extend(prose.get(start..).map(str::trim).filter(|sentence| !sentence.is_empty()));
    out
}

/// A question that begins with an auxiliary verb, or asks with one after a comma or colon and has no question
/// word from there on: "If the data is skewed, is accuracy a good metric?"
fn is_yes_no(question: &str) -> bool {
    let clauses: Vec<&str> = question.split([',', ':', ';', '—', '–']).collect();
    clauses.iter().enumerate().any(|(index, clause)| {
        let words = words::all(clause);
        let rest = clauses.iter().skip(index).flat_map(|clause| words::all(clause));
        let starts = words.first().is_some_and(|first| AUXILIARIES.contains(&first.as_str()));
        let asked_before = clauses.iter().take(index).any(|clause| {
            words::all(clause).first().is_some_and(|word| ASKING.contains(&word.as_str()) && word != "when")
        });
        starts
            && !asked_before
            && (index == 0 || !rest.into_iter().any(|word| ASKING.contains(&word.as_str())))
    })
}

fn is_open(sentence: &str) -> bool {
    let words = words::all(sentence);
    let text = format!(" {} ", words.join(" "));
    let talk = [
        " tell me about ",
        " tell us about ",
        " talk about ",
        " everything you know ",
        " describe everything ",
    ];
    if talk.iter().any(|phrase| text.contains(phrase)) {
        return true;
    }
    let asks = ["list", "enumerate"];
    let counts = "all|the|some|two|three|four|five|six|seven|at|as|every|its|their|common|main|typical|several|your|possible|2|3|4|5|6|7";
    asks.iter().any(|ask| {
        words.windows(2).enumerate().any(|(at, pair)| {
            let [first, second] = pair else { return false };
            let begins = at == 0
                || words
                    .get(at - 1)
                    .is_some_and(|before| matches!(before.as_str(), "please" | "you" | "then" | "and"));
            first == ask && begins && counts.split('|').any(|count| count == second)
        })
    }) || text.starts_with(" name all ")
        || text.starts_with(" name as many ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_no_questions_are_told_from_others() {
        for (question, expected) in [
            ("Is accuracy a good metric here?", true),
            ("If classes are skewed, is accuracy a good metric?", true),
            ("Does PCA need centred data?", true),
            ("Why is accuracy a bad metric here?", false),
            ("When the data is skewed, what does accuracy hide?", false),
            ("When labels are noisy, does boosting suffer?", true),
            ("Which of mean, is it said, or median resists outliers?", false),
            ("After fitting, how do you choose k?", false),
            ("In a tree, what is an impurity?", false),
        ] {
            assert_eq!(is_yes_no(question), expected, "{question}");
        }
    }

    #[test]
    fn lists_and_talks_are_told_from_others() {
        for (sentence, expected) in [
            ("List the steps of PCA.", true),
            ("Tell me about transformers.", true),
            ("Enumerate all assumptions.", true),
            ("Explain PCA and list its steps.", true),
            ("List comprehension or generator: which holds all items in memory?", false),
            ("Python's list the caller passed is changed.", false),
            ("Name the two terms of the loss.", false),
        ] {
            assert_eq!(is_open(sentence), expected, "{sentence}");
        }
    }

    #[test]
    fn sentences_end_at_a_mark_before_a_blank() {
        assert_eq!(
            sentences("Take 0.5 of x. What is e.g. y? Done"),
            ["Take 0.5 of x.", "What is e.g.", "y?", "Done"]
        );
    }
}
