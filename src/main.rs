//! The `liftoff` program: reads flags, picks a front end.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    liftoff::cli::main(liftoff::cli::Arguments::parse())
}
