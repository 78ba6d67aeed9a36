//! The real program: starts, errors at the start, commands and signals.

mod bootstrap_token;
mod commands;
mod config;
mod config_check;
mod config_lists;
mod configurations;
mod environment;
mod exit_status;
mod first_start;
mod help;
mod init;
mod memory;
mod open_files;
mod people;
mod precedence;
mod refusals;
mod signals;
mod two_servers;
mod workspace_names;

use llm_config_store::testing::TestDatabase;

use crate::support::Installation;

/// An installation on SQLite.
fn sqlite() -> Installation {
    Installation::with_database(TestDatabase::sqlite())
}
