use std::time::Duration;

use super::*;
use crate::study::verdict::{Expected, Failure};

fn earlier(submission: i64, source: &str, fate: Fate) -> Earlier<'_> {
    Earlier { submission, source, fate }
}

fn sources(last: &str, before: &[Earlier<'_>]) -> Vec<String> {
    Reading::of_messages("f", last, before).into_iter().map(|reading| reading.source).collect()
}

#[test]
fn messages_in_a_row_are_tried_together() {
    let unrun = [earlier(2, "b", Fate::NotRun), earlier(1, "a", Fate::NotRun)];
    assert_eq!(sources("c", &unrun), ["c", "b\nc", "a\nb\nc"]);
    let cut = [earlier(2, "b", Fate::Cut), earlier(1, "a", Fate::Cut)];
    assert_eq!(sources("c", &cut), ["a\nb\nc", "b\nc", "c"]);
    assert_eq!(sources("c", &[]), ["c"]);
    let cut_after_failed = [earlier(2, "b", Fate::Cut), earlier(1, "a", Fate::Failed)];
    assert_eq!(sources("c", &cut_after_failed), ["b\nc", "c", "a\nb\nc"]);
    let mut two = [earlier(1, "def f():\n    return 1", Fate::NotRun)];
    assert_eq!(sources("import x\ndef f(): return 2", &two).len(), 1, "two programs");
    assert!(sources("def ff(): return 2", &two).len() > 1, "a helper");
    two[0].fate = Fate::Cut;
    assert!(sources("def f(): return 2", &two).len() > 1, "it was cut");
}

#[test]
fn a_message_with_fences_is_also_judged_as_it_is_and_a_file_only_so() {
    let text = "def f():\n    '''\n```\nf()\n```\n    '''";
    let read = Reading::of_messages("f", text, &[]);
    assert_eq!(read[0], Reading { source: "f()\n".into(), what: vec![Mending::Fence], parts: vec![] });
    assert_eq!(read[1], Reading::of_file(text));
    assert_eq!(read.len(), 2);
}

fn code(starter: &str) -> Code {
    let starter: Vec<&str> = starter.lines().collect();
    let code = serde_json::json!({"entry": "f", "minutes": 1, "starter": starter, "solution": [], "tests": [],
        "wrong": [], "hints": []});
    serde_json::from_value(code).unwrap()
}

fn verdict(source: &str, passed: usize, outcome: Outcome) -> Verdict {
    Verdict { outcome, passed, total: 6, time: Duration::ZERO, source: source.into(), mended: vec![] }
}

fn failed(source: &str, passed: usize, class: &str, message: &str) -> Verdict {
    let got = Got::Raised { class: class.into(), message: message.into() };
    let trace = vec![TraceLine { line: 2, function: "f".into(), text: "…".into() }];
    let failure = Failure {
        test: 0,
        name: String::new(),
        why: String::new(),
        visible: true,
        input: String::new(),
        expected: Expected::Value(String::new()),
        got,
        printed: String::new(),
        trace,
        say: None,
    };
    verdict(source, passed, Outcome::Failed(Box::new(failure)))
}

fn syntax(source: &str) -> Verdict {
    let (message, text) = (String::new(), String::new());
    verdict(source, 0, Outcome::Syntax { message, line: 1, column: 1, text })
}

/// Runs a search whose programs end as told, and what was run.
fn search(
    code: &Code,
    readings: Vec<Reading>,
    judge: impl Fn(&str) -> Verdict,
) -> (Option<Found>, Vec<String>) {
    let (mut search, mut ran) = (Search::new(code, readings), Vec::new());
    while let Some(source) = search.to_run() {
        search.saw(judge(&source));
        ran.push(source);
    }
    (search.end(), ran)
}

#[test]
fn what_failed_before_is_a_part_only_where_the_rest_cannot_be_run() {
    let code = code("def f():");
    let before = [earlier(1, "def f():\n    m = 1", Fate::Failed)];
    let rest = Reading::of_messages("f", "    return m", &before);
    let judge = |source: &str| match source {
        "    return m" => syntax(source),
        _ => verdict(source, 6, Outcome::Passed),
    };
    let found = search(&code, rest, judge).0.unwrap();
    assert!(found.verdict.is_pass());
    assert_eq!(found.parts, [1]);
    let whole = Reading::of_messages("f", "def f():\n    return 2", &before);
    let (found, ran) = search(&code, whole, |source| failed(source, 3, "ValueError", ""));
    assert_eq!((found.unwrap().parts, ran.len()), (vec![], 1), "it runs by itself");
}

#[test]
fn a_program_under_another_name_is_not_taken_for_the_rest_of_one() {
    let code = code("def f():");
    let before = [earlier(1, "def f():\n    m = 1", Fate::Failed)];
    let read = Reading::of_messages("f", "def ff():\n    return 2", &before);
    let missing = |source: &str| verdict(source, 0, Outcome::Missing { entry: "f".into() });
    let judge = |source: &str| match source {
        "def ff():\n    return 2" => missing(source),
        _ => failed(source, 5, "ValueError", ""),
    };
    let found = search(&code, read.clone(), judge).0.unwrap();
    assert_eq!((found.verdict, found.parts), (missing("def ff():\n    return 2"), vec![]));
    let judge = |source: &str| match source {
        "def ff():\n    return 2" => missing(source),
        _ => verdict(source, 6, Outcome::Passed),
    };
    assert_eq!(search(&code, read, judge).0.unwrap().parts, [1], "a helper that was missing");
}

#[test]
fn imports_of_the_starter_are_added_where_they_are_missing() {
    let code = code("import math\nfrom collections import Counter, deque as line\n\ndef f():\n    pass");
    let own = "def f():\n    return math.pi";
    let without = |source: &str| failed(source, 0, "NameError", "name 'math' is not defined. Did you …");
    let judge = |source: &str| match source.lines().count() {
        2 => without(source),
        _ => failed(source, 4, "TypeError", "no"),
    };
    let (found, ran) = search(&code, vec![Reading::of_file(own)], judge);
    assert_eq!(ran[1], format!("import math\nfrom collections import Counter, deque as line\n{own}"));
    let verdict = found.unwrap().verdict;
    assert_eq!((verdict.passed, verdict.source.as_str()), (4, own));
    let lines = "import math\nfrom collections import Counter, deque as line";
    assert_eq!(verdict.mended, [Mending::Imports(lines.into())]);
    let Outcome::Failed(failure) = verdict.outcome else { panic!() };
    assert_eq!(failure.trace, [], "the second line is an import here");
    for (name, known) in [("math", true), ("Counter", true), ("line", true), ("deque", false)] {
        assert_eq!(imports(&code.starter, name).is_some(), known, "{name}");
    }
    let (_, ran) = search(&code, vec![Reading::of_file(own)], |source| {
        failed(source, 0, "NameError", "name 'x' is not defined")
    });
    assert_eq!(ran.len(), 1, "the starter does not import x");
}
