//! Actors: the current role, memberships and token scope of a caller.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::access::{Actor, OrgRole, Right, TokenScope, WorkspaceRole};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::PrincipalId;
use llm_config_store::{Conflict, Store, StoreError};

use super::open_store;
use super::tokens::issue;
use crate::support::{OPERATOR, as_user, change_role, events, find_user, person, user, workspace};

async fn actor(store: &Store, caller: Caller) -> Result<Actor, StoreError> {
    store.write(move |tx| tx.actor(&caller)).await
}

async fn set_role(store: &Store, id: PrincipalId, role: OrgRole) -> Result<(), StoreError> {
    let changed = store.write(move |tx| {
        let user = tx.find_user(id)?.ok_or(StoreError::CallerGone)?;
        change_role(tx, &user, role, &OPERATOR)
    });
    changed.await
}

#[tokio::test]
async fn actor_has_current_role_and_memberships() {
    let (_database, store) = open_store().await;
    let (ada, team) = (user(&store, OrgRole::User).await, workspace(&store).await);
    assert_eq!(actor(&store, as_user(ada)).await.unwrap(), Actor::new(ada, OrgRole::User));
    for role in [WorkspaceRole::Read, WorkspaceRole::Admin] {
        store.write(move |tx| tx.set_membership(team, ada, role, &OPERATOR)).await.unwrap();
        let memberships = BTreeMap::from([(team, role)]);
        assert_eq!(actor(&store, as_user(ada)).await.unwrap().memberships, memberships);
        let workspaces = store.read(move |tx| tx.workspaces_of(ada)).await.unwrap();
        let workspaces: Vec<_> =
            workspaces.into_iter().map(|(workspace, role)| (workspace.id, role)).collect();
        assert_eq!(workspaces, [(team, role)]);
    }
    set_role(&store, ada, OrgRole::Workspaces).await.unwrap();
    assert_eq!(actor(&store, as_user(ada)).await.unwrap().role, OrgRole::Workspaces);
    let kinds: Vec<_> = events(&store, ada).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["user.created", "workspace.member_added", "workspace.member_changed", "user.updated"]);
    store.write(move |tx| tx.delete_workspace(team, &OPERATOR)).await.unwrap();
    assert!(actor(&store, as_user(ada)).await.unwrap().memberships.is_empty());
}

#[tokio::test]
async fn actor_of_token_has_role_of_holder_and_token_scope() {
    let (_database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let token_scope =
        TokenScope { rights: Some(BTreeSet::from([Right::ReadLlmOwn])), ..TokenScope::default() };
    let (token, _) = issue(&store, ada, None, token_scope.clone()).await;
    let caller = Caller::new(Identity::Token { id: token.id, holder: ada });
    let found = actor(&store, caller.clone()).await.unwrap();
    assert_eq!(found, Actor { token_scope, ..Actor::new(ada, OrgRole::User) });
    set_role(&store, ada, OrgRole::Administrators).await.unwrap();
    assert_eq!(actor(&store, caller).await.unwrap().role, OrgRole::Administrators);
    assert_eq!(actor(&store, OPERATOR).await.unwrap(), Actor::operator());
}

#[tokio::test]
async fn actor_of_deleted_user_or_foreign_token_is_rejected() {
    let (_database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    let (token, text) = issue(&store, ada, None, TokenScope::default()).await;
    let gone = async |caller| matches!(actor(&store, caller).await, Err(StoreError::CallerGone));
    let token_of = |holder| Caller::new(Identity::Token { id: token.id, holder });
    assert!(!gone(token_of(ada)).await);
    assert!(gone(token_of(bob)).await, "another user's token");
    let deleted = store.write(move |tx| {
        let ada = tx.find_user(ada)?.ok_or(StoreError::CallerGone)?;
        tx.delete_user(&ada, &OPERATOR)
    });
    deleted.await.unwrap();
    assert!(gone(as_user(ada)).await && gone(token_of(ada)).await);
    assert!(!super::tokens::authenticates(&store, &text).await);
    assert_eq!(find_user(&store, ada).await, None);
}

#[tokio::test]
async fn create_user_with_used_email_in_other_case_conflicts() {
    let (_database, store) = open_store().await;
    let id = store.new_principal_id();
    let created =
        store.write(move |tx| tx.create_user(id, &person("Ada@Example.com", OrgRole::User), &OPERATOR));
    let created = created.await.unwrap();
    assert_eq!(find_user(&store, id).await.as_ref(), Some(&created));
    let by_email = store.read(|tx| tx.find_user_by_email(&"ada@EXAMPLE.com".parse().unwrap())).await.unwrap();
    assert_eq!(by_email, Some(created));
    let other = store.new_principal_id();
    for (id, email, expected) in
        [(other, "ADA@example.com", Conflict::UserEmail), (id, "bob@example.com", Conflict::UserId)]
    {
        let created =
            store.write(move |tx| tx.create_user(id, &person(email, OrgRole::User), &OPERATOR)).await;
        match created {
            Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn target_user_shares_workspace_only_with_members() {
    let (_database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    let (one, other) = (workspace(&store).await, workspace(&store).await);
    let join = async |user, team| {
        store.write(move |tx| tx.set_membership(team, user, WorkspaceRole::Read, &OPERATOR)).await.unwrap();
    };
    // Whether Ada, as an actor with `role`, shares a workspace with Bob.
    let shares = async |role| {
        let found = store.read(move |tx| {
            let actor = Actor { role, ..tx.actor(&as_user(ada))? };
            let bob = tx.find_user(bob)?.ok_or(StoreError::Stale)?;
            tx.target_user(&actor, &bob)
        });
        found.await.unwrap().shares_workspace
    };
    assert!(!shares(OrgRole::Workspaces).await && !shares(OrgRole::User).await);
    join(bob, one).await;
    join(ada, other).await;
    assert!(shares(OrgRole::Workspaces).await, "the role WORKSPACES shares every workspace");
    assert!(!shares(OrgRole::User).await);
    join(ada, one).await;
    assert!(shares(OrgRole::User).await);
    let stranger = store.new_principal_id();
    let unknown =
        store.write(move |tx| tx.set_membership(one, stranger, WorkspaceRole::Read, &OPERATOR)).await;
    assert!(matches!(unknown, Err(StoreError::ForeignKey)), "{unknown:?}");
}
