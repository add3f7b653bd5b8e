//! Checks decks for their authors: the bot's own checks, the lint rules and, where a Python interpreter is given,
//! the proofs. All problems come at once.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::files::Files;
use super::lint;
use super::problem::{Problem, Rule};
use super::proof::{self, Mutants};
use super::read::{self, Everything};
use super::shape;
use crate::study::card::{Card, Deck, Kind};
use crate::study::plan::{DAYS_A_WEEK, WEEKS};

/// Share of mutants in percent that a week's tests must kill.
const KILLED_PERCENT: usize = 90;

/// What to check.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The Python interpreter for the proofs, such as `python3`; without one they are left out.
    pub python: Option<String>,
    /// Whether to run mutants of the reference solutions; needs `python`.
    pub mutants: bool,
    /// Only this week, 1-12: the other files may be missing or broken.
    pub week: Option<u8>,
}

/// What a check found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// All problems, by file and line.
    pub problems: Vec<Problem>,
    /// Counts and mutation scores.
    pub summary: Summary,
}

/// Counts over the decks that could be read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Cards in all.
    pub cards: usize,
    /// Each week, in order.
    pub weeks: Vec<WeekSummary>,
}

/// Counts over one week.
#[derive(Clone, Debug, Serialize)]
pub struct WeekSummary {
    /// 1-12.
    pub week: u8,
    /// Cards of the week.
    pub cards: usize,
    /// Cards of days 1-7.
    pub days: Vec<usize>,
    /// Cards of each kind.
    pub kinds: BTreeMap<Kind, usize>,
    /// Mutants of the week's solutions, if they were run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutants: Option<Mutants>,
    /// Mutants that pass every test, with the card.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub survivors: Vec<String>,
}

impl Report {
    /// The report for another program.
    #[must_use]
    pub fn to_json(&self) -> Value {
        // Strings, numbers and string keys only, so there is nothing that could fail.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks a folder of decks. Where `plan.json` or `tags.json` is not there and only one week is checked, the
/// copies in the binary stand in.
#[must_use]
pub fn run(dir: &Path, options: &Options) -> Report {
    let files = Files::in_dir(dir);
    if options.week.is_some() {
        files_report(&files.or_embedded_plan(), options)
    } else {
        files_report(&files, options)
    }
}

/// Checks files given by name and text.
#[must_use]
pub fn files_report(files: &Files, options: &Options) -> Report {
    let all = match options.week {
        Some(week) => read::some(files, std::iter::once(week)),
        None => read::some(files, 1..=WEEKS),
    };
    let mut problems = all.problems();
    problems.extend(shape::everything(&all));
    problems.extend(lint::everything(&all));
    let mut summary = summary(&all);
    if let Some(python) = &options.python {
        proofs(&all, python, options.mutants, &mut problems, &mut summary);
    }
    for problem in &mut problems {
        shape::locate(problem, &all.weeks);
    }
    problems.sort_by(|a, b| (&a.file, a.line, &a.card, a.rule).cmp(&(&b.file, b.line, &b.card, b.rule)));
    problems.dedup();
    Report { problems, summary }
}

fn summary(all: &Everything) -> Summary {
    let weeks: Vec<WeekSummary> = all.decks().map(|(_, deck)| of_week(deck)).collect();
    Summary { cards: weeks.iter().map(|week| week.cards).sum(), weeks }
}

fn of_week(deck: &Deck) -> WeekSummary {
    let mut kinds = BTreeMap::new();
    for card in &deck.cards {
        *kinds.entry(card.kind).or_default() += 1;
    }
    let of_day = |day| deck.cards.iter().filter(|card| card.day == day).count();
    WeekSummary {
        week: deck.week,
        cards: deck.cards.len(),
        days: (1..=DAYS_A_WEEK).map(of_day).collect(),
        kinds,
        mutants: None,
        survivors: Vec::new(),
    }
}

fn proofs(all: &Everything, python: &str, mutants: bool, problems: &mut Vec<Problem>, summary: &mut Summary) {
    let cards: Vec<(&str, u8, &Card)> = all
        .decks()
        .flat_map(|(week, deck)| deck.cards.iter().map(move |card| (week.file.as_str(), deck.week, card)))
        .filter(|(_, _, card)| proof::has_work(card))
        .collect();
    let asked: Vec<&Card> = cards.iter().map(|(_, _, card)| *card).collect();
    for ((file, week, card), proof) in cards.iter().zip(proof::prove(python, &asked, mutants)) {
        problems.extend(
            proof.findings.into_iter().map(|(rule, what)| Problem::in_card(file, &card.id, rule, what)),
        );
        if let Some(week) =
            summary.weeks.iter_mut().find(|candidate| candidate.week == *week).filter(|_| mutants)
        {
            let sum = week.mutants.get_or_insert_default();
            sum.killed += proof.mutants.killed;
            sum.total += proof.mutants.total;
            week.survivors
                .extend(proof.survivors.into_iter().map(|survivor| format!("{}: {survivor}", card.id)));
        }
    }
    for week in &summary.weeks {
        if let Some(mutants) =
            week.mutants.filter(|mutants| mutants.killed * 100 < mutants.total * KILLED_PERCENT)
        {
            let message = format!(
                "{} of {} mutants are killed, must be {KILLED_PERCENT} %; survivors: {}",
                mutants.killed,
                mutants.total,
                week.survivors.join("; ")
            );
            problems.push(Problem::in_file(&super::week_file(week.week), Rule::Mutants, message));
        }
    }
}
