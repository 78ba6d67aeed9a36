//! The contract on PostgreSQL, and what only a server can do.
//!
//! Without a server every test here returns at once, and a line on standard error says so.

use llm_config_store::testing::TestDatabase;

#[path = "contract/mod.rs"]
mod contract;
#[path = "postgres_server.rs"]
mod server;
#[path = "postgres_tls.rs"]
mod tls;

pub(crate) fn database() -> Option<TestDatabase> {
    TestDatabase::postgres()
}

/// A binary literal.
pub(crate) fn bytes(hex: &str) -> String {
    format!("'\\x{hex}'::bytea")
}

/// The bytes of a column as hexadecimal text.
pub(crate) fn hex(column: &str) -> String {
    format!("encode({column}, 'hex')")
}
