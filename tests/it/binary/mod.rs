//! The real program: its first start, its refusals, its commands and its end.

mod commands;
mod configurations;
mod first_start;
mod init;
mod people;
mod precedence;
mod refusals;
mod signals;
mod team;
mod two_servers;

use llm_config_store::testing::TestDatabase;

use crate::support::Installation;

/// On a SQLite file.
fn sqlite() -> Installation {
    Installation::on(TestDatabase::sqlite())
}
