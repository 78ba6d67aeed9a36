//! The contract on SQLite, and what only a file can get wrong.

use llm_config_store::testing::TestDatabase;

#[path = "contract/mod.rs"]
mod contract;
#[path = "sqlite_file.rs"]
mod file;

#[expect(clippy::unnecessary_wraps, reason = "as the function of that name for PostgreSQL")]
pub(crate) fn database() -> Option<TestDatabase> {
    Some(TestDatabase::sqlite())
}

/// A binary literal.
pub(crate) fn bytes(hex: &str) -> String {
    format!("x'{hex}'")
}

/// The bytes of a column as hexadecimal text.
pub(crate) fn hex(column: &str) -> String {
    format!("lower(hex({column}))")
}
