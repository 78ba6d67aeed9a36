//! Key sources: files, directories, and changes of keys.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use llm_config_core::endpoint::NoVendorHosts;
use llm_config_core::key::KeySource;
use llm_config_store::keys::{KeyDirectory, KeyFile};
use llm_config_store::testing::{KEYRING, TestDatabase};
use llm_config_store::{OpenError, Options, Store, StoreError, VaultError};
use serde_json::json;
use tempfile::TempDir;

use super::database;
use super::open::error_of;
use crate::support::{SECRET, api_key, count, create, named, new, open_target, opened_secret, owner, text};

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const NEW_KEY: &str = "new-key AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

fn options_with_keys(database: &TestDatabase, keys: impl KeySource + 'static) -> Options {
    Options::new(database.database(), Arc::new(keys), Arc::new(NoVendorHosts))
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn write(path: &Path, content: &str, mode: u32) {
    // Removed first, because a read-only file cannot be overwritten, except by root.
    drop(std::fs::remove_file(path));
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn open_without_key_file_creates_private_file_once() {
    let (database, folder) = (database(), TempDir::new().unwrap());
    let path = folder.path().join("master.key");
    let store = Store::open(options_with_keys(&database, KeyFile::new(path.clone()))).await.unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file remains");
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let again = Store::open(options_with_keys(&database, KeyFile::new(path.clone()))).await.unwrap();
    assert_eq!(opened_secret(&again, config.id).await.as_deref(), Some(SECRET));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_several_databases_concurrently_creates_one_key_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("master.key");
    let mut databases = Vec::new();
    for _ in 0..6 {
        let database = database();
        databases.push(database);
    }
    let starts: Vec<_> = databases
        .iter()
        .map(|database| tokio::spawn(Store::open(options_with_keys(database, KeyFile::new(path.clone())))))
        .collect();
    for start in starts {
        start.await.unwrap().unwrap();
    }
    let keys: BTreeSet<_> = databases
        .iter()
        .flat_map(|database| database.texts("SELECT id AS value FROM key_encryption_keys"))
        .collect();
    assert_eq!((keys.len(), std::fs::read_dir(folder.path()).unwrap().count()), (1, 1));
}

#[tokio::test]
async fn open_with_lost_key_file_is_rejected() {
    let (database, folder) = (database(), TempDir::new().unwrap());
    let path = folder.path().join("master.key");
    Store::open(options_with_keys(&database, KeyFile::new(path.clone()))).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let error = error_of(options_with_keys(&database, KeyFile::new(path.clone()))).await;
    assert!(matches!(error, OpenError::KeyMissing { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!(
            "the database is initialised, but there is no key at {}; bring back the keyring that it was \
             initialised with (a new key cannot decrypt the stored values)",
            path.display()
        )
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn open_with_key_file_readable_by_others_is_rejected() {
    let (database, folder) = (database(), TempDir::new().unwrap());
    let path = folder.path().join("master.key");
    for (readable, expected) in [(0o644, "0644"), (0o640, "0640"), (0o604, "0604"), (0o620, "0620")] {
        write(&path, KEYRING, readable);
        let error = error_of(options_with_keys(&database, KeyFile::new(path.clone()))).await.to_string();
        let (path, mode) = (path.display(), expected);
        let fix = format!("make it private with `chmod 600 {path}`; a mounted secret may have mode 0440");
        let sentence = format!("the key file {path} can be read by others (mode {mode}); {fix}");
        assert_eq!(error, sentence);
    }
    // As systemd and orchestrators mount secrets.
    for mounted in [0o400, 0o440] {
        write(&path, KEYRING, mounted);
        Store::open(options_with_keys(&database, KeyFile::new(path.clone()))).await.unwrap();
    }
}

#[tokio::test]
async fn open_with_malformed_key_file_is_rejected_without_quoting_content() {
    let (database, folder) = (database(), TempDir::new().unwrap());
    let path = folder.path().join("master.key");
    let place = path.display().to_string();
    let line = |n| format!("line {n} of {place} must be a key id, a space and 32 bytes in base64");
    for (content, expected) in [
        ("hunter2".to_owned(), line(1)),
        ("# a, b\n\nkey hunter2".to_owned(), line(3)),
        (format!("a/b {KEY}"), line(1)),
        (format!("a {KEY}\na {KEY}"), format!("line 2 of {place} repeats a key id")),
    ] {
        write(&path, &content, 0o600);
        assert_eq!(
            error_of(options_with_keys(&database, KeyFile::new(path.clone()))).await.to_string(),
            expected
        );
    }
    write(&path, &"x".repeat(70_000), 0o600);
    let error = error_of(options_with_keys(&database, KeyFile::new(path))).await.to_string();
    assert_eq!(error, format!("{place} is not a key file"));
    let folder = folder.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let error = error_of(options_with_keys(&database, KeyFile::new(folder.clone()))).await.to_string();
    assert_eq!(error, format!("{} is not a key file", folder.display()));
    let nowhere = folder.join("missing/master.key");
    let error = error_of(options_with_keys(&database, KeyFile::new(nowhere.clone()))).await.to_string();
    assert!(
        error.starts_with(&format!("the key file {} cannot be created: the directory", nowhere.display())),
        "{error}"
    );
}

#[tokio::test]
async fn open_with_mounted_key_directory_reads_each_file() {
    let (database, folder) = (database(), TempDir::new().unwrap());
    let path = folder.path().to_owned();
    let opening = |current: Option<&str>| {
        options_with_keys(&database, KeyDirectory::new(path.clone(), current.map(|id| id.parse().unwrap())))
    };
    let place = path.display();
    let empty = error_of(opening(None)).await.to_string();
    assert_eq!(empty, format!("the key directory {place} has no key; put one there before the first start"));
    std::fs::create_dir(path.join("..data")).unwrap();
    write(&path.join("..data/key-1"), &format!("{KEY}\n"), 0o440);
    std::os::unix::fs::symlink("..data/key-1", path.join("key-1")).unwrap();
    write(&path.join(".hidden"), "nonsense", 0o666);
    Store::open(opening(None)).await.unwrap();
    write(&path.join("key-2"), "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=", 0o440);
    let several = error_of(opening(None)).await.to_string();
    let sentence =
        "has several keys, `key-1`, `key-2`; name the one that encrypts new secrets with `--current-key`";
    assert_eq!(several, format!("the key directory {place} {sentence}"));
    let missing = error_of(opening(Some("key-3"))).await.to_string();
    assert_eq!(missing, format!("the key directory {place} has no key `key-3`"));
    Store::open(opening(Some("key-2"))).await.unwrap();
    assert_eq!(count(&database, "key_encryption_keys"), 2);
    write(&path.join("key-2"), "short", 0o440);
    let malformed = error_of(opening(Some("key-2"))).await.to_string();
    assert_eq!(
        malformed,
        format!("the key file {place}/key-2 must be named by a key id and hold 32 bytes in base64")
    );
    write(&path.join("key-2"), KEY, 0o444);
    let public = error_of(opening(Some("key-2"))).await.to_string();
    assert!(
        public.starts_with(&format!("the key file {place}/key-2 can be read by others (mode 0444)")),
        "{public}"
    );
}

#[tokio::test]
async fn open_with_new_current_key_seals_with_new_key_and_opens_with_old_key() {
    let database = database();
    let old = database.store().await;
    let scope = owner(&old).await;
    let before = create(&old, scope, named("before")).await.unwrap();
    let both = format!("{NEW_KEY}\n{KEYRING}");
    let store = Store::open(database.options_with(&both)).await.unwrap();
    let after = create(&store, scope, new(json!({"name": "after", "model": "after"}), api_key("sk-after")))
        .await
        .unwrap();
    assert_eq!(opened_secret(&store, before.id).await.as_deref(), Some(SECRET));
    assert_eq!(opened_secret(&store, after.id).await.as_deref(), Some("sk-after"));
    let key_of =
        |id| text(&database, &format!("SELECT kek_id AS value FROM secrets WHERE config_id = '{id}'"));
    assert_eq!((key_of(before.id).as_str(), key_of(after.id).as_str()), ("test-key", "new-key"));
    assert_eq!(count(&database, "key_encryption_keys"), 2);
    // A server without the new key fails to open only the values that it sealed.
    let found = open_target(&old, after.id).await;
    let Err(llm_config_store::OpenTargetError::Store(StoreError::DecryptionFailed { source, .. })) = found
    else {
        panic!("{found:?}")
    };
    assert_eq!(source, VaultError::UnknownKey("new-key".parse().unwrap()));
    Store::open(database.options()).await.unwrap();
}

#[tokio::test]
async fn open_without_key_that_sealed_server_keys_is_rejected() {
    let database = database();
    database.store().await;
    Store::open(database.options_with(&format!("{NEW_KEY}\n{KEYRING}"))).await.unwrap();
    let error = error_of(database.options_with(NEW_KEY)).await;
    assert!(matches!(error, OpenError::ServerKey { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the installation's fingerprint key cannot be opened: it was sealed under the key `test-key`, which \
         the keyring does not have"
    );
}
