//! The `llm-config-server` program: everything is in the library.

use std::process::ExitCode;

use clap::Parser;
use llm_config_server::cli::Cli;

fn main() -> ExitCode {
    llm_config_server::run(Cli::parse())
}
