//! The contract of the store on PostgreSQL, and the failures of a database server.

use llm_config_store::testing::TestDatabase;

#[path = "contract/mod.rs"]
mod contract;
#[path = "postgres_rights.rs"]
mod rights;
#[path = "postgres_server.rs"]
mod server;
#[path = "postgres_tls.rs"]
mod tls;

/// Whether a configuration can be created in one statement.
pub(crate) const CREATES_IN_ONE_STATEMENT: bool = true;

pub(crate) fn database() -> TestDatabase {
    TestDatabase::postgres()
}

/// The SQL literal of binary data that is given in hexadecimal.
pub(crate) fn bytes(hex: &str) -> String {
    format!("'\\x{hex}'::bytea")
}

/// The SQL expression for the bytes of a column in lower-case hexadecimal.
pub(crate) fn hex(column: &str) -> String {
    format!("encode({column}, 'hex')")
}

/// Selects each column as `table.column type`, followed by ` NULL` if the column is nullable.
pub(crate) const COLUMNS: &str = "
    SELECT table_name || '.' || column_name || ' ' || data_type
        || CASE is_nullable WHEN 'NO' THEN '' ELSE ' NULL' END AS value
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' AND table_name <> 'cache_changes'
        AND column_name <> 'xid'";

/// Selects each table with the columns of its primary key, as `table (column, column)`.
pub(crate) const PRIMARY_KEYS: &str = "
    SELECT k.table_name || ' (' || string_agg(k.column_name, ', ' ORDER BY k.ordinal_position) || ')' AS value
    FROM information_schema.key_column_usage k
        JOIN information_schema.table_constraints c USING (constraint_name)
    WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = 'public' AND k.table_name NOT LIKE '\\_\\_%'
    GROUP BY k.table_name";

/// Disturbs the servers of a database for a moment: the polls are blocked for longer than a server may trust
/// the last one, and then all connections are ended.
pub(crate) fn disturb(database: &TestDatabase) {
    database
        .execute("BEGIN; LOCK TABLE cache_changes IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1.2); COMMIT");
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
}

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

/// All stored bytes: a dump by `pg_dump`.
pub(crate) fn raw(database: &TestDatabase) -> Vec<u8> {
    let mut dump = std::process::Command::new(setting("TEST_PG_DUMP"));
    let dump = dump.arg("--dbname").arg(database.url()).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    dump.stdout
}

/// An environment variable that `tests/run.sh` sets.
#[expect(clippy::disallowed_methods, reason = "tests read the settings that `tests/run.sh` sets")]
fn setting(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run these tests with `tests/run.sh`, which sets it"))
}
