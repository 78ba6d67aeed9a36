#![doc = include_str!("../README.md")]

mod build;
pub mod cli;
mod hardening;
pub mod http;
pub mod settings;
mod similar;
mod telemetry;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use cli::{Cli, Command, CommandError, ExitStatus, Format};
use settings::{Flags, Settings, UnreadVariable};

/// How long the end of the program waits for the last use cases, such as a read whose caller has gone, and
/// for the last connections to be closed.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Runs the command line of this process to its end.
#[must_use]
pub fn main() -> ExitCode {
    match Cli::parse_arguments(std::env::args_os()) {
        Ok(cli) => run(cli),
        Err(error) => cli::explain(error, std::env::args_os().skip(1)),
    }
}

/// Runs one command line to its end.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let Cli { command, format, settings } = cli;
    let command = command.unwrap_or(Command::Serve);
    if !command.reports_unread_variables() {
        for variable in UnreadVariable::all() {
            cli::warn(&variable.to_string(), format);
        }
    }
    cli::finish(run_command(command, format, settings), format)
}

fn run_command(command: Command, format: Format, flags: Flags) -> Result<(), CommandError> {
    let settings = Settings::load(flags)?;
    let _log = telemetry::start(&settings.log)
        .map_err(|error| CommandError::new(ExitStatus::Internal, error.to_string()))?;
    hardening::keep_memory_private();
    let runtime = actix_web::rt::System::new();
    let done = runtime.block_on(cli::run(command, format, settings));
    if wait_while(llm_config_store::has_running_use_cases) {
        drop(runtime);
        wait_while(llm_config_store::has_open_connections);
    } else {
        // It would wait for them, perhaps for ever. The end of the process ends them, and their transactions.
        std::mem::forget(runtime);
    }
    done
}

/// Waits while `condition` is true, but not for long. Returns whether it has become false.
fn wait_while(condition: impl Fn() -> bool) -> bool {
    let end = Instant::now() + LAST_WAIT;
    // Polled: a signal at the end of every use case would cost each request something, and serve only this.
    while condition() && Instant::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    !condition()
}
