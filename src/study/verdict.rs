//! What the judge says about a submission.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::mend::{Mending, Refusal};

/// The judge's answer. Texts are plain and as long as they are; the caller shortens them for a screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What came of it.
    pub outcome: Outcome,
    /// Tests passed.
    pub passed: usize,
    /// Tests of the prompt.
    pub total: usize,
    /// Wall time in the sandbox, loading of the program included.
    pub time: Duration,
    /// The program that was run, after mending; line numbers count in it.
    pub source: String,
    /// What was mended, for telling the learner.
    pub mended: Vec<Mending>,
}

impl Verdict {
    /// Whether the tests were run at all: what is no program, or not the one asked for, is no attempt.
    #[must_use]
    pub fn was_run(&self) -> bool {
        matches!(self.outcome, Outcome::Passed | Outcome::Failed(_))
    }

    /// How near it came to passing, to compare verdicts on programs that the same messages may mean. Of programs that
    /// could not be run, one that is Python is the nearest, then one that at least names what the prompt asks for.
    #[must_use]
    pub fn rank(&self, entry: &str) -> (bool, usize, u8) {
        let names = ["def ", "class "].iter().any(|word| self.source.contains(&format!("{word}{entry}")));
        let sense = match self.outcome {
            Outcome::Passed | Outcome::Failed(_) | Outcome::Missing { .. } | Outcome::Broke { .. } => 2,
            Outcome::Syntax { .. } => u8::from(names),
            Outcome::Refused(_) => 0,
        };
        (self.was_run(), self.passed, sense)
    }

    /// Whether every test passed.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        self.outcome == Outcome::Passed
    }
}

/// What came of a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// Every test passed.
    Passed,
    /// A test failed: the first one in the card's order.
    Failed(Box<Failure>),
    /// It is not Python.
    Syntax {
        /// Python's message.
        message: String,
        /// Line, from 1; 0 where Python names none.
        line: usize,
        /// Column, from 1; 0 where Python names none.
        column: usize,
        /// The line itself.
        text: String,
    },
    /// It broke off before any test: at the top level of the program.
    Broke {
        /// How.
        got: Got,
        /// What it printed.
        printed: String,
        /// The learner's own lines, outermost first.
        trace: Vec<TraceLine>,
    },
    /// It defines no function or class of the prompt's name.
    Missing {
        /// The name.
        entry: String,
    },
    /// It was not run at all.
    Refused(Refusal),
}

/// The first test that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Index of the test on the card.
    pub test: usize,
    /// Its short name.
    pub name: String,
    /// Which mistake it finds.
    pub why: String,
    /// Whether it is one of the examples.
    pub visible: bool,
    /// The call as one would write it, or the test's lines.
    pub input: String,
    /// What the test wants.
    pub expected: Expected,
    /// What it got.
    pub got: Got,
    /// What the program printed during this test.
    pub printed: String,
    /// The learner's own lines that led to an exception, outermost first.
    pub trace: Vec<TraceLine>,
    /// The sentence of the known mistake whose results equal these.
    pub say: Option<String>,
}

/// What a test wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expected {
    /// This value, as Python writes it.
    Value(String),
    /// An exception of this class.
    Raises(String),
    /// This line holds.
    Holds(String),
}

/// What a test got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Got {
    /// This value, as Python writes it.
    Value(String),
    /// An exception.
    Raised {
        /// Its class.
        class: String,
        /// Its message, perhaps empty.
        message: String,
    },
    /// The assert line does not hold.
    DoesNotHold,
    /// The right result, but the arguments were changed.
    ChangedArguments {
        /// The arguments as they were.
        before: String,
        /// And after the call.
        after: String,
    },
    /// It ran out of time.
    TimeOut,
    /// Each run kept to its time, but all of them together took too long.
    TooSlow,
    /// The result is too large to be reported.
    TooLarge,
    /// It printed more than it may.
    TooMuchOutput,
    /// It broke the interpreter: out of memory, nested or recursing too deeply, or it ended the process.
    Broken,
    /// It speaks in the judge's name.
    Cheating,
}

/// A line of the learner's program in a traceback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceLine {
    /// Line, from 1.
    pub line: usize,
    /// The function, or `<module>`.
    pub function: String,
    /// The line itself.
    pub text: String,
}
