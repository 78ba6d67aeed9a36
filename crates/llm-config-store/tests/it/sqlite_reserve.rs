//! SQLite only: the disk space that is kept for changes that take rights away.
//!
//! A trigger stands in for the full disk; `tests/faults/disk_full.py` fills a real one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::id::PrincipalId;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Options, Store, StoreError};

use super::groups::Blocked;
use crate::support::{OPERATOR, change_role, count, owner, person, user, workspace};

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

/// Makes each such statement fail as on a full disk: with `ROLLBACK` the transaction too, with `ABORT` not.
fn fail_with_full_disk(database: &TestDatabase, resolution: &str, statement: &str) {
    database.execute(&format!(
        "CREATE TRIGGER full_disk BEFORE {statement} BEGIN
             SELECT RAISE({resolution}, 'database or disk is full');
         END"
    ));
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
    fail_with_full_disk(&database, "ROLLBACK", "INSERT ON users");
    assert!(is_disk_full(&create_user(&store, "a@example.com").await));
    assert_eq!(reserve(&database), Some(RESERVE));
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_on_a_full_disk_uses_the_reserve_which_is_made_again() {
    let database = TestDatabase::sqlite();
    let store = with_reserve(&database).await;
    owner(&store).await;
    let user = create_user(&store, "a@example.com").await.unwrap();
    fail_with_full_disk(&database, "ROLLBACK", "DELETE ON users");
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

#[tokio::test(flavor = "multi_thread")]
async fn creation_in_the_group_of_a_deletion_that_uses_the_reserve_is_refused() {
    let database = TestDatabase::sqlite();
    let store = with_reserve(&database).await;
    owner(&store).await;
    let user = create_user(&store, "a@example.com").await.unwrap();
    fail_with_full_disk(&database, "ROLLBACK", "DELETE ON users");
    let users = count(&database, "users");
    let blocked = Blocked::start(&store).await;
    // Each joins the queue when it is first polled, in this order.
    let (before, deletion, after, ()) = tokio::join!(
        biased;
        create_user(&store, "b@example.com"),
        delete_user(&store, user),
        create_user(&store, "c@example.com"),
        blocked.end(),
    );
    before.unwrap();
    assert!(is_disk_full(&deletion) && is_disk_full(&after), "{deletion:?} {after:?}");
    assert_eq!((reserve(&database), count(&database, "users")), (None, users + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_that_fails_alone_in_a_group_uses_the_reserve() {
    let database = TestDatabase::sqlite();
    let store = with_reserve(&database).await;
    owner(&store).await;
    let user = create_user(&store, "a@example.com").await.unwrap();
    // The statement fails, but not the transaction.
    fail_with_full_disk(&database, "ABORT", "DELETE ON users");
    let blocked = Blocked::start(&store).await;
    let (creation, deletion, ()) = tokio::join!(
        biased;
        create_user(&store, "b@example.com"),
        delete_user(&store, user),
        blocked.end(),
    );
    creation.unwrap();
    assert!(is_disk_full(&deletion), "{deletion:?}");
    assert_eq!(reserve(&database), None);
}

/// Changes the role of a user on a full disk. Returns whether that used the reserve.
async fn uses_reserve_for_role(old: OrgRole, new: OrgRole) -> bool {
    let database = TestDatabase::sqlite();
    let store = with_reserve(&database).await;
    user(&store, OrgRole::Owner).await;
    let id = user(&store, old).await;
    database.execute(
        "CREATE TRIGGER full_disk BEFORE UPDATE ON users BEGIN
             SELECT RAISE(ROLLBACK, 'database or disk is full');
         END",
    );
    let changed = store.write(move |tx| {
        let user = tx.find_user_for_update(id)?.ok_or(StoreError::Stale)?;
        change_role(tx, &user, new, &OPERATOR)
    });
    assert!(is_disk_full(&changed.await));
    reserve(&database).is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn change_of_role_uses_the_reserve_only_to_take_rights_away() {
    assert!(uses_reserve_for_role(OrgRole::Administrators, OrgRole::User).await);
    assert!(uses_reserve_for_role(OrgRole::User, OrgRole::Billing).await, "it grants the fewest rights");
    assert!(!uses_reserve_for_role(OrgRole::User, OrgRole::Administrators).await);
    assert!(!uses_reserve_for_role(OrgRole::User, OrgRole::User).await);
}

/// Changes the role of a member on a full disk. Returns whether that used the reserve.
async fn uses_reserve_for_member(old: WorkspaceRole, new: WorkspaceRole) -> bool {
    let database = TestDatabase::sqlite();
    let store = with_reserve(&database).await;
    let (team, member) = (workspace(&store).await, user(&store, OrgRole::User).await);
    store.write(move |tx| tx.add_member(team, member, old, &OPERATOR)).await.unwrap();
    database.execute(
        "CREATE TRIGGER full_disk BEFORE UPDATE ON memberships BEGIN
             SELECT RAISE(ROLLBACK, 'database or disk is full');
         END",
    );
    assert!(is_disk_full(&store.write(move |tx| tx.change_member(team, member, new, &OPERATOR)).await));
    reserve(&database).is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn change_of_member_uses_the_reserve_only_to_lower_the_role() {
    assert!(uses_reserve_for_member(WorkspaceRole::Admin, WorkspaceRole::Read).await);
    assert!(!uses_reserve_for_member(WorkspaceRole::Read, WorkspaceRole::Write).await);
}
