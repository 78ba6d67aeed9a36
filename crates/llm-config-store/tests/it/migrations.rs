//! The migrations of the two databases differ in the names of types, and in nothing else.

use std::collections::BTreeMap;
use std::path::Path;

/// Every migration file by its path below the dialect's folder.
fn files(dialect: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect);
    let folders = std::fs::read_dir(&root).unwrap().map(|it| it.unwrap().path());
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()));
    files
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn both_databases_have_the_same_tables_constraints_and_indexes() {
    let postgres = files("postgres").into_iter().map(|(name, text)| {
        let text = text.replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER").replace("\n);", "\n) STRICT;");
        (name, text)
    });
    let (postgres, sqlite) = (postgres.collect::<BTreeMap<_, _>>(), files("sqlite"));
    assert!(sqlite.contains_key("0001_registry/up.sql") && sqlite.contains_key("0001_registry/down.sql"));
    assert_eq!(postgres, sqlite);
}
