//! The `llm-config-server` program: everything is in the library.

use std::process::ExitCode;

use clap::Parser;
use llm_config_server::cli::Cli;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => llm_config_server::run(cli),
        Err(error) => llm_config_server::explain(&error),
    }
}
