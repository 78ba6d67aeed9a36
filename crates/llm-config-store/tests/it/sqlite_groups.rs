//! SQLite only: write transactions that share a commit.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use llm_config_core::access::OrgRole;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Conflict, Store, StoreError};
use tokio::task::JoinHandle;

use crate::support::{OPERATOR, count, create, named, owner, person};

/// A write that is running. The writes that arrive meanwhile share the next commit.
pub(super) struct Blocked {
    release: mpsc::Sender<()>,
    write: JoinHandle<Result<(), StoreError>>,
}

impl Blocked {
    pub(super) async fn start(store: &Store) -> Self {
        let (release, released) = mpsc::channel();
        let (begun, has_begun) = mpsc::channel();
        let released = Mutex::new(released);
        let store = store.clone();
        let write = tokio::spawn(async move {
            let blocked = store.write(move |_| {
                // Fails in a second run, which also waits for nothing.
                _ = begun.send(());
                released.lock().unwrap().recv().unwrap_err();
                Ok(())
            });
            blocked.await
        });
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
        Self { release, write }
    }

    pub(super) async fn end(self) {
        drop(self.release);
        self.write.await.unwrap().unwrap();
    }
}

/// Creates users whose e-mail addresses are `names`, at once.
fn create_users(store: &Store, names: &[&str]) -> Vec<JoinHandle<Result<(), StoreError>>> {
    let create = |name: &&str| {
        let (store, id, new) =
            (store.clone(), store.new_principal_id(), person(&format!("{name}@example.com"), OrgRole::User));
        tokio::spawn(
            async move { store.write(move |tx| tx.create_user(id, &new, &OPERATOR).map(drop)).await },
        )
    };
    names.iter().map(create).collect()
}

async fn results(writes: Vec<JoinHandle<Result<(), StoreError>>>) -> Vec<Result<(), StoreError>> {
    let mut results = Vec::new();
    for write in writes {
        results.push(write.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread")]
async fn write_in_group_with_conflict_fails_alone() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let blocked = Blocked::start(&store).await;
    let writes = create_users(&store, &["a", "b", "a", "c", "a"]);
    blocked.end().await;
    let results = results(writes).await;
    let conflicts =
        results.iter().filter(|result| matches!(result, Err(StoreError::Conflict(Conflict::UserEmail))));
    assert_eq!((conflicts.count(), results.iter().filter(|result| result.is_ok()).count()), (2, 3));
    assert_eq!(count(&database, "users"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn write_in_group_with_panic_fails_alone() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let blocked = Blocked::start(&store).await;
    let before = create_users(&store, &["a", "b"]);
    let (panicking, id) = (store.clone(), store.new_principal_id());
    let panicking = tokio::spawn(async move {
        let write = panicking.write(move |tx| {
            tx.create_user(id, &person("lost@example.com", OrgRole::User), &OPERATOR)?;
            panic!("a use case that panics");
            #[expect(unreachable_code, reason = "gives the closure its type")]
            Ok::<(), StoreError>(())
        });
        write.await
    });
    let after = create_users(&store, &["c", "d"]);
    blocked.end().await;
    assert!(panicking.await.unwrap_err().is_panic());
    for result in results(before).await.into_iter().chain(results(after).await) {
        result.unwrap();
    }
    assert_eq!(count(&database, "users"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn write_that_ends_the_shared_transaction_fails_alone() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    // SQLite ends the whole transaction, as it does when the disk is full.
    database.execute(
        "CREATE TRIGGER full_disk BEFORE INSERT ON users WHEN NEW.email LIKE 'full%' BEGIN
             SELECT RAISE(ROLLBACK, 'database or disk is full');
         END",
    );
    let blocked = Blocked::start(&store).await;
    let writes = create_users(&store, &["a", "b", "full1", "c", "full2", "d"]);
    blocked.end().await;
    let results = results(writes).await;
    let refused = results.iter().filter(|result| matches!(result, Err(StoreError::Unavailable(_))));
    assert_eq!((refused.count(), results.iter().filter(|result| result.is_ok()).count()), (2, 4));
    assert_eq!(count(&database, "users"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn write_whose_turn_does_not_come_in_time_never_runs() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let blocked = Blocked::start(&store).await;
    let started = Instant::now();
    for result in results(create_users(&store, &["a", "b"])).await {
        assert!(matches!(result, Err(StoreError::Contended)), "{result:?}");
    }
    assert!(started.elapsed() >= Duration::from_secs(5));
    blocked.end().await;
    // The next write runs after those that have left the queue.
    results(create_users(&store, &["c"])).await.remove(0).unwrap();
    assert_eq!(count(&database, "users"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn write_that_runs_longer_than_the_queue_waits_returns_its_outcome() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let blocked = Blocked::start(&store).await;
    tokio::time::sleep(Duration::from_millis(5500)).await;
    blocked.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusal_by_member_of_group_waits_for_the_commit() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let scope = owner(&store).await;
    let blocked = Blocked::start(&store).await;
    let (first, second) = (store.clone(), store.clone());
    let first = tokio::spawn(async move { create(&first, scope, named("a")).await });
    let second = tokio::spawn(async move {
        let refused = create(&second, scope, named("a")).await;
        // A read after a refusal finds the row that the refusal rests on.
        let rows = second.read(move |tx| tx.count_configs(scope)).await.unwrap();
        (refused, rows)
    });
    blocked.end().await;
    let (first, (second, rows)) = (first.await.unwrap(), second.await.unwrap());
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn drop_of_store_finishes_waiting_writes() {
    let database = TestDatabase::sqlite();
    let store = Arc::new(database.store().await);
    let blocked = Blocked::start(&store).await;
    let writes = create_users(&store, &["a", "b", "c"]);
    drop(store);
    blocked.end().await;
    assert!(results(writes).await.iter().all(Result::is_ok));
    assert_eq!(count(&database, "users"), 3);
}
