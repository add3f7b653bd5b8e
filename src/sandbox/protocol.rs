//! What the bot and its worker say to each other: one line of JSON each way, and the events inside a run.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// One run in a fresh copy of the interpreter.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Job {
    /// The program under test.
    pub source: String,
    /// Name of the function or class under test.
    pub entry: String,
    /// Whether the prompt asks for a class.
    pub of_class: bool,
    /// Positional and keyword arguments of each call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<(Vec<Json>, serde_json::Map<String, Json>)>,
    /// Assert lines, instead of calls. They run in an interpreter of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assert: Option<String>,
    /// What the run may take.
    pub allowance: Allowance,
}

/// How long a run may take, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Allowance {
    /// Processor time, and time asleep.
    pub busy: u64,
    /// By the clock.
    pub clock: u64,
}

impl Limits {
    /// What one run may take.
    pub fn one(self) -> Allowance {
        Allowance { busy: self.time_ms, clock: 4 * self.time_ms }
    }

    /// What all runs of one submission may take together.
    pub fn whole(self) -> Allowance {
        Allowance { busy: 5 * self.time_ms, clock: 10 * self.time_ms }
    }
}

impl Job {
    /// What the interpreter of the program is told: nothing of the assert lines, not even that there is one.
    pub fn for_program(&self) -> Json {
        json!({
            "source": self.source, "entry": self.entry, "calls": self.calls, "tested": self.assert.is_some(),
        })
    }

    /// What the interpreter of the assert lines is told: nothing of the program.
    pub fn for_test(&self) -> Option<Json> {
        self.assert
            .as_ref()
            .map(|lines| json!({ "assert": lines, "entry": self.entry, "of_class": self.of_class }))
    }
}

/// The worker's limits; the bot sends them when it starts the worker.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Limits {
    /// Run time in milliseconds.
    pub time_ms: u64,
    /// The interpreter's memory in bytes.
    pub memory: u64,
}

/// A line from the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// Ready for the first job; says what the second wall lacks on this system.
    Hello { missing: Vec<String> },
    /// What the program's interpreter reported: text that the learner's code may have forged.
    Event(String),
    /// What the interpreter of the assert lines reported.
    Tested(String),
    /// The run is over.
    End { how: End, took: Took },
    /// A step of the preparation.
    Step { percent: u8, what: String },
    /// The prepared interpreter's file.
    Prepared { file: String },
    /// The worker cannot go on.
    Failed(String),
}

/// What a run took, in microseconds; the test's own part is left out.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Took {
    /// By the clock.
    pub micros: u64,
    /// Of the processor.
    pub busy: u64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    /// By itself.
    Done,
    /// Out of time.
    Time,
    /// Out of the time that all runs of a submission have together.
    Total,
    /// It reported more than any run has to say.
    Flood,
    /// The interpreter stopped: memory, a stack overflow, `os._exit`.
    Broken,
}

/// What the guest reports. All of it may be forged, so each field is optional and its order is checked.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Event {
    pub syntax: Option<String>,
    #[serde(default)]
    pub line: usize,
    #[serde(default)]
    pub column: usize,
    pub load: Option<Raised>,
    #[serde(default)]
    pub missing: bool,
    #[serde(default)]
    pub loaded: bool,
    pub start: Option<usize>,
    pub end: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    pub value: Option<Json>,
    #[serde(flatten)]
    pub raised: Raised,
    pub after: Option<Json>,
    #[serde(default)]
    pub held: bool,
    #[serde(default)]
    pub printed: String,
    /// A result could not be reported: `size` or `output`.
    pub stopped: Option<String>,
    /// The program's interpreter ended before the test did.
    #[serde(default)]
    pub gone: bool,
    /// It sent what no program sends.
    #[serde(default)]
    pub forged: bool,
    #[serde(default)]
    pub done: bool,
}

impl Event {
    /// What an assert test's program printed, and nothing else.
    pub fn is_print(&self) -> bool {
        let other = self.loaded || self.done || self.held || self.missing;
        !other && self.start.is_none() && self.end.is_none() && self.value.is_none()
    }
}

/// Keeps `null`, which is Python's `None`, apart from an absent field.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// An exception as the guest reports it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Raised {
    /// The class and its bases, most special first.
    #[serde(rename = "raised")]
    pub classes: Option<Vec<String>>,
    #[serde(default)]
    pub message: String,
    /// File, line, function.
    #[serde(default)]
    pub trace: Vec<(String, usize, String)>,
    /// It printed more than it may.
    #[serde(default)]
    pub output: bool,
}
