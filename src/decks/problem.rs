//! What is wrong with a deck: one value a finding, with the file, the card and a stable rule name.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::study::card::CardId;

macro_rules! rules {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// What a deck must keep to. The names are stable: they stand in reports, tests and commit messages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Rule {
            /// Every rule, in the order of `decks/README.md`.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant,)*];

            /// The rule's name in kebab case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)* }
            }

            /// What the rule wants, in one sentence.
            #[must_use]
            pub fn wants(self) -> &'static str {
                match self { $(Rule::$variant => concat!($($doc),*).trim_ascii(),)* }
            }
        }
    };
}

rules! {
    /// A file of the plan or of a week is there and readable.
    File = "file",
    /// The file is JSON of the documented shape, without unknown, missing or doubled fields.
    Json = "json",
    /// `format` is 1.
    Format = "format",
    /// The plan has weeks 1-12 of days 1-7, each with title, task and goals.
    PlanShape = "plan-shape",
    /// The week number is that of the file name.
    Week = "week",
    /// A deck names days 1-7 once each, in order.
    Days = "days",
    /// The deck's title and day titles are the plan's.
    PlanTitle = "plan-title",
    /// An id is `a-z0-9` words joined by `-`, at most 40 bytes, without week or day; `code-…` for code cards and for no others.
    Id = "id",
    /// Every id is used once in all decks.
    IdUnique = "id-unique",
    /// A retired id is never used again, and is listed once.
    IdRetired = "id-retired",
    /// Numbers and counts of a card are within the schema's bounds.
    Range = "range",
    /// Every text has the schema's shortest length at least, and more than blanks.
    Empty = "empty",
    /// A list item holds one line.
    LineFeed = "line-feed",
    /// One to five tags in kebab case, none twice.
    Tags = "tags",
    /// Every tag stands in `decks/tags.json`.
    TagUnknown = "tag-unknown",
    /// One to three sources, addresses with `https://`.
    Source = "source",
    /// A card has the payload of its kind and no other.
    Payload = "payload",
    /// Three to five options.
    OptionCount = "option-count",
    /// Exactly one option is correct.
    OneCorrect = "one-correct",
    /// Blank n of one or two fills `{{n}}`, which stands in the front once; other kinds have none.
    Blanks = "blanks",
    /// A numeric card has `verify`.
    VerifyMissing = "verify-missing",
    /// A test has `args` with `expect` or `raises`, or `code`, and nothing that contradicts it.
    TestShape = "test-shape",
    /// 4-20 tests with different names, one visible and three hidden at the least.
    TestCount = "test-count",
    /// Three wrong solutions at least, each `replace` + `with` or `code`; `replace` occurs once in the solution.
    WrongShape = "wrong-shape",
    /// `imports` lists only math, random, collections.
    Imports = "imports",

    /// Text is in Unicode normal form C.
    Nfc = "nfc",
    /// No invisible, control or no-break characters.
    Invisible = "invisible",
    /// Markdown marks, `$` and braces are balanced, so that no mark is left on the screen.
    Markdown = "markdown",
    /// Every formula parses and has a readable form.
    Formula = "formula",
    /// Option, poll explanation, blank and test texts are plain: one line, no `$`, no backtick, no bold.
    Plain = "plain",
    /// Front ≤ 300 UTF-16 units, of a code card ≤ 1500.
    FrontLength = "front-length",
    /// Back ≤ 900 UTF-16 units.
    BackLength = "back-length",
    /// Front, back and what is shown with them ≤ 3500 UTF-16 units together.
    TotalLength = "total-length",
    /// Option ≤ 100 UTF-16 units.
    OptionLength = "option-length",
    /// Poll explanation ≤ 200 UTF-16 units.
    ExplainLength = "explain-length",
    /// Every other text is within the schema's maxLength.
    FieldLength = "field-length",

    /// No "all / none / both of the above" among the options.
    OptionAbove = "option-above",
    /// The correct option is at most 1.25 times the longest other.
    OptionTooLong = "option-too-long",
    /// The correct option is at least 0.6 times the shortest other.
    OptionTooShort = "option-too-short",
    /// Options differ after normalisation.
    OptionSame = "option-same",
    /// The correct option is the longest in at most 40 % of a deck's choice cards.
    OptionLongestShare = "option-longest-share",
    /// No position holds the correct option in more than 45 % of a deck's choice cards.
    OptionPositionShare = "option-position-share",
    /// No word of the question stands in the correct option only.
    LeakOption = "leak-option",
    /// No answer of a cloze card stands elsewhere in its front.
    LeakCloze = "leak-cloze",

    /// A front asks one question.
    OneQuestion = "one-question",
    /// A front is no yes/no question.
    YesNo = "yes-no",
    /// A front asks for no list and for no talk about a subject.
    OpenAsk = "open-ask",
    /// A front has at most 45 words (not code).
    FrontWords = "front-words",
    /// A recall answer has at most 70 words.
    RecallWords = "recall-words",
    /// A recall answer has at most 4 list items.
    RecallItems = "recall-items",
    /// No two fronts ask nearly the same.
    NearDuplicate = "near-duplicate",

    /// A computed number in the explanation stands in a `verify`.
    ClaimUnproved = "claim-unproved",
    /// Every `verify` is true.
    VerifyFalse = "verify-false",
    /// A `verify` is false for a shifted number.
    VerifyWeak = "verify-weak",

    /// The reference solution loads and passes all tests twice.
    Reference = "reference",
    /// The starter loads and fails.
    Starter = "starter",
    /// A wrong solution loads.
    WrongLoads = "wrong-loads",
    /// A wrong solution differs from the reference and from the others.
    WrongSame = "wrong-same",
    /// A wrong solution fails a test.
    WrongPasses = "wrong-passes",
    /// Code imports only what the card lists; tests only math, random, collections.
    CodeImport = "code-import",
    /// Code does not use `input`, `open`, `eval` or their like.
    CodeForbidden = "code-forbidden",
    /// 90 % of the week's mutants are killed.
    Mutants = "mutants",
    /// Python answers as the checker expects.
    Python = "python",

    /// Every day has five cards.
    DayCards = "day-cards",
    /// Every day has two kinds of cards.
    DayKinds = "day-kinds",
    /// Every week has seven coding prompts.
    WeekCode = "week-code",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// File name, such as `week-03.json`.
    pub file: String,
    /// The card, where the finding is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<CardId>,
    /// What was broken.
    pub rule: Rule,
    /// How, in a sentence for the deck's author.
    pub message: String,
    /// Line in the file, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column in the line, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl Problem {
    /// A finding about a whole file.
    pub fn in_file(file: &str, rule: Rule, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), card: None, rule, message: message.into(), line: None, column: None }
    }

    /// A finding about one card.
    pub fn in_card(file: &str, card: &CardId, rule: Rule, message: impl Into<String>) -> Self {
        Self { card: Some(card.clone()), ..Self::in_file(file, rule, message) }
    }

    /// The same finding at a line and column.
    #[must_use]
    pub fn at(mut self, line: usize, column: Option<usize>) -> Self {
        self.line = Some(line);
        self.column = column;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        if let Some(card) = &self.card {
            write!(f, ": card {card}")?;
        }
        write!(f, ": rule {}: {}", self.rule, self.message)
    }
}

impl std::error::Error for Problem {}

/// Findings about one card.
pub(super) struct Findings<'a> {
    pub(super) file: &'a str,
    pub(super) card: &'a CardId,
    pub(super) out: &'a mut Vec<Problem>,
}

impl Findings<'_> {
    /// Adds one.
    pub(super) fn add(&mut self, rule: Rule, message: impl Into<String>) {
        self.out.push(Problem::in_card(self.file, self.card, rule, message));
    }

    /// Adds one unless `found` lies between the bounds.
    pub(super) fn count(&mut self, rule: Rule, what: &str, found: usize, least: usize, most: usize) {
        if found < least || found > most {
            self.add(rule, format!("{what}: {found}, must be {least} to {most}"));
        }
    }
}
