//! The tables of the database are those of `schema.rs`.

use llm_config_store::testing::TestDatabase;

use super::{COLUMNS, PRIMARY_KEYS, database, opened, type_name};
use crate::support::{OPERATOR, create, named, owner};

/// The columns and primary keys that `schema.rs` declares, as the two queries spell them.
fn declared() -> (Vec<String>, Vec<String>) {
    let (mut columns, mut keys) = (Vec::new(), Vec::new());
    for table in include_str!("../../../src/schema.rs").split("diesel::table! {").skip(1) {
        let lines: Vec<_> = table.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
        let head = lines[0].strip_suffix(" {").unwrap();
        let name = head.split(' ').next().unwrap();
        keys.push(head.to_owned());
        for line in lines[1..].iter().take_while(|it| **it != "}") {
            let (column, kind) = line.strip_suffix(',').unwrap().split_once(" -> ").unwrap();
            let inner = kind.strip_prefix("Nullable<").and_then(|it| it.strip_suffix('>'));
            let null = if inner.is_some() { " NULL" } else { "" };
            columns.push(format!("{name}.{column} {}{null}", type_name(inner.unwrap_or(kind))));
        }
    }
    columns.sort();
    keys.sort();
    (columns, keys)
}

fn found(database: &TestDatabase) -> (Vec<String>, Vec<String>) {
    // Sorted here: databases do not agree on the order of texts.
    let sorted = |sql| {
        let mut texts = database.texts(sql);
        texts.sort();
        texts
    };
    (sorted(COLUMNS), sorted(PRIMARY_KEYS))
}

#[tokio::test]
async fn every_table_and_column_is_the_declared_one() {
    let Some((database, _store)) = opened().await else { return };
    let (columns, keys) = declared();
    assert!(columns.len() > 80 && keys.len() == 11, "{} columns of {} tables", columns.len(), keys.len());
    assert_eq!(found(&database), (columns, keys));
}

#[tokio::test]
async fn the_tables_can_be_taken_back_and_made_again() {
    let Some(database) = database() else { return };
    for _ in 0..2 {
        assert_eq!(database.migrate().unwrap(), ["0001"]);
        assert_eq!(found(&database), declared());
        assert!(database.migrate().unwrap().is_empty());
        assert_eq!(database.revert().unwrap(), ["0001"]);
        assert!(found(&database).0.is_empty());
    }
    let store = database.store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    store.write(move |tx| tx.delete_config(&config, &OPERATOR)).await.unwrap();
}
