//! SQLite only: the permissions of the files, the pragmas of a connection, the purge of old ciphertext from
//! the write-ahead log, and paths that cannot be opened.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use llm_config_store::testing::{KEYRING, TestDatabase};
use llm_config_store::{OpenError, Store};

use crate::support::{OPERATOR, create, endpoint_patch, find, named, owner, secret_patch, text, update};

/// The longest acceptable time of a purge in the background.
const PURGE_TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn open_creates_files_that_only_the_owner_may_read() {
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
async fn connect_sets_all_pragmas() {
    let database = TestDatabase::sqlite();
    let _store = database.store().await;
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("trusted_schema", "0"),
        ("temp_store", "2"),
        ("journal_size_limit", "8388608"),
    ] {
        let found = text(&database, &format!("SELECT CAST({pragma} AS TEXT) AS value FROM pragma_{pragma}"));
        assert_eq!(found, expected, "{pragma}");
    }
    let timeout = text(&database, "SELECT CAST(timeout AS TEXT) AS value FROM pragma_busy_timeout");
    assert_eq!(timeout, "5000");
}

#[test]
fn compile_options_of_the_workspace_are_in_effect() {
    let database = TestDatabase::sqlite();
    let options = database.texts("SELECT compile_options AS value FROM pragma_compile_options");
    for option in ["DEFAULT_MEMSTATUS=0", "THREADSAFE=2", "ENABLE_QPSG"] {
        assert!(
            options.iter().any(|found| found == option),
            "{option}, set in .cargo/config.toml: {options:?}"
        );
    }
}

#[tokio::test]
async fn purge_with_active_reader_is_pending_until_reader_ends() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    assert!(store.wait_for_secret_purge(PURGE_TIMEOUT).await);
    let reader = database.reader();
    update(&store, config.id, secret_patch("sk-new")).await.unwrap();
    assert!(store.is_secret_purge_pending());
    assert!(!store.wait_for_secret_purge(Duration::from_millis(50)).await);
    // The failed purge has restored the busy timeout of its connection.
    let timeout = text(&database, "SELECT CAST(timeout AS TEXT) AS value FROM pragma_busy_timeout");
    assert_eq!(timeout, "5000");
    drop(reader);
    assert!(store.wait_for_secret_purge(PURGE_TIMEOUT).await);
    assert_eq!(wal_length(&database), 0);
}

#[tokio::test]
async fn purge_is_pending_only_after_changes_of_secrets() {
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

fn wal_length(database: &TestDatabase) -> u64 {
    std::fs::metadata(database.folder().unwrap().join("registry.db-wal")).unwrap().len()
}

async fn check_unusable(database: &TestDatabase, path: &str, action: &str, reason: &str) {
    let mut options = database.options_with(KEYRING);
    options.database = format!("sqlite://{path}").parse().unwrap();
    let Err(error) = Store::open(options).await else { panic!("{path} was opened") };
    assert!(matches!(error, OpenError::DatabaseFile(_)), "{error:?}");
    let error = error.to_string();
    let expected = format!("the database file {path} cannot be {action}: {reason}");
    assert!(error.starts_with(&expected), "{error}: {expected}");
}

#[tokio::test]
async fn open_at_unusable_path_reports_the_reason() {
    let database = TestDatabase::sqlite();
    let folder = database.folder().unwrap().display().to_string();
    std::fs::write(
        format!("{folder}/text_file"),
        "A text file that is long enough for the header of a SQLite file.",
    )
    .unwrap();
    std::fs::create_dir(format!("{folder}/folder_at_path")).unwrap();
    for (name, action, reason) in [
        ("missing/at/all/r.db", "created", format!("the directory {folder}/missing does not exist")),
        ("text_file/registry.db", "created", format!("{folder}/text_file is not a directory")),
        ("text_file", "opened", "file is not a database".to_owned()),
        ("folder_at_path", "opened for writing", "it is a directory".to_owned()),
    ] {
        check_unusable(&database, &format!("{folder}/{name}"), action, &reason).await;
    }
    let text_file = std::fs::read_to_string(format!("{folder}/text_file")).unwrap();
    assert!(text_file.starts_with("A text file"));
    // Not even root can create a file in `/proc`.
    check_unusable(&database, "/proc/registry.db", "created", "").await;
}
