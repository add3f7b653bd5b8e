//! What a learner's messages may mean as a program, which of the meanings are tried, and whose verdict counts.

use std::collections::VecDeque;

use super::card::Code;
use super::mend::{Mending, joined, unfenced};
use super::verdict::{Got, Outcome, TraceLine, Verdict};

/// Programs that the same messages may mean, at the most.
const MOST: usize = 12;
/// And of these, ways to join the same messages.
const JOINS: usize = 4;

/// A message that came shortly before.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Its submission.
    pub submission: i64,
    /// Its text.
    pub source: &'a str,
    /// What came of it alone.
    pub fate: Fate,
}

/// What came of an earlier message alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was cut: the next message goes on with it.
    Cut,
    /// It could not be run.
    NotRun,
    /// It ran and failed, as the first part of a program does whose rest is missing.
    Failed,
}

/// A program that messages may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The program.
    pub source: String,
    /// What was done to the messages.
    pub what: Vec<Mending>,
    /// Submissions that ran and failed alone, and are parts of this program.
    pub parts: Vec<i64>,
}

impl Reading {
    /// A file: it is what it is.
    #[must_use]
    pub fn of_file(source: &str) -> Self {
        Self { source: source.to_owned(), what: Vec::new(), parts: Vec::new() }
    }

    /// What stands between fences, if there are some, and the text as it is.
    fn of_text(source: &str, parts: &[i64]) -> Vec<Self> {
        let reading = |source, what| Self { source, what, parts: parts.to_vec() };
        let inside = unfenced(source).map(|code| reading(code, vec![Mending::Fence]));
        inside.into_iter().chain([reading(source.to_owned(), Vec::new())]).collect()
    }

    /// What a message and those before it, the latest first, may mean: the likeliest first. If it ends a program that
    /// was cut, all parts come first; those that ran and failed alone come last.
    #[must_use]
    pub fn of_messages(entry: &str, last: &str, before: &[Earlier<'_>]) -> Vec<Self> {
        let whole = |source: &str| defines(source, Some(entry));
        // Two messages that both define what the prompt asks for are two programs.
        let rivals =
            |earlier: &&Earlier<'_>| earlier.fate != Fate::Cut && whole(last) && whole(earlier.source);
        let before = &before[..before.iter().position(|one| rivals(&one)).unwrap_or(before.len())];
        let cut = before.first().is_some_and(|earlier| earlier.fate == Fate::Cut);
        let mut sources = vec![last.to_owned()];
        let mut parts = Vec::new();
        let (mut together, mut with_failed) = (Vec::new(), Vec::new());
        for earlier in before {
            sources = sources.iter().flat_map(|rest| joined(earlier.source, rest)).take(JOINS).collect();
            parts.extend((earlier.fate == Fate::Failed).then_some(earlier.submission));
            let level: Vec<Self> = sources.iter().flat_map(|source| Self::of_text(source, &parts)).collect();
            if parts.is_empty() { together.push(level) } else { with_failed.push(level) }
        }
        let alone = Self::of_text(last, &[]);
        let mut all: Vec<Vec<Self>> = if cut {
            together.into_iter().rev().chain([alone]).collect()
        } else {
            [alone].into_iter().chain(together).collect()
        };
        all.extend(with_failed);
        all.into_iter().flatten().take(MOST).collect()
    }
}

/// The verdict that counts, and what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The verdict.
    pub verdict: Verdict,
    /// Submissions that were judged alone and are parts of this program.
    pub parts: Vec<i64>,
}

impl From<Verdict> for Found {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, parts: Vec::new() }
    }
}

/// Tries readings one after the other: [`Search::to_run`] says what to run, [`Search::saw`] takes what came of it.
#[derive(Debug)]
pub struct Search<'a> {
    code: &'a Code,
    left: VecDeque<Reading>,
    running: Option<Running>,
    best: Option<Found>,
}

#[derive(Debug)]
struct Running {
    reading: Reading,
    /// What came of it without the starter's imports, and these.
    without: Option<(Verdict, Vec<String>)>,
}

impl<'a> Search<'a> {
    /// A search among these readings, for a prompt.
    #[must_use]
    pub fn new(code: &'a Code, readings: Vec<Reading>) -> Self {
        Self { code, left: readings.into(), running: None, best: None }
    }

