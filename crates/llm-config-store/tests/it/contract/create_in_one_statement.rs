//! Creation of a configuration in one statement, which checks the cached rights of the caller.

use std::sync::Arc;
use std::time::{Duration, Instant};

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::caller::Caller;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Authenticated, Conflict, OneStatement, Store, StoreError, TokenText};

use super::tokens::issue;
use super::{CREATES_IN_ONE_STATEMENT, open_store, open_stores};
use crate::support::{OPERATOR, change_role, count, delete, events, named, opened_secret, user};

async fn caller(store: &Store) -> (Authenticated, Arc<TokenText>) {
    let holder = user(store, OrgRole::User).await;
    let (_, token) = issue(store, holder, None, TokenScope::default()).await;
    (store.authenticate(&token).await.unwrap().unwrap(), token)
}

async fn create(store: &Store, caller: &Authenticated, name: &str) -> Result<OneStatement, StoreError> {
    let id = store.new_config_id();
    let scope = Scope::Owner(caller.actor.id);
    let by = Caller::new(caller.identity);
    store.create_config_in_one_statement(id, scope, Arc::new(named(name)), &by, &caller.basis).await
}

/// Whether something was created, and what the database has.
async fn is_created(store: &Store, caller: &Authenticated, database: &TestDatabase) -> bool {
    let before = count(database, "llm_configs");
    let outcome = create(store, caller, "a").await.unwrap();
    let is_created = matches!(outcome, OneStatement::Created(_));
    assert_eq!(count(database, "llm_configs"), before + usize::from(is_created), "{outcome:?}");
    assert_eq!(count(database, "secrets"), count(database, "llm_configs"));
    is_created
}

#[tokio::test]
async fn create_in_one_statement_stores_everything_on_postgresql() {
    let (database, store) = open_store().await;
    let (mut caller, token) = caller(&store).await;
    // The token is new: until a poll has noticed it, it counts as changed.
    let end = Instant::now() + Duration::from_secs(5);
    let mut was_created = false;
    while CREATES_IN_ONE_STATEMENT && !was_created && Instant::now() < end {
        caller = store.authenticate(&token).await.unwrap().unwrap();
        was_created = is_created(&store, &caller, &database).await;
    }
    assert_eq!(was_created, CREATES_IN_ONE_STATEMENT);
    if let OneStatement::Created(config) = create(&store, &caller, "b").await.unwrap() {
        assert_eq!(store.config(config.id).await.unwrap().as_deref(), Some(&*config));
        assert!(opened_secret(&store, config.id).await.is_some());
        assert_eq!(events(&store, config.id).await[0].0, "config.created");
        let again = create(&store, &caller, "b").await;
        assert!(matches!(again, Err(StoreError::Conflict(Conflict::ConfigFingerprint))), "{again:?}");
    }
}

#[tokio::test]
async fn create_in_one_statement_after_change_of_rights_creates_nothing() {
    let (database, mut stores) = open_stores(2).await;
    let (here, there) = (stores.remove(0), stores.remove(0));
    let (caller, _) = caller(&here).await;
    let id = caller.actor.id;
    // Before the next poll of the first server.
    let changed = there.write(move |tx| {
        let user = tx.find_user_for_update(id)?.ok_or(StoreError::Stale)?;
        change_role(tx, &user, OrgRole::Billing, &OPERATOR)
    });
    changed.await.unwrap();
    assert!(!is_created(&here, &caller, &database).await);
    // After a poll, which makes the cached rights unusable.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!is_created(&here, &caller, &database).await);
}

#[tokio::test]
async fn create_in_one_statement_after_revocation_by_sql_creates_nothing() {
    let (database, store) = open_store().await;
    let (caller, _) = caller(&store).await;
    database.execute("DELETE FROM tokens");
    assert!(!is_created(&store, &caller, &database).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn create_in_one_statement_during_change_of_rights_creates_nothing() {
    let (database, mut stores) = open_stores(2).await;
    let (here, there) = (stores.remove(0), stores.remove(0));
    let (caller, token) = caller(&here).await;
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let revoking = tokio::spawn(async move {
        let revoked = there.write(move |tx| {
            let token = tx.find_token_by_text(&token)?.ok_or(StoreError::Stale)?;
            tx.revoke_token(&token, &OPERATOR)?;
            _ = begun.send(());
            released.lock().unwrap().recv().unwrap_err();
            Ok::<_, StoreError>(())
        });
        revoked.await
    });
    tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
    assert!(!is_created(&here, &caller, &database).await);
    drop(release);
    revoking.await.unwrap().unwrap();
    assert!(!is_created(&here, &caller, &database).await);
}

#[tokio::test]
async fn create_in_one_statement_replaces_cached_config_of_same_id() {
    let (_database, mut stores) = open_stores(2).await;
    let (here, there) = (stores.remove(0), stores.remove(0));
    let (_, token) = caller(&here).await;
    // Until a poll has noticed the new token.
    let first = loop {
        let caller = here.authenticate(&token).await.unwrap().unwrap();
        match create(&here, &caller, "a").await.unwrap() {
            OneStatement::Created(config) => break *config,
            OneStatement::NotCreated if CREATES_IN_ONE_STATEMENT => {}
            OneStatement::NotCreated | OneStatement::Unknown => return,
        }
    };
    here.config(first.id).await.unwrap();
    delete(&there, &first).await.unwrap();
    let caller = here.authenticate(&token).await.unwrap().unwrap();
    let (by, new) = (Caller::new(caller.identity), Arc::new(named("b")));
    let second = here.create_config_in_one_statement(first.id, first.scope, new, &by, &caller.basis).await;
    assert!(matches!(second, Ok(OneStatement::Created(_))), "{second:?}");
    let seen = here.config(first.id).await.unwrap().unwrap();
    assert_eq!(seen.settings.name.as_str(), "b");
}
