//! The command line: what can be asked of the program, and with which exit code it ends.

mod check;
mod serve;
mod simulate;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

pub use check::CheckArguments;
pub use simulate::SimulateArguments;

/// Prepares you for an ML/AI internship interview: 12 weeks of cards, quizzes and reviews, in Telegram or in
/// a local chat.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Environment:\n  \
        TELOXIDE_TOKEN    the bot's token from BotFather; without it the local chat starts\n  \
        TELOXIDE_API_URL  another Bot API server than https://api.telegram.org\n  \
        LIFTOFF_LOG       what is logged: error, warn, info (default), debug\n\n\
        Exit codes: 0 fine, 1 failed or problems found, 2 called wrongly."
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Telegram when TELOXIDE_TOKEN is set, otherwise the local chat (the default)
    Run(ServeArguments),
    /// Serve the local chat, also when TELOXIDE_TOKEN is set
    Chat(ServeArguments),
    /// Check decks and say everything that is wrong with them
    Check(CheckArguments),
    /// Let simulated learners live through the plan and check that every promise is kept
    Simulate(SimulateArguments),
    /// Runs learners' programs; the bot starts it
    #[command(hide = true)]
    SandboxWorker {
        /// What to do, for the bot to know
        #[arg(trailing_var_arg = true)]
        arguments: Vec<String>,
    },
}

/// What serving needs to know.
#[derive(Args, Clone, Debug)]
pub struct ServeArguments {
    /// Folder for the database, the local chat's state and the prepared Python
    #[arg(long, env = "LIFTOFF_DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,
    /// Folder with the decks; without it the decks that came with the program
    #[arg(long, env = "LIFTOFF_DECKS", value_name = "FOLDER")]
    decks: Option<PathBuf>,
    /// Port of the local chat on 127.0.0.1; 0 takes any that is free [default: 8420, or any if that is taken]
    #[arg(long, env = "LIFTOFF_PORT")]
    port: Option<u16>,
    /// Messages a second over all chats, 0 for no limit [default: 30 for Telegram, none for the local chat]
    #[arg(long, env = "LIFTOFF_RATE", value_name = "NUMBER")]
    rate: Option<u32>,
    /// Run no Python: coding prompts are shown, but programs are not judged
    #[arg(long, env = "LIFTOFF_NO_PYTHON")]
    no_python: bool,
    /// The local chat's server knows no rich messages, as an older one
    #[arg(long, hide = true)]
    no_rich_messages: bool,
}

/// Runs the program.
#[must_use]
pub fn main(arguments: Arguments) -> ExitCode {
    let result = match arguments.command {
        Some(Command::Check(check)) => return check::run(&check),
        Some(Command::Simulate(simulate)) => return simulate::run(&simulate),
        Some(Command::SandboxWorker { arguments }) => crate::sandbox::worker(&arguments),
        Some(Command::Chat(serve)) => start(&serve, false),
        Some(Command::Run(serve)) => start(&serve, true),
        None => start(&arguments.serve, true),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("liftoff: {message}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &ServeArguments, telegram: bool) -> Result<(), String> {
    log_to_stderr();
    quiet_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(serve::serve(arguments, telegram))
}

/// The log carries no text of a learner and no token; the HTTP client's own lines would carry addresses with
/// the token, so they are never let through.
fn log_to_stderr() {
    let level = std::env::var("LIFTOFF_LOG").unwrap_or_else(|_| "info".to_owned());
    let quiet = "hyper=off,hyper_util=off,reqwest=off,rustls=off,h2=off,teloxide_core=off,teloxide=off";
    let filter = EnvFilter::try_new(format!("{level},{quiet}"))
        .unwrap_or_else(|_| EnvFilter::new(format!("info,{quiet}")));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}

/// A panic's message may repeat a learner's text; the log gets only the place.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "a fault in the program");
    }));
}
