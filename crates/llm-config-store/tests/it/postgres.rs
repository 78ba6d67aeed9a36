//! The contract on PostgreSQL, and the failures that only a server has.

use llm_config_store::testing::TestDatabase;

#[path = "contract/mod.rs"]
mod contract;
#[path = "postgres_server.rs"]
mod server;
#[path = "postgres_tls.rs"]
mod tls;

pub(crate) fn database() -> TestDatabase {
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

/// Each column: table, name, type, and whether it is nullable.
pub(crate) const COLUMNS: &str = "
    SELECT table_name || '.' || column_name || ' ' || data_type
        || CASE is_nullable WHEN 'NO' THEN '' ELSE ' NULL' END AS value
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";

/// Each table with the columns of its primary key.
pub(crate) const PRIMARY_KEYS: &str = "
    SELECT k.table_name || ' (' || string_agg(k.column_name, ', ' ORDER BY k.ordinal_position) || ')' AS value
    FROM information_schema.key_column_usage k
        JOIN information_schema.table_constraints c USING (constraint_name)
    WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = 'public' AND k.table_name NOT LIKE '\\_\\_%'
    GROUP BY k.table_name";

/// The database's name for a Diesel type.
pub(crate) fn type_name(diesel: &str) -> &'static str {
    match diesel {
        "Text" => "text",
        "Integer" => "integer",
        "BigInt" => "bigint",
        "Binary" => "bytea",
        other => panic!("{other}"),
    }
}

/// A dump of the database.
pub(crate) fn raw(database: &TestDatabase) -> Vec<u8> {
    let mut dump = std::process::Command::new(setting("TEST_PG_DUMP"));
    let dump = dump.arg("--dbname").arg(database.url()).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    dump.stdout
}

/// An environment variable that `tests/run.sh` sets.
#[expect(clippy::disallowed_methods, reason = "the settings of tests, not of the program")]
fn setting(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run these tests with `tests/run.sh`, which sets it"))
}
