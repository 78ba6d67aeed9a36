//! Tokens: storage, authentication, deactivation, expiry and chains.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_core::caller::Identity;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::{Conflict, NewToken, Store, StoreError, Token, TokenChange, TokenStatus, TokenText};

use super::{hex, open_store, open_store_with_clock};
use crate::support::{OPERATOR, count, create, events, named, text, user};

pub(super) fn until(micros: i64) -> TokenScope {
    TokenScope { expires_at: Some(Timestamp::from_micros(micros)), ..TokenScope::default() }
}

/// Issues a token to `holder`, with `parent` if given, and returns it and its text.
pub(super) async fn issue(
    store: &Store,
    holder: PrincipalId,
    parent: Option<TokenId>,
    token_scope: TokenScope,
) -> (Token, Arc<TokenText>) {
    let (id, token) = (store.new_token_id(), Arc::new(TokenText::generate()));
    let text = Arc::clone(&token);
    let new = NewToken { holder, parent, labels: BTreeMap::new().try_into().unwrap(), token_scope };
    let stored = store.write(move |tx| tx.create_token(id, &text, &new, &OPERATOR)).await.unwrap();
    (stored, token)
}

/// Whether the token authenticates its holder.
pub(super) async fn authenticates(store: &Store, text: &Arc<TokenText>) -> bool {
    store.authenticate(text).await.unwrap().is_some()
}

async fn set_status(store: &Store, token: &Token, status: TokenStatus) {
    let (id, change) = (token.id, TokenChange { status: Some(status), ..TokenChange::default() });
    let changed = store.write(move |tx| {
        let current = tx.find_token(id)?.ok_or(StoreError::Stale)?;
        tx.update_token(&current, &change, &OPERATOR)
    });
    changed.await.unwrap();
}

async fn revoke(store: &Store, token: &Token) {
    let token = token.clone();
    store.write(move |tx| tx.revoke_token(&token, &OPERATOR)).await.unwrap();
}

#[tokio::test]
async fn create_token_stores_no_text() {
    let (database, store) = open_store().await;
    let holder = user(&store, OrgRole::User).await;
    let config = create(&store, Scope::Owner(holder), named("a")).await.unwrap();
    let token_scope = TokenScope {
        rights: Some(BTreeSet::from([Right::ReadLlmOwn, Right::ListLlmOwn])),
        workspaces: Some(BTreeSet::from([store.new_workspace_id()])),
        configs: Some(BTreeSet::from([config.id])),
        expires_at: Some(Timestamp::from_micros(i64::MAX)),
    };
    let (token, plain) = issue(&store, holder, None, token_scope.clone()).await;
    assert_eq!((token.holder, &token.token_scope, token.status), (holder, &token_scope, TokenStatus::Active));
    assert!(plain.expose().starts_with(&token.prefix) && token.prefix.len() == 11);
    let id = token.id;
    assert_eq!(store.read(move |tx| tx.find_token(id)).await.unwrap().as_ref(), Some(&token));
    assert_eq!(store.read(move |tx| tx.list_tokens(Some(holder))).await.unwrap(), [token]);
    assert_eq!(events(&store, id).await, [("token.issued".to_owned(), String::new())]);
    let stored = text(&database, &format!("SELECT {} AS value FROM tokens", hex("hash")));
    assert_eq!(stored.len(), 64);
    for column in ["id", "user_id", "prefix", "labels", "coalesce(rights, '')", "status", "created_by"] {
        let value = text(&database, &format!("SELECT {column} AS value FROM tokens"));
        assert!(!value.contains(&plain.expose()[11..]), "{column}");
    }
}

#[tokio::test]
async fn authenticate_with_wrong_token_fails() {
    let (_database, store) = open_store().await;
    let holder = user(&store, OrgRole::User).await;
    let (token, text) = issue(&store, holder, None, TokenScope::default()).await;
    let upper_case = Arc::new(TokenText::parse(&text.expose().to_uppercase()).unwrap());
    for text in [&text, &upper_case] {
        let caller = store.authenticate(text).await.unwrap().unwrap();
        assert_eq!(caller.identity, Identity::Token { id: token.id, holder });
        assert_eq!((caller.actor.id, caller.actor.role), (holder, OrgRole::User));
    }
    let with_same_prefix = format!("{}{}", token.prefix, "a".repeat(44));
    for wrong in [TokenText::generate(), TokenText::parse(&with_same_prefix).unwrap()] {
        assert!(!authenticates(&store, &Arc::new(wrong)).await);
    }
}

