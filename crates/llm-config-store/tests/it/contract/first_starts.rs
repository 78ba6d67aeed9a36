//! First starts: several at once, and some that are ended in the middle.

use std::sync::Arc;

use llm_config_core::endpoint::NoVendorHosts;
use llm_config_core::key::{KeySource, KeySourceError, Keyring};
use llm_config_store::keys::KeyText;
use llm_config_store::testing::{KEYRING, TestDatabase};
use llm_config_store::{OpenError, Options, Store, StoreError};
use tokio::sync::Barrier;

use super::{database, opened, servers};
use crate::support::{OPERATOR, at_once, count, find_user, text};

/// Opens as many stores at once on a database that nobody has opened before.
async fn open_at_once(database: &TestDatabase, count: usize) -> Vec<Store> {
    let barrier = Arc::new(Barrier::new(count));
    let starts = (0..count).map(|_| {
        let (barrier, options) = (Arc::clone(&barrier), database.options());
        tokio::spawn(async move {
            barrier.wait().await;
            Store::open(options).await
        })
    });
    // All are spawned before the first is waited for.
    let starts: Vec<_> = starts.collect();
    let mut stores = Vec::new();
    for start in starts {
        stores.push(start.await.unwrap().unwrap());
    }
    stores
}

#[tokio::test(flavor = "multi_thread")]
async fn first_starts_at_once_make_one_installation() {
    for starts in [2, 8] {
        for _ in 0..5 {
            let database = database();
            let stores = open_at_once(&database, starts).await;
            assert!(stores.iter().all(|it| it.organization() == stores[0].organization()));
            assert_eq!((count(&database, "installation"), count(&database, "server_keys")), (1, 4));
            assert_eq!((count(&database, "key_encryption_keys"), count(&database, "audit_events")), (1, 1));
        }
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method's name alone has too few lifetimes"
)]
async fn has_root(store: &Store) -> bool {
    store.read(|tx| tx.has_root()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_who_want_to_be_root_one_is() {
    let (database, stores) = servers(8).await;
    let roots = at_once(&stores, |_, store| async move { store.create_root(&OPERATOR).await.unwrap() });
    let roots: Vec<_> = roots.await.into_iter().flatten().collect();
    assert_eq!((roots.len(), count(&database, "users"), count(&database, "tokens")), (1, 1, 1));
    let (user, token) = &roots[0];
    assert_eq!(find_user(&stores[1], user.id).await.as_ref(), Some(user));
    assert!(super::tokens::works(&stores[1], token).await);
    assert!(has_root(&stores[2]).await);
    assert_eq!(text(&database, "SELECT labels AS value FROM tokens"), r#"{"purpose":"admin"}"#);
}

#[tokio::test]
async fn there_is_no_second_root_even_when_the_first_is_gone() {
    let (_database, store) = opened().await;
    assert!(!has_root(&store).await);
    let (root, _) = store.create_root(&OPERATOR).await.unwrap().unwrap();
    crate::support::user(&store, llm_config_core::access::OrgRole::Owner).await;
    let deleted = store.write(move |tx| tx.delete_user(&root, &OPERATOR));
    deleted.await.unwrap();
    assert!(store.create_root(&OPERATOR).await.unwrap().is_none());
}

/// A source of keys whose `create` ends the start in its own way.
struct Ends(fn() -> KeySourceError);

#[async_trait::async_trait]
impl KeySource for Ends {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        Err(KeySourceError::Missing { place: "nowhere".to_owned() })
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        Err(self.0())
    }
}

fn tables(database: &TestDatabase) -> bool {
    // Fails on a table that is not there, so a start that left nothing can be told.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| count(database, "installation"))).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_that_ends_in_the_middle_leaves_nothing() {
    let database = database();
    let refuses = Ends(|| KeySourceError::Unusable("the vault is sealed".to_owned()));
    let opened =
        Store::open(Options::new(database.database(), Arc::new(refuses), Arc::new(NoVendorHosts))).await;
    let Err(error) = opened else { panic!("opened") };
    assert_eq!(error.to_string(), "the vault is sealed");
    assert!(!tables(&database));
    let options =
        Options::new(database.database(), Arc::new(Ends(|| panic!("killed"))), Arc::new(NoVendorHosts));
    assert!(tokio::spawn(Store::open(options)).await.unwrap_err().is_panic());
    assert!(!tables(&database));
    let store = database.store().await;
    store.ready().await.unwrap();
    assert_eq!(count(&database, "audit_events"), 1);
}

/// A source of keys that lets a test look on while a first start is under way.
struct Waits {
    reached: Arc<Barrier>,
    go_on: Arc<Barrier>,
}

#[async_trait::async_trait]
impl KeySource for Waits {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        self.reached.wait().await;
        self.go_on.wait().await;
        KeyText::new(KEYRING.to_owned(), "here").load().await
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        Err(KeySourceError::Unusable("never asked".to_owned()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_waits_for_the_first_and_finds_it_done() {
    let database = database();
    let (reached, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let keys = Waits { reached: Arc::clone(&reached), go_on: Arc::clone(&go_on) };
    let first =
        tokio::spawn(Store::open(Options::new(database.database(), Arc::new(keys), Arc::new(NoVendorHosts))));
    reached.wait().await;
    let second = tokio::spawn(Store::open(database.options()));
    go_on.wait().await;
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!(first.organization(), second.organization());
}

#[tokio::test]
async fn a_start_whose_caller_went_away_is_whole_or_nothing() {
    let database = database();
    let opening = tokio::spawn(Store::open(database.options()));
    opening.abort();
    drop(opening.await);
    let store = database.store().await;
    assert_eq!(count(&database, "installation"), 1);
    store.ready().await.unwrap();
}

#[tokio::test]
async fn a_store_on_a_database_without_its_tables_is_not_ready() {
    let (database, store) = opened().await;
    database.revert().unwrap();
    let ready: Result<(), StoreError> = store.ready().await;
    assert!(matches!(ready, Err(StoreError::Database(_))), "{ready:?}");
    let again: Result<Store, OpenError> = Store::open(database.options()).await;
    assert!(again.is_ok());
}
