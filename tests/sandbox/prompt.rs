//! A small prompt, the sandbox that all tests of a binary share, and short ways to judge.

use std::path::Path;
use std::sync::OnceLock;

use liftoff::sandbox::{Options, Sandbox, SandboxError, Submission};
use liftoff::study::card::{Code, Deck};
use liftoff::study::verdict::{Failure, Outcome, Verdict};
use serde_json::json;

/// One runtime for the whole binary: a sandbox outlives the test that starts it.
pub fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap())
}

/// The sandbox with the product's limits. The interpreter is prepared once and kept for the next time.
pub fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| started(Options::default()))
}

pub fn started(options: Options) -> Sandbox {
    let program = Some(env!("CARGO_BIN_EXE_liftoff").into());
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("data");
    runtime().block_on(async {
        let sandbox = Sandbox::start(&data, Options { program, ..options });
        sandbox.ready().await.unwrap();
        sandbox
    })
}

/// `add(a, b)`, with an example, hidden tests, an exception and assert lines.
pub fn adding() -> Code {
    serde_json::from_value(json!({
        "entry": "add", "minutes": 1,
        "starter": ["def add(a, b):", "    raise NotImplementedError"],
        "solution": [
            "def add(a, b):", "    if a is None:", "        raise ValueError('no number')", "    return a + b"
        ],
        "tests": [
            {"name": "small", "why": "the sum", "visible": true, "args": [1, 2], "expect": 3},
            {"name": "floats", "why": "floats", "args": [0.1, 0.2], "expect": 0.3},
            {"name": "lists", "why": "a new list", "args": [[1], [2]], "expect": [1, 2]},
            {"name": "none", "why": "an error", "args": [null, 1], "raises": "ValueError"},
            {"name": "twice", "why": "no state", "code": ["x = add(20, 1)", "assert x == 21", "assert abs(add(x, x) - 42) < 1e-9"]}
        ],
        "wrong": [
            {"label": "minus", "say": "Looks as if you subtract.", "replace": "a + b", "with": "a - b"},
            {"label": "first", "say": "Looks as if you return the first.", "replace": "a + b", "with": "a"},
            {"label": "in place", "say": "Looks as if you change the list.", "code": [
                "def add(a, b):", "    if a is None:", "        raise ValueError", "    a += b", "    return a"
            ]}
        ],
        "hints": ["Add."]
    }))
    .unwrap()
}

/// The same function, asked for by assert tests alone.
pub fn asserting() -> Code {
    let mut card = adding();
    card.tests = serde_json::from_value(json!([
        {"name": "twice", "why": "numbers", "code": ["x = add(20, 1)", "assert x == 21", "assert abs(add(x, x) - 42) < 1e-9"]},
        {"name": "nothing", "why": "a denial", "code": ["assert not add(0, 0)"]},
        {"name": "shares", "why": "a list", "code": ["p = add([0.25], [0.75])", "assert len(p) == 2", "assert abs(sum(p) - 1) < 1e-9", "assert p[0] < p[1] and all(0 < x < 1 for x in p)"]},
        {"name": "many", "why": "each one counts", "code": ["assert add(1, 1) == 2", "assert add([1], [2]) == [1, 2]", "assert add('a', 'b') == 'ab'", "for i in range(9):", "    assert add(i, i) == 2 * i"]},
        {"name": "error", "why": "an error", "code": ["try:", "    add(None, 1)", "except ValueError:", "    pass", "else:", "    assert False"]}
    ]))
    .unwrap();
    card
}

pub fn try_judge(sandbox: &Sandbox, card: &Code, source: &str) -> Result<Verdict, SandboxError> {
    runtime().block_on(sandbox.judge(Submission { source, card }))
}

/// Judges a program for [`adding`].
pub fn judge(source: &str) -> Verdict {
    try_judge(sandbox(), &adding(), source).unwrap()
}

/// The failure, or a panic that shows the verdict.
#[track_caller]
pub fn failure(verdict: &Verdict) -> &Failure {
    match &verdict.outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

/// The decks that the program comes with.
pub fn decks() -> Vec<Deck> {
    let folder = std::env::var("LIFTOFF_TEST_DECKS")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("decks"), Into::into);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.starts_with("week-") && name.ends_with(".json")
    });
    files.sort();
    files.iter().map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()).collect()
}
