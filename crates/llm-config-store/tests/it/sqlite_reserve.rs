//! SQLite only: the disk space that is kept for changes that take rights away.
//!
//! A trigger stands in for the full disk; `tests/faults/disk_full.py` fills a real one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use llm_config_core::access::OrgRole;
use llm_config_core::id::PrincipalId;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Options, Store, StoreError};

use crate::support::{OPERATOR, owner, person};

const RESERVE: u64 = 8 * 1024 * 1024;

async fn with_reserve(database: &TestDatabase) -> Store {
    Store::open(Options { disk_reserve: true, ..database.options() }).await.unwrap()
}

/// The size of the reserve; `None` if it is not held.
fn reserve(database: &TestDatabase) -> Option<u64> {
    fs::metadata(path(database)).ok().map(|metadata| metadata.len())
}

fn path(database: &TestDatabase) -> PathBuf {
    database.folder().unwrap().join("registry.db-reserve")
}

async fn create_user(store: &Store, email: &str) -> Result<PrincipalId, StoreError> {
    let (id, new) = (store.new_principal_id(), person(email, OrgRole::User));
    store.write(move |tx| tx.create_user(id, &new, &OPERATOR).map(|_| id)).await
}

async fn delete_user(store: &Store, id: PrincipalId) -> Result<(), StoreError> {
    let delete = store.write(move |tx| {
        let user = tx.find_user_for_update(id)?.ok_or(StoreError::Stale)?;
        tx.delete_user(&user, &OPERATOR)
    });
    delete.await
}

fn is_disk_full<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable(reason)) if reason.contains("disk is full"))
}

#[tokio::test(flavor = "multi_thread")]
async fn open_makes_a_private_reserve_once() {
    let database = TestDatabase::sqlite();
    drop(with_reserve(&database).await);
    let made = fs::metadata(path(&database)).unwrap();
    assert_eq!((made.len(), made.permissions().mode() & 0o777), (RESERVE, 0o600));
    drop(with_reserve(&database).await);
    assert_eq!(fs::metadata(path(&database)).unwrap().modified().unwrap(), made.modified().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn creation_on_a_full_disk_leaves_the_reserve_to_others() {
    let database = TestDatabase::sqlite();
    let store = with_reserve(&database).await;
    database.execute(
        "CREATE TRIGGER full_disk BEFORE INSERT ON users BEGIN
             SELECT RAISE(ROLLBACK, 'database or disk is full');
         END",
    );
    assert!(is_disk_full(&create_user(&store, "a@example.com").await));
    assert_eq!(reserve(&database), Some(RESERVE));
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_on_a_full_disk_uses_the_reserve_which_is_made_again() {
    let database = TestDatabase::sqlite();
    let store = with_reserve(&database).await;
    owner(&store).await;
    let user = create_user(&store, "a@example.com").await.unwrap();
    database.execute(
        "CREATE TRIGGER full_disk BEFORE DELETE ON users BEGIN
             SELECT RAISE(ROLLBACK, 'database or disk is full');
         END",
    );
    assert!(is_disk_full(&delete_user(&store, user).await));
    assert_eq!(reserve(&database), None);
    database.execute("DROP TRIGGER full_disk");
    delete_user(&store, user).await.unwrap();
    // The disk of the test has space, so the reserve is made again before the next creation.
    while is_disk_full(&create_user(&store, "b@example.com").await) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(reserve(&database), Some(RESERVE));
}
