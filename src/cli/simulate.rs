//! `liftoff simulate`: learners who live through the plan in no time, and whether every promise was kept.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::decks::Decks;
use crate::service::Service;
use crate::simulate::{self, Options};

/// Whom to simulate, and where the picture goes.
#[derive(Args, Debug)]
pub struct SimulateArguments {
    /// How many learners
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    learners: u32,
    /// Weeks of the plan that each is watched for
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=52))]
    weeks: u32,
    /// What everything follows from: the same seed gives the same lives
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads [default: one for each processor]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=256))]
    threads: Option<u32>,
    /// Only this learner's life, as it was among all: 1 is the first
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    only: Option<u32>,
    /// Write the figures as a picture (PNG)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

/// Simulates and prints. Exit code 0: every rule holds, 1: one does not, or the picture could not be written.
pub(super) fn run(arguments: &SimulateArguments) -> ExitCode {
    match simulated(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("liftoff: {message}");
            ExitCode::FAILURE
        }
    }
}

fn simulated(arguments: &SimulateArguments) -> Result<bool, String> {
    if let Some(only) = arguments.only.filter(|only| *only > arguments.learners) {
        return Err(format!("there is no learner {only} among {}", arguments.learners));
    }
    let decks = Decks::embedded().map_err(|problems| {
        problems.first().map_or_else(|| "the decks cannot be read".to_owned(), ToString::to_string)
    })?;
    let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let options = Options {
        learners: arguments.learners,
        weeks: arguments.weeks,
        seed: arguments.seed,
        threads: arguments.threads.unwrap_or_else(|| u32::try_from(processors()).unwrap_or(1)),
        only: arguments.only,
    };
    let all = if arguments.only.is_some() { 1 } else { arguments.learners };
    let report = simulate::run(&Service::new(decks), &options, |over| progress(over, all))
        .map_err(|error| error.to_string())?;
    print!("{}", report.table());
    if let Some(file) = &arguments.picture {
        let picture = report.picture().map_err(|error| error.to_string())?;
        std::fs::write(file, picture).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(report.is_clean())
}

/// One line that counts on a terminal; elsewhere a line now and then.
fn progress(over: u32, all: u32) {
    let mut out = std::io::stderr();
    // Nobody may be listening.
    let _ = if out.is_terminal() {
        let end = if over >= all { "\n" } else { "" };
        write!(out, "\r{over} of {all} learners{end}").and_then(|()| out.flush())
    } else if over >= all || over.is_multiple_of(100) {
        writeln!(out, "{over} of {all} learners")
    } else {
        Ok(())
    };
}
