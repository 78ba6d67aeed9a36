//! The schema of the database, compared with `schema.rs`, and its migrations.

use llm_config_core::check::Usable;
use llm_config_core::config::{LlmConfig, OriginProvenance, Revision};
use llm_config_core::credential::SecretMeta;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{CheckTrigger, NewCheck, RecordedCheck};

use super::checks::verdict;
use super::{COLUMNS, PRIMARY_KEYS, database, open_store, type_name};
use crate::support::{
    OPERATOR, SECRET, count, create, endpoint_patch, find, named, opened_secret, owner, update,
};

/// Every migration, oldest first.
pub(super) const MIGRATIONS: &[&str] = &[
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013",
    "0014", "0015", "0016", "0017",
];

/// The declared columns and primary keys, in the format of the two queries.
fn declared() -> (Vec<String>, Vec<String>) {
    let (mut columns, mut keys) = (Vec::new(), Vec::new());
    for table in include_str!("../../../src/database/schema.rs").split("diesel::table! {").skip(1) {
        let lines: Vec<_> = table.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let head = lines[0].strip_suffix(" {").unwrap();
        let name = head.split(' ').next().unwrap();
        keys.push(head.to_owned());
        for line in lines[1..].iter().take_while(|line| **line != "}") {
            let (column, kind) = line.strip_suffix(',').unwrap().split_once(" -> ").unwrap();
            let inner = kind.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>'));
            let null = if inner.is_some() { " NULL" } else { "" };
            columns.push(format!("{name}.{column} {}{null}", type_name(inner.unwrap_or(kind))));
        }
    }
    columns.sort();
    keys.sort();
    (columns, keys)
}

fn actual(database: &TestDatabase) -> (Vec<String>, Vec<String>) {
    // Sorted here, because databases differ in the order of texts.
    let sorted = |sql| {
        let mut texts = database.texts(sql);
        texts.sort();
        texts
    };
    (sorted(COLUMNS), sorted(PRIMARY_KEYS))
}

#[tokio::test]
async fn migrate_creates_the_declared_tables_and_columns() {
    let (database, _store) = open_store().await;
    let (columns, keys) = declared();
    assert!(columns.len() > 80 && keys.len() == 20, "{} columns of {} tables", columns.len(), keys.len());
    assert_eq!(actual(&database), (columns, keys));
}

#[tokio::test]
async fn revert_and_migrate_again_recreates_the_tables() {
    let database = database();
    for _ in 0..2 {
        assert_eq!(database.migrate().unwrap(), MIGRATIONS);
        assert_eq!(actual(&database), declared());
        assert!(database.migrate().unwrap().is_empty());
        assert!(database.revert().unwrap().iter().rev().eq(MIGRATIONS));
        assert!(actual(&database).0.is_empty());
    }
    let store = database.store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    store.write(move |tx| tx.delete_config(&config, &OPERATOR)).await.unwrap();
}

#[tokio::test]
async fn migrate_from_before_checks_keeps_configs() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let (fresh, id) = (create(&store, scope, named("a")).await.unwrap(), store.new_config_id());
    store.write(move |tx| tx.create_config(id, scope, &named("b"), &OPERATOR)).await.unwrap();
    for path in ["v2", "v3"] {
        update(&store, id, endpoint_patch(&format!("https://api.openai.com/{path}"))).await.unwrap();
    }
    let changed = find(&store, id).await.unwrap();
    drop(store);

    while database.revert_last().unwrap() != "0002" {}
    let columns = actual(&database).0;
    assert!(
        !columns.iter().any(|column| column.contains("check") && !column.contains("check_envelope")),
        "{columns:?}"
    );
    assert!(!columns.iter().any(|column| column.contains("target_revision")), "{columns:?}");
    assert_eq!(database.migrate().unwrap(), MIGRATIONS[1..]);
    assert_eq!(actual(&database), declared());

    let store = database.store().await;
    assert_eq!((count(&database, "llm_configs"), count(&database, "secrets")), (2, 2));
    for (config, revision) in [(&fresh, 1), (&changed, 3)] {
        // Reverting the later migrations has dropped the provenance of origin and secret.
        let secret = config.secret.clone().map(|secret| SecretMeta { given_by: None, ..secret });
        let expected = LlmConfig { origin: OriginProvenance::default(), secret, ..config.clone() };
        assert_eq!(find(&store, config.id).await, Some(expected));
        assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
        for (opened, is_recorded) in [(revision - 1, false), (revision, true)] {
            let check = NewCheck {
                config: config.id,
                incarnation: config.incarnation,
                revision: Revision::new(opened),
                at: config.updated.at,
                trigger: CheckTrigger::Background,
                checked_by: config.created.by,
                works: Some(true),
                verdict: verdict(Usable::Yes, "ok"),
                report: "{}".to_owned().try_into().unwrap(),
            };
            let recorded = store.write(move |tx| tx.record_check(&check)).await.unwrap();
            assert_eq!(recorded != RecordedCheck::Outdated, is_recorded, "{opened}");
        }
    }
}
