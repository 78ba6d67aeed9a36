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
use serde_json::Value;

use crate::support::Installation;

/// On a SQLite file.
fn sqlite() -> Installation {
    Installation::on(TestDatabase::sqlite())
}

/// On each database that there is.
pub(crate) fn each() -> Vec<Installation> {
    TestDatabase::each().into_iter().map(Installation::on).collect()
}

/// Runs a command with `--json` and returns its one document.
#[track_caller]
pub(crate) fn json(installation: &Installation, arguments: &[&str]) -> Value {
    let printed = installation.run(&[arguments, &["--json"]].concat()).succeeded();
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {printed}"))
}
