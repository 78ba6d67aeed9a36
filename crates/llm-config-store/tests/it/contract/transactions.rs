//! Transactions: retries, atomicity and isolation.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use llm_config_core::access::OrgRole;
use llm_config_store::{Conflict, Store, StoreError};

use super::{database, open_store, open_stores};
use crate::support::{OPERATOR, change_role, count, find_user, person, run_concurrently, user};

/// Runs a write whose first `failures` attempts fail as contended after a change. Returns its result and the
/// number of attempts.
async fn contended(store: &Store, failures: usize) -> (Result<(), StoreError>, usize) {
    let attempts = Arc::new(AtomicUsize::new(0));
    let (counted, id) = (Arc::clone(&attempts), store.new_principal_id());
    let written = store
        .write(move |tx| {
            tx.create_user(id, &person("ada@example.com", OrgRole::User), &OPERATOR)?;
            let attempt = counted.fetch_add(1, Ordering::SeqCst);
            if attempt < failures { Err(StoreError::Contended) } else { Ok(()) }
        })
        .await;
    (written, attempts.load(Ordering::SeqCst))
}

#[tokio::test]
async fn write_with_contention_is_retried_and_applied_once() {
    let (database, store) = open_store().await;
    let events = count(&database, "audit_events");
    let (written, attempts) = contended(&store, 2).await;
    written.unwrap();
    assert_eq!(attempts, 3);
    assert_eq!((count(&database, "users"), count(&database, "audit_events")), (1, events + 1));
}

#[tokio::test]
async fn write_with_permanent_contention_fails_after_six_attempts() {
    let (database, store) = open_store().await;
    let (written, attempts) = contended(&store, usize::MAX).await;
    assert!(matches!(written, Err(StoreError::Contended)), "{written:?}");
    assert_eq!((attempts, count(&database, "users")), (6, 0));
}

#[tokio::test]
async fn now_is_the_same_in_every_attempt() {
    let (_database, store) = open_store().await;
    let times = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    let written = store.write(move |tx| {
        let mut seen = seen.lock().unwrap();
        seen.push(tx.now());
        if seen.len() < 3 { Err(StoreError::Contended) } else { Ok(()) }
    });
    written.await.unwrap();
    let times = times.lock().unwrap();
    assert!(times.len() == 3 && times.iter().all(|time| *time == times[0]), "{times:?}");
}

#[tokio::test]
async fn read_that_writes_stores_nothing() {
    let (database, store) = open_store().await;
    let id = store.new_principal_id();
    // PostgreSQL rejects the statement; SQLite rolls it back.
    drop(
        store.read(move |tx| tx.create_user(id, &person("ada@example.com", OrgRole::User), &OPERATOR)).await,
    );
    assert_eq!(count(&database, "users"), 0);
    user(&store, OrgRole::User).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn read_during_concurrent_write_sees_one_snapshot() {
    let (_database, stores) = open_stores(2).await;
    let (ada, other) = (user(&stores[0], OrgRole::User).await, stores[1].clone());
    let runtime = tokio::runtime::Handle::current();
    let reads = stores[0].read(move |tx| {
        let before = tx.find_user(ada)?;
        let changed = other.write(move |tx| {
            let user = tx.find_user(ada)?.ok_or(StoreError::Stale)?;
            change_role(tx, &user, OrgRole::Billing, &OPERATOR)
        });
        runtime.block_on(changed)?;
        Ok::<_, StoreError>((before, tx.find_user(ada)?))
    });
    let (before, after) = reads.await.unwrap();
    assert_eq!(before, after);
    assert_eq!(find_user(&stores[0], ada).await.unwrap().role, OrgRole::Billing);
}

#[tokio::test]
async fn write_that_ignores_an_error_stores_all_or_fails() {
    let (database, store) = open_store().await;
    let (ada, bob, again) = (store.new_principal_id(), store.new_principal_id(), store.new_principal_id());
    store
        .write(move |tx| tx.create_user(ada, &person("a@example.com", OrgRole::User), &OPERATOR))
        .await
        .unwrap();
    let written = store.write(move |tx| {
        tx.create_user(bob, &person("b@example.com", OrgRole::User), &OPERATOR)?;
        match tx.create_user(again, &person("a@example.com", OrgRole::User), &OPERATOR) {
            Err(StoreError::Conflict(Conflict::UserEmail)) => Ok::<_, StoreError>(()),
            other => panic!("{other:?}"),
        }
    });
    let is_stored = written.await.is_ok();
    assert_eq!(find_user(&store, bob).await.is_some(), is_stored);
    assert_eq!(count(&database, "users"), 1 + usize::from(is_stored));
}

#[tokio::test(flavor = "multi_thread")]
async fn panic_in_write_propagates_and_keeps_the_pool_usable() {
    let database = database();
    let mut options = database.options();
    options.connections = 1;
    let store = Store::open(options).await.unwrap();
    for _ in 0..3 {
        let (other, id) = (store.clone(), store.new_principal_id());
        let panicked = tokio::spawn(async move {
            let work = other.write(move |tx| -> Result<(), StoreError> {
                tx.create_user(id, &person("ada@example.com", OrgRole::User), &OPERATOR)?;
                panic!("on purpose")
            });
            work.await
        });
        assert_eq!(panicked.await.unwrap_err().into_panic().downcast_ref(), Some(&"on purpose"));
        assert_eq!(count(&database, "users"), 0);
        store.ready().await.unwrap();
    }
    user(&store, OrgRole::User).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn write_from_eight_servers_concurrently_succeeds() {
    let (database, stores) = open_stores(8).await;
    let written = run_concurrently(&stores, |_, store| async move {
        for _ in 0..10 {
            user(&store, OrgRole::User).await;
        }
    });
    written.await;
    assert_eq!(count(&database, "users"), 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn write_with_dropped_future_is_atomic() {
    let (database, store) = open_store().await;
    let (started, finish) = (Arc::new(std::sync::Barrier::new(2)), Arc::new(std::sync::Barrier::new(2)));
    let (store, id) = (store.clone(), store.new_principal_id());
    let (work_started, work_finish, other) = (Arc::clone(&started), Arc::clone(&finish), store.clone());
    let task = tokio::spawn(async move {
        let work = other.write(move |tx| {
            work_started.wait();
            work_finish.wait();
            tx.create_user(id, &person("ada@example.com", OrgRole::User), &OPERATOR)
        });
        work.await
    });
    let waited = tokio::task::spawn_blocking(move || started.wait());
    waited.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    tokio::task::spawn_blocking(move || finish.wait()).await.unwrap();
    // At any time either both the user and the event exist or neither.
    let (exists, events) = store
        .read(move |tx| {
            let events = tx.audit_events(Some(&id.to_string()), 10)?.len();
            Ok::<_, StoreError>((tx.find_user(id)?.is_some(), events))
        })
        .await
        .unwrap();
    assert_eq!(usize::from(exists), events);
    drop(database);
}
