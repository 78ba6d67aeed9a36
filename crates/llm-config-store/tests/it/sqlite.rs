//! The contract of the store on SQLite, and the failures of a database file.

use llm_config_store::testing::TestDatabase;

#[path = "contract/mod.rs"]
mod contract;
#[path = "sqlite_file.rs"]
mod file;
#[path = "sqlite_groups.rs"]
mod groups;
#[path = "sqlite_reserve.rs"]
mod reserve;

/// Whether a configuration can be created in one statement.
pub(crate) const CREATES_IN_ONE_STATEMENT: bool = false;

pub(crate) fn database() -> TestDatabase {
    TestDatabase::sqlite()
}

/// The SQL literal of binary data that is given in hexadecimal.
pub(crate) fn bytes(hex: &str) -> String {
    format!("x'{hex}'")
}

/// The SQL expression for the bytes of a column in lower-case hexadecimal.
pub(crate) fn hex(column: &str) -> String {
    format!("lower(hex({column}))")
}

/// Selects each column as `table.column type`, followed by ` NULL` if the column is nullable. Leaves out the
/// counters that stand in for the sequences of PostgreSQL.
pub(crate) const COLUMNS: &str = "
    SELECT t.name || '.' || c.name || ' ' || c.type
        || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' NULL' END AS value
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'
        AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> 'sequences'";

/// Selects each table with the columns of its primary key, as `table (column, column)`.
pub(crate) const PRIMARY_KEYS: &str = "
    SELECT t.name || ' (' || group_concat(c.name, ', ' ORDER BY c.pk) || ')' AS value
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND c.pk > 0
        AND t.name <> 'sequences'
    GROUP BY t.name";

/// Disturbs the servers of a database: another program commits, and then leaves them alone for a moment.
pub(crate) fn disturb(database: &TestDatabase) {
    database.execute("BEGIN IMMEDIATE; UPDATE installation SET list_rules = list_rules; COMMIT");
    std::thread::sleep(std::time::Duration::from_millis(200));
}

/// The database's name for a Diesel type.
pub(crate) fn type_name(diesel: &str) -> &'static str {
    match diesel {
        "Text" => "TEXT",
        "Integer" | "BigInt" => "INTEGER",
        "Binary" => "BLOB",
        other => panic!("{other}"),
    }
}

/// All stored bytes: the database file and its journals.
pub(crate) fn raw(database: &TestDatabase) -> Vec<u8> {
    let files = std::fs::read_dir(database.folder().unwrap()).unwrap();
    let names: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 3, "the file, its write-ahead log and the index of the log: {names:?}");
    names.iter().flat_map(|path| std::fs::read(path).unwrap()).collect()
}
