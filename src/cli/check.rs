//! `liftoff check`: everything that is wrong with a folder of decks.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::decks::Rule;
use crate::decks::check::{self, Options, Report};

/// What to check and how to tell.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// Folder with plan.json, tags.json and week-NN.json
    #[arg(default_value = "decks", value_name = "FOLDER")]
    folder: PathBuf,
    /// Only this week's file
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=12))]
    week: Option<u8>,
    /// Python interpreter that proves numbers, solutions and tests; without it these rules are left out
    #[arg(long, value_name = "PROGRAM")]
    python: Option<String>,
    /// Also run mutants of the solutions
    #[arg(long, requires = "python")]
    mutants: bool,
    /// Print counts and mutation scores
    #[arg(long)]
    summary: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Print every rule and what it wants
    #[arg(long)]
    rules: bool,
}

/// Checks and prints. Exit code 0: clean, 1: problems, 2: Python does not run.
pub(super) fn run(arguments: &CheckArguments) -> ExitCode {
    if arguments.rules {
        for rule in Rule::ALL {
            println!("{:<22} {}", rule.name(), rule.wants());
        }
        return ExitCode::SUCCESS;
    }
    let options =
        Options { python: arguments.python.clone(), mutants: arguments.mutants, week: arguments.week };
    let report = check::run(&arguments.folder, &options);
    if arguments.json {
        println!("{:#}", report.to_json());
    } else {
        for problem in &report.problems {
            println!("{problem}");
        }
        if arguments.summary || arguments.mutants {
            print_summary(&report);
        }
        println!("{} cards, {} problems", report.summary.cards, report.problems.len());
    }
    if report.problems.iter().any(|problem| problem.rule == Rule::Python) {
        ExitCode::from(2)
    } else if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn print_summary(report: &Report) {
    for week in &report.summary.weeks {
        let kinds: Vec<String> =
            week.kinds.iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
        let days: Vec<String> = week.days.iter().map(ToString::to_string).collect();
        println!("week {}: {} cards; by day {}; {}", week.week, week.cards, days.join(" "), kinds.join(", "));
        if let Some(mutants) = week.mutants {
            println!("  mutants: {} of {} killed", mutants.killed, mutants.total);
        }
        for survivor in &week.survivors {
            println!("  survivor: {survivor}");
        }
    }
}
