//! What the bot and its worker say to each other: one line of JSON each way, and the events inside a run.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// One run in a fresh copy of the interpreter.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Job {
    /// The program under test.
    pub source: String,
    /// Name of the function or class under test.
    pub entry: String,
    /// Positional and keyword arguments of each call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<(Vec<Json>, serde_json::Map<String, Json>)>,
    /// Assert lines, instead of calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assert: Option<String>,
    /// Assert lines to twist, with the reference solution as the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twist: Option<String>,
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
    /// What the guest reported: text that the learner's code may have forged.
    Event(String),
    /// The run is over.
    End { how: End, micros: u64 },
    /// A step of the preparation.
    Step { percent: u8, what: String },
    /// The prepared interpreter's file.
    Prepared { file: String },
    /// The worker cannot go on.
    Failed(String),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    /// By itself.
    Done,
    /// Out of time.
    Time,
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
    pub twisted: Option<String>,
    #[serde(default)]
    pub done: bool,
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
