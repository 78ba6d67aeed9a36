//! SQLite: the file, its mode, its settings, and what is said where there can be none.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use llm_config_store::testing::{KEYRING, TestDatabase};
use llm_config_store::{OpenError, Store};

use crate::support::{OPERATOR, create, endpoint_patch, find, named, owner, secret_patch, text, update};

/// How long a purge in the background may take.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn nobody_else_can_read_the_file_or_its_journals() {
    let database = TestDatabase::sqlite();
    let _store = database.store().await;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(database.folder().unwrap()).unwrap() {
        let entry = entry.unwrap();
        names.push(entry.file_name().into_string().unwrap());
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{}",
            names[names.len() - 1]
        );
    }
    names.sort();
    assert!(names.starts_with(&["registry.db".to_owned()]), "{names:?}");
}

#[tokio::test]
async fn every_connection_has_the_settings_that_it_needs() {
    let database = TestDatabase::sqlite();
    let _store = database.store().await;
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("trusted_schema", "0"),
        ("temp_store", "2"),
        ("journal_size_limit", "4194304"),
    ] {
        let found = text(&database, &format!("SELECT CAST({pragma} AS TEXT) AS value FROM pragma_{pragma}"));
        assert_eq!(found, expected, "{pragma}");
    }
    let timeout = text(&database, "SELECT CAST(timeout AS TEXT) AS value FROM pragma_busy_timeout");
    assert_eq!(timeout, "5000");
}

#[tokio::test]
async fn secret_purge_with_a_reader_in_the_way_is_pending_until_that_ends() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    assert!(store.wait_for_secret_purge(PATIENCE).await);
    let reader = database.reader();
    update(&store, config.id, secret_patch("sk-new")).await.unwrap();
    assert!(store.is_secret_purge_pending());
    assert!(!store.wait_for_secret_purge(Duration::from_millis(50)).await);
    // The connection that tried in vain waits for its turn as before.
    let timeout = text(&database, "SELECT CAST(timeout AS TEXT) AS value FROM pragma_busy_timeout");
    assert_eq!(timeout, "5000");
    drop(reader);
    assert!(store.wait_for_secret_purge(PATIENCE).await);
    assert_eq!(log_length(&database), 0);
}

#[tokio::test]
async fn secret_purge_follows_only_changes_of_secrets() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let scope = owner(&store).await;
    let config = create(&store, scope, named("a")).await.unwrap();
    let _reader = database.reader();
    update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    create(&store, scope, named("b")).await.unwrap();
    assert!(!store.is_secret_purge_pending());
    let current = find(&store, config.id).await.unwrap();
    store.write(move |tx| tx.delete_config(&current, &OPERATOR)).await.unwrap();
    assert!(store.is_secret_purge_pending());
}

fn log_length(database: &TestDatabase) -> u64 {
    std::fs::metadata(database.folder().unwrap().join("registry.db-wal")).unwrap().len()
}

async fn check_unreachable(database: &TestDatabase, path: &str, expected: &str) {
    let url = format!("sqlite://{path}");
    let mut options = database.options_with(KEYRING);
    options.database = url.parse().unwrap();
    let Err(error) = Store::open(options).await else { panic!("{path} was opened") };
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    let error = error.to_string();
    assert!(error.starts_with(&format!("the database {url} cannot be reached: {expected}")), "{error}");
}

#[tokio::test]
async fn where_there_can_be_no_file_the_reason_is_given() {
    let database = TestDatabase::sqlite();
    let folder = database.folder().unwrap().display().to_string();
    std::fs::write(format!("{folder}/letter"), "Dear Ada, this is not a database, however long it may be.")
        .unwrap();
    check_unreachable(&database, &format!("{folder}/missing/registry.db"), "No such file or directory").await;
    check_unreachable(&database, &format!("{folder}/letter/registry.db"), "Not a directory").await;
    std::fs::create_dir(format!("{folder}/drawer")).unwrap();
    check_unreachable(&database, &format!("{folder}/drawer"), "Is a directory").await;
    check_unreachable(&database, &format!("{folder}/letter"), "file is not a database").await;
    let letter = std::fs::read_to_string(format!("{folder}/letter")).unwrap();
    assert!(letter.starts_with("Dear Ada"));
    // Even where the user is root, this is a place for no file.
    check_unreachable(&database, "/proc/registry.db", "").await;
}
