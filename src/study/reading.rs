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
mod tests;
