//! Reads the files into values. A card that does not fit its type does not hide the others: each is read on
//! its own, so that all problems come at once, with line and column.

use std::collections::HashMap;
use std::ops::Range;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use super::files::{Files, PLAN, TAGS, week_file};
use super::problem::{Problem, Rule};
use crate::study::card::{Card, CardId, Deck, DeckDay};
use crate::study::plan::{Plan, WEEKS};

/// A file's value as far as it could be read, and what was wrong.
pub(super) struct Parsed<T> {
    pub value: Option<T>,
    pub problems: Vec<Problem>,
}

/// A week's file.
pub(super) struct WeekFile {
    pub week: u8,
    pub file: String,
    pub parsed: Parsed<Deck>,
    /// Where each card starts.
    pub lines: HashMap<CardId, usize>,
}

/// All files.
pub(super) struct Everything {
    pub plan: Parsed<Plan>,
    pub tags: Parsed<Tags>,
    pub weeks: Vec<WeekFile>,
}

impl Everything {
    /// What was wrong in reading.
    pub fn problems(&self) -> Vec<Problem> {
        let weeks = self.weeks.iter().flat_map(|week| &week.parsed.problems);
        self.plan.problems.iter().chain(&self.tags.problems).chain(weeks).cloned().collect()
    }

    /// The decks that could be read, with their files.
    pub fn decks(&self) -> impl Iterator<Item = (&WeekFile, &Deck)> {
        self.weeks.iter().filter_map(|week| Some((week, week.parsed.value.as_ref()?)))
    }
}

/// The one list of tags.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tags {
    /// The tags, grouped by subject.
    pub tags: Vec<Tag>,
}

/// A tag and what a learner reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The tag in kebab case.
    pub tag: String,
    /// Its title.
    pub title: String,
}

impl Tags {
    /// A tag's title.
    #[must_use]
    pub fn title(&self, tag: &str) -> Option<&str> {
        self.tags.iter().find(|candidate| candidate.tag == tag).map(|found| found.title.as_str())
    }
}

/// Reads the plan, the tags and all weeks.
pub(super) fn all(files: &Files) -> Everything {
    some(files, 1..=WEEKS)
}

/// Reads the plan, the tags and some weeks.
pub(super) fn some(files: &Files, weeks: impl Iterator<Item = u8>) -> Everything {
    Everything {
        plan: value(files, PLAN),
        tags: value(files, TAGS),
        weeks: weeks.map(|number| week(files, number)).collect(),
    }
}

fn value<T: DeserializeOwned>(files: &Files, file: &str) -> Parsed<T> {
    match files.text(file) {
        Err(reason) => missing(file, reason),
        Ok(text) => match serde_json::from_str(text) {
            Ok(value) => Parsed { value: Some(value), problems: Vec::new() },
            Err(error) => Parsed { value: None, problems: vec![json(file, &error)] },
        },
    }
}

fn missing<T>(file: &str, reason: &str) -> Parsed<T> {
    let problem = Problem::in_file(file, Rule::File, format!("cannot be read: {reason}"));
    Parsed { value: None, problems: vec![problem] }
}

fn week(files: &Files, week: u8) -> WeekFile {
    let file = week_file(week);
    let (parsed, lines) = match files.text(&file) {
        Err(reason) => (missing(&file, reason), HashMap::new()),
        Ok(text) => deck(&file, text),
    };
    WeekFile { week, file, parsed, lines }
}

/// A deck without its cards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Frame {
    #[serde(rename = "$schema", default)]
    schema: Option<String>,
    format: u32,
    week: u8,
    title: String,
    #[serde(default)]
    goals: Vec<String>,
    days: Vec<DeckDay>,
    #[allow(dead_code, reason = "names the field, so that it is neither unknown nor missing")]
    cards: IgnoredAny,
    #[serde(default)]
    retired: Vec<CardId>,
}

/// Just a card's name.
#[derive(Deserialize)]
struct Named {
    id: CardId,
}

fn deck(file: &str, text: &str) -> (Parsed<Deck>, HashMap<CardId, usize>) {
    let mut problems = Vec::new();
    let mut lines = HashMap::new();
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return (Parsed { value: None, problems: vec![json(file, &error)] }, lines);
    }
    let mut cards = Vec::new();
    for span in card_spans(text) {
        let source = text.get(span.clone()).unwrap_or_default();
        let line = line_of(text, span.start);
        let name = serde_json::from_str::<Named>(source).ok().map(|named| named.id);
        if let Some(name) = &name {
            lines.entry(name.clone()).or_insert(line);
        }
        match serde_json::from_str::<Card>(source) {
            Ok(card) => cards.push(card),
            Err(error) => {
                let mut problem = json(file, &error);
                if problem.line == Some(1) {
                    // The slice starts at the card's brace; what stands before it on its line counts too.
                    let indent = span.start
                        - text.get(..span.start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
                    problem.column = problem.column.map(|column| column + indent);
                }
                problem.line = problem.line.map(|inner| inner + line - 1);
                problem.card = name;
                problems.push(problem);
            }
        }
    }
    let value = match serde_json::from_str::<Frame>(text) {
        Err(error) => {
            problems.push(json(file, &error));
            None
        }
        Ok(frame) => Some(Deck {
            schema: frame.schema,
            format: frame.format,
            week: frame.week,
            title: frame.title,
            goals: frame.goals,
            days: frame.days,
            cards,
            retired: frame.retired,
        }),
    };
    if problems.is_empty()
        && let Err(error) = serde_json::from_str::<Deck>(text)
    {
        // Reached when `cards` is no list of objects, which the spans do not see.
        problems.push(json(file, &error));
    }
    (Parsed { value, problems }, lines)
}

/// serde's own message without its "at line … column …", which the problem carries as numbers.
fn json(file: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    let problem = Problem::in_file(file, Rule::Json, message);
    if error.line() == 0 { problem } else { problem.at(error.line(), Some(error.column())) }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Where the objects of the top-level list `cards` stand. The text is known to be JSON.
fn card_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let (mut depth, mut start, mut in_cards) = (0_usize, 0, false);
    let mut string_start = None;
    let mut last_string = "";
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(from) = string_start {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    last_string = text.get(from..at).unwrap_or_default();
                    string_start = None;
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => string_start = Some(at + 1),
            b'{' | b'[' => {
                if depth == 1 {
                    in_cards = byte == b'[' && last_string == "cards";
                } else if depth == 2 {
                    start = at;
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 2 && in_cards && byte == b'}' {
                    spans.push(start..at + 1);
                }
            }
            _ => {}
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_spans_are_the_objects_of_the_list_only() {
        let text =
            r#"{"days":[{"day":1}],"note":"[{\"cards\"","cards":[{"id":"a","b":{"c":[1]}},{"id":"}"}]}"#;
        let found: Vec<&str> = card_spans(text).into_iter().map(|span| &text[span]).collect();
        assert_eq!(found, [r#"{"id":"a","b":{"c":[1]}}"#, r#"{"id":"}"}"#]);
    }

    #[test]
    fn cards_that_are_no_list_are_a_problem() {
        for cards in ["{}", "3", "[1]", "\"x\""] {
            let text = format!(r#"{{"format":1,"week":1,"title":"T","days":[],"cards":{cards}}}"#);
            let (parsed, _) = deck("week-01.json", &text);
            assert_eq!(parsed.problems.len(), 1, "{cards}");
        }
    }
}