    /// The program to run next; `None` when the verdict is found.
    pub fn to_run(&mut self) -> Option<String> {
        if let Some(Running { without: Some((verdict, imports)), .. }) = &self.running {
            return Some(format!("{}\n{}", imports.join("\n"), verdict.source));
        }
        if self.best.as_ref().is_some_and(|best| best.verdict.is_pass()) {
            return None;
        }
        let ran = self.best.as_ref().is_some_and(|best| best.verdict.was_run());
        let reading = loop {
            let reading = self.left.pop_front()?;
            // What ran and failed is left alone where the message after it can be run by itself.
            if !ran || reading.parts.is_empty() {
                break reading;
            }
        };
        let source = reading.source.clone();
        self.running = Some(Running { reading, without: None });
        Some(source)
    }

    /// Takes the verdict on the program of the last [`Search::to_run`].
    pub fn saw(&mut self, verdict: Verdict) {
        let Some(Running { reading, without }) = self.running.take() else { return };
        let imports = match &without {
            None => missing(&verdict).and_then(|name| imports(&self.code.starter, name)),
            Some(_) => None,
        };
        match (without, imports) {
            (None, Some(imports)) => {
                self.running = Some(Running { reading, without: Some((verdict, imports)) });
            }
            (None, None) => self.consider(reading, verdict),
            (Some((without, imports)), _) => {
                let verdict = if verdict.was_run() { with(imports, without, verdict) } else { without };
                self.consider(reading, verdict);
            }
        }
    }

    /// The verdict that counts; `None` when nothing was run.
    #[must_use]
    pub fn end(self) -> Option<Found> {
        self.best
    }

    fn consider(&mut self, reading: Reading, mut verdict: Verdict) {
        let Reading { mut what, parts, .. } = reading;
        what.append(&mut verdict.mended);
        verdict.mended = what;
        let entry = &self.code.entry;
        if let Some(best) = &self.best {
            if verdict.rank(entry) <= best.verdict.rank(entry) {
                return;
            }
            // It may as well be a program of its own, whose function has another name: no reason to show again what
            // is wrong with the one before.
            let own = matches!(best.verdict.outcome, Outcome::Missing { .. })
                && defines(&best.verdict.source, None);
            if own && !parts.is_empty() && !verdict.is_pass() {
                return;
            }
        }
        let parts = if verdict.was_run() { parts } else { Vec::new() };
        self.best = Some(Found { verdict, parts });
    }
}

/// Whether a program defines something at its margin: this, or anything.
fn defines(source: &str, what: Option<&str>) -> bool {
    let named = |rest: &str| {
        what.is_none_or(|what| {
            let end = |rest: &str| !rest.starts_with(|one: char| one.is_alphanumeric() || one == '_');
            rest.strip_prefix(what).is_some_and(end)
        })
    };
    let defines = |line: &str| {
        ["def ", "async def ", "class "].iter().any(|word| line.strip_prefix(word).is_some_and(named))
    };
    source.lines().any(defines)
}

/// The name that a program uses and does not know, if that is what stops it.
fn missing(verdict: &Verdict) -> Option<&str> {
    let got = match &verdict.outcome {
        Outcome::Failed(failure) => &failure.got,
        Outcome::Broke { got, .. } => got,
        _ => return None,
    };
    match got {
        Got::Raised { class, message } if class == "NameError" => message.split('\'').nth(1),
        _ => None,
    }
}

/// The starter's import lines, if they bring this name.
fn imports(starter: &[String], name: &str) -> Option<Vec<String>> {
    let brings = |line: &String| {
        let (module, names) = match line.strip_prefix("from ").and_then(|rest| rest.split_once(" import ")) {
            Some((_, names)) => (false, names),
            None => (true, line.strip_prefix("import ")?),
        };
        let bound = |one: &str| match (one.split_once(" as "), module) {
            (Some((_, alias)), _) => alias.trim() == name,
            (None, true) => one.trim().split('.').next() == Some(name),
            (None, false) => one.trim() == name,
        };
        Some(names.split(',').any(bound))
    };
    let lines: Vec<&String> = starter.iter().filter(|line| brings(line).is_some()).collect();
    lines.iter().any(|line| brings(line) == Some(true)).then(|| lines.into_iter().cloned().collect())
}

/// The verdict with the starter's imports, told of the learner's own lines.
fn with(imports: Vec<String>, without: Verdict, mut verdict: Verdict) -> Verdict {
    let added = imports.len();
    let own = |trace: &mut Vec<TraceLine>| {
        trace.retain(|step| step.line > added);
        trace.iter_mut().for_each(|step| step.line -= added);
    };
    match &mut verdict.outcome {
        Outcome::Failed(failure) => own(&mut failure.trace),
        Outcome::Broke { trace, .. } => own(trace),
        _ => {}
    }
    let mut mended = without.mended;
    mended.push(Mending::Imports(imports.join("\n")));
    Verdict { source: without.source, mended, ..verdict }
}

#[cfg(test)]
mod tests {
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
}
