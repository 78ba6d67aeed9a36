//! The migrations of the two databases differ only in the names of types, and in marked paragraphs.

use std::collections::BTreeMap;
use std::path::Path;

/// The text without its paragraphs for one database, which begin with `-- Only on `.
fn common(text: &str) -> String {
    let is_common = |paragraph: &&str| !paragraph.starts_with("-- Only on ");
    text.split("\n\n").filter(is_common).collect::<Vec<_>>().join("\n\n")
}

/// The content of every migration file by its path below the folder of the database.
fn files(database: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
    let folders = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path());
    let files =
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    files
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            (name, common(&std::fs::read_to_string(path).unwrap()))
        })
        .collect()
}

#[test]
fn migrations_of_both_databases_differ_only_in_type_names_and_marked_paragraphs() {
    let postgres = files("postgres").into_iter().map(|(name, text)| {
        let text = text.replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER").replace("\n);", "\n) STRICT;");
        (name, text)
    });
    let (postgres, sqlite) = (postgres.collect::<BTreeMap<_, _>>(), files("sqlite"));
    assert!(sqlite.contains_key("0001_registry/up.sql") && sqlite.contains_key("0001_registry/down.sql"));
    assert_eq!(postgres, sqlite);
}
