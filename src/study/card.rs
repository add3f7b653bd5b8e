//! Cards and decks as the learner's study knows them. The file format is the same shape (`decks/README.md`),
//! so these types are read straight from it; `crate::decks` adds the rules that a shape cannot say.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A card's permanent, global name: at most 40 ASCII bytes of `a-z`, `0-9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardId(pub String);

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for CardId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// Text of a card: Markdown with LaTeX, as one string or as lines that are joined with line feeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// The whole text.
    Whole(String),
    /// One line an item, which keeps diffs small.
    Lines(Vec<String>),
}

impl Text {
    /// The text as one string.
    #[must_use]
    pub fn joined(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Lines(lines) => lines.join("\n"),
        }
    }
}

/// A week's cards, as one file `decks/week-NN.json` holds them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deck {
    /// For editors only.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The format's version: 1.
    pub format: u32,
    /// Week of the plan, 1-12.
    pub week: u8,
    /// The week's title.
    pub title: String,
    /// What the learner can do after the week.
    #[serde(default)]
    pub goals: Vec<String>,
    /// The week's seven days.
    pub days: Vec<DeckDay>,
    /// The cards, in the order in which they are learned.
    pub cards: Vec<Card>,
    /// Ids of removed cards, never used again.
    #[serde(default)]
    pub retired: Vec<CardId>,
}

/// One day of a deck.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeckDay {
    /// Day of the week, 1-7.
    pub day: u8,
    /// The day's title.
    pub title: String,
    /// The day's task, where it differs from the plan's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

/// What kind of question a card asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Recall the answer, then grade yourself.
    Recall,
    /// Pick one of several options.
    Choice,
    /// Fill one or two blanks.
    Cloze,
    /// Give a number.
    Numeric,
    /// Write a function that passes tests.
    Code,
}

impl Kind {
    /// The kind's name in deck files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Recall => "recall",
            Self::Choice => "choice",
            Self::Cloze => "cloze",
            Self::Numeric => "numeric",
            Self::Code => "code",
        }
    }
}

/// One question with its answer, explanation and sources.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Permanent name.
    pub id: CardId,
    /// Which of the payloads below is there.
    pub kind: Kind,
    /// Raised only when the meaning of the answer changes: history stays, the card becomes due.
    #[serde(default = "first_revision", skip_serializing_if = "is_first_revision")]
    pub rev: u32,
    /// Day of the week, 1-7.
    pub day: u8,
    /// 1 easy to 3 hard.
    pub difficulty: u8,
    /// One to five tags; the first names the card's concept, and cards of one concept are kept apart.
    pub tags: Vec<String>,
    /// The question.
    pub front: Text,
    /// The answer of a recall card, the explanation of every other kind.
    pub back: Text,
    /// Where to read on.
    pub source: Vec<Source>,
    /// Python expressions that prove the card's numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verify: Vec<String>,
    /// Rubric of a recall card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<Recall>,
    /// Options of a choice card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// Blanks of a cloze card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloze: Option<Cloze>,
    /// Answer of a numeric card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric: Option<Numeric>,
    /// Tests and solutions of a coding prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

fn first_revision() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_first_revision(rev: &u32) -> bool {
    *rev == 1
}

/// Where a card's content comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Paper, book or page.
    pub title: String,
    /// Section, chapter or page.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// An `https` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Rubric for grading one's own recall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// What a full answer names, one to three points.
    pub points: Vec<String>,
}

/// A multiple-choice payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Three to five options, exactly one of them correct.
    pub options: Vec<ChoiceOption>,
    /// Explanation for a native poll: plain text, at most 200 characters.
    pub explain: String,
    /// True for options with a natural order (numbers, sizes); otherwise they are shuffled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep_order: bool,
}

/// One option of a choice card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// Plain text, at most 100 characters.
    pub text: String,
    /// Whether this is the right one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub correct: bool,
    /// Why it is right or wrong.
    pub why: String,
}

/// Blanks to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cloze {
    /// Blank 1 fills `{{1}}` in the front, blank 2 fills `{{2}}`.
    pub blanks: Vec<Blank>,
}

/// One blank of a cloze card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blank {
    /// The answer shown.
    pub answer: String,
    /// Other answers that count as right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// Shown in the blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A number to give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numeric {
    /// The right value.
    pub value: f64,
    /// Absolute tolerance; absent means exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tol: Option<f64>,
    /// Unit, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A coding prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Name of the function or class under test.
    pub entry: String,
    /// About how long it takes.
    pub minutes: u16,
    /// Modules that a solution may import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<String>,
    /// Absolute tolerance for floats in `expect`; absent means 1e-9.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tol: Option<f64>,
    /// What the learner starts from.
    pub starter: Vec<String>,
    /// A solution that passes every test.
    pub solution: Vec<String>,
    /// The tests, four at the least.
    pub tests: Vec<CodeTest>,
    /// Typical wrong solutions, three at the least.
    pub wrong: Vec<Wrong>,
    /// One to three hints, from nudge to near-solution.
    pub hints: Vec<String>,
}

/// One test of a coding prompt: a call with a result, a call with an exception, or assert lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTest {
    /// Short name.
    pub name: String,
    /// Which mistake this case finds.
    pub why: String,
    /// Shown as an example; all others are hidden.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub visible: bool,
    /// Positional arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<serde_json::Value>>,
    /// Keyword arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kwargs: Option<serde_json::Map<String, serde_json::Value>>,
    /// Expected result.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expect: Option<serde_json::Value>,
    /// Tolerance of this test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tol: Option<f64>,
    /// Expected exception class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raises: Option<String>,
    /// Assert lines, for classes, properties and values that JSON cannot hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Vec<String>>,
}

/// Keeps an explicit `null` apart from an absent field: `"expect": null` expects `None`.
fn present<'de, D>(deserializer: D) -> Result<Option<serde_json::Value>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    serde_json::Value::deserialize(deserializer).map(Some)
}

/// A typical wrong solution, as a replacement in the reference solution or in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// What is wrong, for the deck's author.
    pub label: String,
    /// What the learner is told.
    pub say: String,
    /// Text of the solution to replace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<String>,
    /// What replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// The whole wrong solution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Vec<String>>,
}

impl Wrong {
    /// The wrong solution as a whole program, made from the reference solution's lines where it is a replacement.
    #[must_use]
    pub fn source(&self, solution: &[String]) -> String {
        let solution = solution.join("\n");
        match (&self.code, &self.replace, &self.with) {
            (Some(code), _, _) => code.join("\n"),
            (None, Some(replace), Some(with)) => solution.replacen(replace, with, 1),
            _ => solution,
        }
    }
}
