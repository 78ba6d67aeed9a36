#![doc = include_str!("../README.md")]

pub mod cli;
pub mod http;
pub mod settings;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, CommandError, ExitStatus};
use settings::Settings;

/// Runs the command line of this process to its end.
#[must_use]
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => cli::explain(&error, std::env::args_os().skip(1)),
    }
}

/// Runs one command line to its end.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let Cli { command, format, settings } = cli;
    let done = Settings::load(settings).map_err(CommandError::from).and_then(|settings| {
        telemetry::start(&settings.log)
            .map_err(|error| CommandError::new(ExitStatus::Internal, error.to_string()))?;
        actix_web::rt::System::new().block_on(cli::run(command, format, settings))
    });
    cli::finish(done, format)
}
