//! Inspections of a database before a start.

use llm_config_store::keys::KeyText;
use llm_config_store::testing::{KEYRING, TestDatabase};
use llm_config_store::{DatabaseState, OpenError, Options, Store, TokenText, inspect, migrate};

use super::database;
use crate::support::{OPERATOR, count};

async fn state(database: &TestDatabase) -> DatabaseState {
    inspect(database.options()).await.unwrap().state
}

fn with_keyring(database: &TestDatabase, keyring: &str) -> Options {
    let keys = std::sync::Arc::new(KeyText::new(keyring.to_owned(), "the keyring"));
    Options { keys, ..database.options() }
}

#[tokio::test]
async fn inspect_before_and_after_each_step_reports_it() {
    let database = database();
    let new = state(&database).await;
    assert!(matches!(new, DatabaseState::Missing | DatabaseState::Empty), "{new:?}");
    migrate(database.database()).await.unwrap();
    assert_eq!(state(&database).await, DatabaseState::Uninitialized);
    let store = Store::open(database.options()).await.unwrap();
    assert_eq!(state(&database).await, DatabaseState::Initialized { has_root: false });
    store.create_root(&OPERATOR, TokenText::generate()).await.unwrap();
    let inspection = inspect(database.options()).await.unwrap();
    assert_eq!(inspection.state, DatabaseState::Initialized { has_root: true });
    inspection.keys.unwrap();
    let product = inspection.product.unwrap();
    assert!(["SQLite 3.", "PostgreSQL "].iter().any(|name| product.starts_with(name)), "{product}");
}

#[tokio::test]
async fn inspect_with_new_current_key_does_not_add_it() {
    let database = database();
    Store::open(database.options()).await.unwrap();
    let new = "new BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=";
    let inspection = inspect(with_keyring(&database, &format!("{new}\n{KEYRING}"))).await.unwrap();
    assert_eq!(inspection.state, DatabaseState::Initialized { has_root: false });
    inspection.keys.unwrap();
    assert_eq!(count(&database, "key_encryption_keys"), 1);
}

#[tokio::test]
async fn inspect_with_other_keys_or_newer_database_reports_it() {
    let database = database();
    Store::open(database.options()).await.unwrap();
    let wrong = KEYRING.replace("test-key", "other-key");
    let keys = inspect(with_keyring(&database, &wrong)).await.unwrap().keys;
    assert!(matches!(keys, Err(OpenError::WrongKey(_))), "{keys:?}");
    let keys = inspect(with_keyring(&database, "")).await.unwrap().keys;
    assert!(matches!(keys, Err(OpenError::KeyMissing { .. })), "{keys:?}");
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
    let error = inspect(database.options()).await.unwrap_err();
    assert!(matches!(error, OpenError::Migration(_)), "{error:?}");
}

#[tokio::test]
async fn inspect_of_earlier_version_counts_its_migrations() {
    let database = database();
    Store::open(database.options()).await.unwrap();
    database.execute(
        "DELETE FROM __diesel_schema_migrations WHERE version = \
         (SELECT MAX(version) FROM __diesel_schema_migrations)",
    );
    assert_eq!(state(&database).await, DatabaseState::Outdated { migrations: 1 });
}