#[tokio::test]
async fn authenticate_with_inactive_token_fails_until_reactivated() {
    let (_database, store) = open_store().await;
    let (token, text) = issue(&store, user(&store, OrgRole::User).await, None, TokenScope::default()).await;
    set_status(&store, &token, TokenStatus::Inactive).await;
    assert!(!authenticates(&store, &text).await);
    set_status(&store, &token, TokenStatus::Active).await;
    assert!(authenticates(&store, &text).await);
    let event = ("token.updated".to_owned(), "status".to_owned());
    assert_eq!(events(&store, token.id).await[1..], [event.clone(), event]);
}

#[tokio::test]
async fn authenticate_with_expired_token_fails() {
    let (_database, store, clock) = open_store_with_clock().await;
    let (_, text) = issue(&store, user(&store, OrgRole::User).await, None, until(1000)).await;
    for (micros, expected) in [(0, true), (999, true), (1000, false), (1_000_000, false)] {
        clock.set(micros);
        assert_eq!(authenticates(&store, &text).await, expected, "at {micros}");
    }
}

#[tokio::test]
async fn authenticate_with_child_of_invalid_parent_fails() {
    let (database, store, clock) = open_store_with_clock().await;
    let holder = user(&store, OrgRole::User).await;
    let (parent, _) = issue(&store, holder, None, until(1000)).await;
    let (child, text) = issue(&store, holder, Some(parent.id), TokenScope::default()).await;
    let (_, grandchild) = issue(&store, holder, Some(child.id), TokenScope::default()).await;
    assert!(authenticates(&store, &text).await && authenticates(&store, &grandchild).await);
    set_status(&store, &parent, TokenStatus::Inactive).await;
    assert!(!authenticates(&store, &text).await && !authenticates(&store, &grandchild).await);
    set_status(&store, &parent, TokenStatus::Active).await;
    clock.set(1000);
    assert!(!authenticates(&store, &text).await && !authenticates(&store, &grandchild).await);
    clock.set(0);
    assert!(authenticates(&store, &text).await && authenticates(&store, &grandchild).await);
    revoke(&store, &parent).await;
    assert!(!authenticates(&store, &text).await && !authenticates(&store, &grandchild).await);
    assert_eq!(count(&database, "tokens"), 0);
}

#[tokio::test]
async fn authenticate_with_chain_longer_than_eight_fails() {
    let (_database, store) = open_store().await;
    let holder = user(&store, OrgRole::User).await;
    let mut parent = None;
    for length in 1..=9 {
        let (token, text) = issue(&store, holder, parent, TokenScope::default()).await;
        let id = token.id;
        let may_issue = store.read(move |tx| tx.may_issue_tokens(id)).await.unwrap();
        assert_eq!((authenticates(&store, &text).await, may_issue), (length <= 8, length < 8), "{length}");
        parent = Some(id);
    }
}

#[tokio::test]
async fn update_token_changed_since_read_is_stale() {
    let (_database, store) = open_store().await;
    let (token, _) = issue(&store, user(&store, OrgRole::User).await, None, TokenScope::default()).await;
    set_status(&store, &token, TokenStatus::Inactive).await;
    let (old, change) = (token.clone(), TokenChange::default());
    let stale = store.write(move |tx| tx.update_token(&old, &change, &OPERATOR)).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    revoke(&store, &token).await;
    let stale = store.write(move |tx| tx.revoke_token(&token, &OPERATOR)).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
}

#[tokio::test]
async fn create_token_with_missing_holder_or_used_id_is_rejected() {
    let (_database, store) = open_store().await;
    let holder = user(&store, OrgRole::User).await;
    let (token, _) = issue(&store, holder, None, TokenScope::default()).await;
    let new = |holder, parent| NewToken {
        holder,
        parent,
        labels: BTreeMap::new().try_into().unwrap(),
        token_scope: TokenScope::default(),
    };
    let try_create = async |id, new: NewToken| {
        let text = TokenText::generate();
        store.write(move |tx| tx.create_token(id, &text, &new, &OPERATOR)).await
    };
    let again = try_create(token.id, new(holder, None)).await;
    assert!(matches!(again, Err(StoreError::Conflict(Conflict::TokenId))), "{again:?}");
    for orphan in [new(store.new_principal_id(), None), new(holder, Some(store.new_token_id()))] {
        let orphan = try_create(store.new_token_id(), orphan).await;
        assert!(matches!(orphan, Err(StoreError::ForeignKey)), "{orphan:?}");
    }
}
