//! The contract on SQLite, and the failures that only a file has.

use llm_config_store::testing::TestDatabase;

#[path = "contract/mod.rs"]
mod contract;
#[path = "sqlite_file.rs"]
mod file;

pub(crate) fn database() -> TestDatabase {
    TestDatabase::sqlite()
}

/// A binary literal.
pub(crate) fn bytes(hex: &str) -> String {
    format!("x'{hex}'")
}

/// The bytes of a column as hexadecimal text.
pub(crate) fn hex(column: &str) -> String {
    format!("lower(hex({column}))")
}

/// Each column: table, name, type, and whether it is nullable.
pub(crate) const COLUMNS: &str = "
    SELECT t.name || '.' || c.name || ' ' || c.type
        || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' NULL' END AS value
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'
        AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// Each table with the columns of its primary key.
pub(crate) const PRIMARY_KEYS: &str = "
    SELECT t.name || ' (' || group_concat(c.name, ', ' ORDER BY c.pk) || ')' AS value
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND c.pk > 0
    GROUP BY t.name";

/// The database's name for a Diesel type.
pub(crate) fn type_name(diesel: &str) -> &'static str {
    match diesel {
        "Text" => "TEXT",
        "Integer" | "BigInt" => "INTEGER",
        "Binary" => "BLOB",
        other => panic!("{other}"),
    }
}

/// The content of the database file and its journals.
pub(crate) fn raw(database: &TestDatabase) -> Vec<u8> {
    let files = std::fs::read_dir(database.folder().unwrap()).unwrap();
    let names: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 3, "the file, its write-ahead log and the index of the log: {names:?}");
    names.iter().flat_map(|path| std::fs::read(path).unwrap()).collect()
}
