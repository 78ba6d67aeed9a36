#![doc = include_str!("../README.md")]

pub mod cli;
pub mod http;
pub mod service;
pub mod settings;
mod telemetry;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use cli::Cli;
use settings::Settings;

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

/// Reports a command line that cannot be understood, or prints the help that it asks for. Its values
/// may come from elsewhere, so they are escaped as in every other refusal.
#[must_use]
pub fn explain(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    let _ = write!(std::io::stderr(), "{}", cli::escaped(&error.render().to_string()));
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// One sentence and, where there are any, its causes.
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
    // Nobody is left to tell when even this fails.
    let _ = writeln!(std::io::stderr(), "{}", cli::escaped(&line));
}
