//! First starts: concurrent ones, and ones that fail or are cancelled.

use std::sync::Arc;

use llm_config_core::endpoint::NoVendorHosts;
use llm_config_core::key::{KeySource, KeySourceError, Keyring};
use llm_config_store::keys::KeyText;
use llm_config_store::testing::{KEYRING, TestDatabase};
use llm_config_store::{OpenError, Options, Store, StoreError, TokenText};
use tokio::sync::Barrier;

use super::{database, open_store, open_stores};
use crate::support::{OPERATOR, count, find_user, run_concurrently, text};

/// Opens several stores concurrently on a new database.
async fn open_concurrently(database: &TestDatabase, count: usize) -> Vec<Store> {
    let barrier = Arc::new(Barrier::new(count));
    let starts = (0..count).map(|_| {
        let (barrier, options) = (Arc::clone(&barrier), database.options());
        tokio::spawn(async move {
            barrier.wait().await;
            Store::open(options).await
        })
    });
    // Collected, so that all are spawned before the first is awaited.
    let starts: Vec<_> = starts.collect();
    let mut stores = Vec::new();
    for start in starts {
        stores.push(start.await.unwrap().unwrap());
    }
    stores
}

#[tokio::test(flavor = "multi_thread")]
async fn open_new_database_concurrently_creates_one_installation() {
    for starts in [2, 8] {
        for _ in 0..5 {
            let database = database();
            let stores = open_concurrently(&database, starts).await;
            assert!(stores.iter().all(|store| store.organization() == stores[0].organization()));
            assert_eq!((count(&database, "installation"), count(&database, "server_keys")), (1, 5));
            assert_eq!((count(&database, "key_encryption_keys"), count(&database, "audit_events")), (1, 1));
        }
    }
}

#[expect(clippy::redundant_closure_for_method_calls, reason = "the method path has too few lifetimes")]
async fn has_root(store: &Store) -> bool {
    store.read(|tx| tx.has_root()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn create_root_concurrently_creates_one() {
    let (database, stores) = open_stores(8).await;
    let roots = run_concurrently(&stores, |_, store| async move {
        store.create_root(&OPERATOR, TokenText::generate()).await.unwrap()
    });
    let roots: Vec<_> = roots.await.into_iter().flatten().collect();
    assert_eq!((roots.len(), count(&database, "users"), count(&database, "tokens")), (1, 1, 1));
    let (user, token) = &roots[0];
    assert_eq!(find_user(&stores[1], user.id).await.as_ref(), Some(user));
    assert!(super::tokens::authenticates(&stores[1], token).await);
    assert!(has_root(&stores[2]).await);
    assert_eq!(text(&database, "SELECT labels AS value FROM tokens"), r#"{"purpose":"admin"}"#);
}

#[tokio::test]
async fn create_root_after_deletion_of_root_creates_none() {
    let (_database, store) = open_store().await;
    assert!(!has_root(&store).await);
    let (root, _) = store.create_root(&OPERATOR, TokenText::generate()).await.unwrap().unwrap();
    crate::support::user(&store, llm_config_core::access::OrgRole::Owner).await;
    let deleted = store.write(move |tx| tx.delete_user(&root, &OPERATOR));
    deleted.await.unwrap();
    assert!(store.create_root(&OPERATOR, TokenText::generate()).await.unwrap().is_none());
}

/// A key source whose `create` fails or panics.
struct FailingKeys(fn() -> KeySourceError);

#[async_trait::async_trait]
impl KeySource for FailingKeys {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        Err(KeySourceError::Missing { location: "nowhere".to_owned() })
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        Err(self.0())
    }
}

/// Whether the tables exist.
fn has_tables(database: &TestDatabase) -> bool {
    // `count` panics on a missing table.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| count(database, "installation"))).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn open_new_database_with_failing_keys_leaves_no_tables() {
    let database = database();
    let failing = FailingKeys(|| KeySourceError::Unusable("the vault is sealed".to_owned()));
    let opened =
        Store::open(Options::new(database.database(), Arc::new(failing), Arc::new(NoVendorHosts))).await;
    let Err(error) = opened else { panic!("opened") };
    assert_eq!(error.to_string(), "the vault is sealed");
    assert!(!has_tables(&database));
    let options = Options::new(
        database.database(),
        Arc::new(FailingKeys(|| panic!("killed"))),
        Arc::new(NoVendorHosts),
    );
    assert!(tokio::spawn(Store::open(options)).await.unwrap_err().is_panic());
    assert!(!has_tables(&database));
    let store = database.store().await;
    store.ready().await.unwrap();
    assert_eq!(count(&database, "audit_events"), 1);
}

/// A key source that pauses a first start until the test resumes it.
struct PausingKeys {
    reached: Arc<Barrier>,
    resume: Arc<Barrier>,
}

#[async_trait::async_trait]
impl KeySource for PausingKeys {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        self.reached.wait().await;
        self.resume.wait().await;
        KeyText::new(KEYRING.to_owned(), "here").load().await
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        Err(KeySourceError::Unusable("not expected".to_owned()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_during_first_start_waits_and_finds_the_installation() {
    let database = database();
    let (reached, resume) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let keys = PausingKeys { reached: Arc::clone(&reached), resume: Arc::clone(&resume) };
    let first =
        tokio::spawn(Store::open(Options::new(database.database(), Arc::new(keys), Arc::new(NoVendorHosts))));
    reached.wait().await;
    let second = tokio::spawn(Store::open(database.options()));
    resume.wait().await;
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!(first.organization(), second.organization());
}

#[tokio::test]
async fn open_with_dropped_future_is_atomic() {
    let database = database();
    let opening = tokio::spawn(Store::open(database.options()));
    opening.abort();
    drop(opening.await);
    let store = database.store().await;
    assert_eq!(count(&database, "installation"), 1);
    store.ready().await.unwrap();
}

#[tokio::test]
async fn ready_without_tables_fails() {
    let (database, store) = open_store().await;
    database.revert().unwrap();
    let ready: Result<(), StoreError> = store.ready().await;
    assert!(matches!(ready, Err(StoreError::Database(_))), "{ready:?}");
    let again: Result<Store, OpenError> = Store::open(database.options()).await;
    assert!(again.is_ok());
}
