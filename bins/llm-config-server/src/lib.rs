#![doc = include_str!("../README.md")]

pub mod cli;
pub mod http;
pub mod settings;
mod telemetry;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use cli::Cli;
use settings::Settings;

/// Runs the command line of this process to its end.
#[must_use]
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => cli::explain(&error),
    }
}

/// Runs one command line to its end.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let done = Settings::load(cli.settings).map_err(Into::into).and_then(|settings| {
        telemetry::start(&settings.log)?;
        actix_web::rt::System::new().block_on(cli::run(cli.command, settings))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&*error);
            ExitCode::FAILURE
        }
    }
}

/// Prints an error and its causes on one line.
fn report(error: &dyn Error) {
    let mut line = format!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !line.contains(&cause_text) {
            line = format!("{line}: {cause_text}");
        }
        source = cause.source();
    }
    // A failure to print cannot be reported.
    let _ = writeln!(std::io::stderr(), "{}", cli::escaped(&line));
}
