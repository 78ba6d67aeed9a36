//! Deletion of users and workspaces: the last owner, and configurations that prevent it.

use llm_config_core::access::OrgRole;
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_store::{Store, StoreError};

use super::open_store;
use crate::support::{OPERATOR, change_role, create, delete, find_user, named, user, workspace};

async fn lower(store: &Store, id: PrincipalId) -> Result<(), StoreError> {
    let lowered = store.write(move |tx| {
        let user = tx.find_user(id)?.ok_or(StoreError::Stale)?;
        change_role(tx, &user, OrgRole::User, &OPERATOR)
    });
    lowered.await
}

async fn delete_user(store: &Store, id: PrincipalId) -> Result<(), StoreError> {
    let deleted = store.write(move |tx| {
        let user = tx.find_user(id)?.ok_or(StoreError::Stale)?;
        tx.delete_user(&user, &OPERATOR)
    });
    deleted.await
}

#[tokio::test]
async fn lower_or_delete_last_owner_is_rejected() {
    let (_database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::Owner).await, user(&store, OrgRole::Owner).await);
    lower(&store, bob).await.unwrap();
    assert!(matches!(lower(&store, ada).await, Err(StoreError::LastOwner)));
    assert!(matches!(delete_user(&store, ada).await, Err(StoreError::LastOwner)));
    assert_eq!(find_user(&store, ada).await.unwrap().role, OrgRole::Owner);
    user(&store, OrgRole::Owner).await;
    delete_user(&store, ada).await.unwrap();
}

#[tokio::test]
async fn delete_user_promoted_since_read_is_stale() {
    let (_database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::Owner).await, user(&store, OrgRole::User).await);
    let old = find_user(&store, bob).await.unwrap();
    let raised = store.write(move |tx| {
        let bob = tx.find_user(bob)?.ok_or(StoreError::Stale)?;
        change_role(tx, &bob, OrgRole::Owner, &OPERATOR)
    });
    raised.await.unwrap();
    lower(&store, ada).await.unwrap();
    let again = old.clone();
    let deleted = store.write(move |tx| tx.delete_user(&again, &OPERATOR)).await;
    assert!(matches!(deleted, Err(StoreError::Stale)), "{deleted:?}");
    let lowered = store.write(move |tx| change_role(tx, &old, OrgRole::User, &OPERATOR)).await;
    assert!(matches!(lowered, Err(StoreError::Stale)), "{lowered:?}");
    assert_eq!(find_user(&store, bob).await.unwrap().role, OrgRole::Owner);
}

#[tokio::test]
async fn delete_user_with_configs_is_rejected() {
    let (_database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let config = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    assert!(matches!(delete_user(&store, ada).await, Err(StoreError::ForeignKey)));
    delete(&store, &config).await.unwrap();
    delete_user(&store, ada).await.unwrap();
    assert!(matches!(delete_user(&store, ada).await, Err(StoreError::Stale)));
}

#[tokio::test]
async fn delete_workspace_with_configs_is_rejected() {
    let (_database, store) = open_store().await;
    let team = workspace(&store).await;
    let found = store.read(move |tx| tx.find_workspace(team)).await.unwrap().unwrap();
    assert_eq!((found.id, found.name.as_str(), found.revision.number()), (team, "team", 1));
    let config = create(&store, Scope::Workspace(team), named("a")).await.unwrap();
    let delete_workspace = async || store.write(move |tx| tx.delete_workspace(team, &OPERATOR)).await;
    assert!(matches!(delete_workspace().await, Err(StoreError::ForeignKey)));
    delete(&store, &config).await.unwrap();
    delete_workspace().await.unwrap();
    assert!(matches!(delete_workspace().await, Err(StoreError::Stale)));
    assert_eq!(store.read(move |tx| tx.find_workspace(team)).await.unwrap(), None);
}
