//! Checks decks from the command line: `cargo run --example check_decks -- --dir decks --week 3 --python python3`.
//! Exit code 0: clean, 1: problems, 2: called wrongly or Python does not run.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use liftoff::decks::Rule;
use liftoff::decks::check::{self, Options, Report};

/// Checks deck files and says everything that is wrong with them.
#[derive(Parser)]
#[command(name = "check_decks")]
struct Arguments {
    /// Folder with plan.json, tags.json and week-NN.json
    #[arg(long, default_value = "decks")]
    dir: PathBuf,
    /// Only this week's file
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=12))]
    week: Option<u8>,
    /// Python interpreter for verify, solutions and mutants
    #[arg(long)]
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

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.rules {
        for rule in Rule::ALL {
            println!("{:<22} {}", rule.name(), rule.wants());
        }
        return ExitCode::SUCCESS;
    }
    let options = Options { python: arguments.python, mutants: arguments.mutants, week: arguments.week };
    let report = check::run(&arguments.dir, &options);
    if arguments.json {
        println!("{:#}", report.to_json());
    } else {
        for problem in &report.problems {
            println!("{problem}");
        }
        if arguments.summary || arguments.mutants {
            summary(&report);
        }
        eprintln!("{} cards, {} problems", report.summary.cards, report.problems.len());
    }
    if report.problems.iter().any(|problem| problem.rule == Rule::Python) {
        ExitCode::from(2)
    } else if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn summary(report: &Report) {
    for week in &report.summary.weeks {
        let kinds: Vec<String> =
            week.kinds.iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
        println!("week {}: {} cards, days {:?}, {}", week.week, week.cards, week.days, kinds.join(", "));
        if let Some(mutants) = week.mutants {
            println!("  mutants: {} of {} killed", mutants.killed, mutants.total);
        }
        for survivor in &week.survivors {
            println!("  survivor: {survivor}");
        }
    }
}
