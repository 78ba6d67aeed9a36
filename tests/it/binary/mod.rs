//! The real program: its first start, its refusals, its commands and its end.

mod commands;
mod first_start;
mod init;
mod precedence;
mod refusals;
mod signals;
mod two_servers;

use llm_config_store::testing::TestDatabase;

use crate::support::Installation;

/// On a SQLite file.
fn sqlite() -> Installation {
    Installation::on(TestDatabase::sqlite())
}

/// On each database that there is.
fn each() -> Vec<Installation> {
    [Some(TestDatabase::sqlite()), TestDatabase::postgres()]
        .into_iter()
        .flatten()
        .map(Installation::on)
        .collect()
}
