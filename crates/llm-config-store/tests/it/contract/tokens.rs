//! Tokens: kept as a hash, and fallen with what they hang on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_core::caller::Identity;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;
use llm_config_store::clock::Clock;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Conflict, NewToken, Store, StoreError, Token, TokenChange, TokenStatus, TokenText};

use super::{database, hex, opened};
use crate::support::{OPERATOR, count, events, text, user};

/// A clock that stands where it is put.
#[derive(Clone, Default)]
pub(super) struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    pub(super) fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

pub(super) fn until(micros: i64) -> TokenScope {
    TokenScope { expires_at: Some(Timestamp::from_micros(micros)), ..TokenScope::default() }
}

/// A new token of `holder`, under `parent` if there is one, and its text.
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

/// Whether the token lets somebody in.
pub(super) async fn works(store: &Store, text: &Arc<TokenText>) -> bool {
    let text = Arc::clone(text);
    store.read(move |tx| tx.authenticate(&text)).await.unwrap().is_some()
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
async fn a_token_is_read_back_without_its_text() {
    let (database, store) = opened().await;
    let holder = user(&store, OrgRole::User).await;
    let token_scope = TokenScope {
        rights: Some(BTreeSet::from([Right::ReadLlmOwn, Right::ListLlmOwn])),
        workspaces: Some(BTreeSet::from([store.new_workspace_id()])),
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
async fn a_token_lets_its_holder_in_and_a_wrong_one_nobody() {
    let (_database, store) = opened().await;
    let holder = user(&store, OrgRole::User).await;
    let (token, text) = issue(&store, holder, None, TokenScope::default()).await;
    let shouted = Arc::new(TokenText::parse(&text.expose().to_uppercase()).unwrap());
    for text in [&text, &shouted] {
        let text = Arc::clone(text);
        let (identity, actor) = store.read(move |tx| tx.authenticate(&text)).await.unwrap().unwrap();
        assert_eq!(identity, Identity::Token { id: token.id, holder });
        assert_eq!((actor.id, actor.role), (holder, OrgRole::User));
    }
    let of_same_prefix = format!("{}{}", token.prefix, "a".repeat(44));
    for wrong in [TokenText::generate(), TokenText::parse(&of_same_prefix).unwrap()] {
        assert!(!works(&store, &Arc::new(wrong)).await);
    }
}

#[tokio::test]
async fn an_inactive_token_does_not_work_until_it_is_active_again() {
    let (_database, store) = opened().await;
    let (token, text) = issue(&store, user(&store, OrgRole::User).await, None, TokenScope::default()).await;
    set_status(&store, &token, TokenStatus::Inactive).await;
    assert!(!works(&store, &text).await);
    set_status(&store, &token, TokenStatus::Active).await;
    assert!(works(&store, &text).await);
    let event = ("token.updated".to_owned(), "status".to_owned());
    assert_eq!(events(&store, token.id).await[1..], [event.clone(), event]);
}

/// A store whose clock the test sets.
pub(super) async fn timed() -> (TestDatabase, Store, FixedClock) {
    let (database, clock) = (database(), FixedClock::default());
    let mut options = database.options();
    options.clock = Arc::new(clock.clone());
    let store = Store::open(options).await.unwrap();
    (database, store, clock)
}

#[tokio::test]
async fn an_expired_token_does_not_work() {
    let (_database, store, clock) = timed().await;
    let (_, text) = issue(&store, user(&store, OrgRole::User).await, None, until(1000)).await;
    for (micros, expected) in [(0, true), (999, true), (1000, false), (1_000_000, false)] {
        clock.set(micros);
        assert_eq!(works(&store, &text).await, expected, "at {micros}");
    }
}

#[tokio::test]
async fn a_child_falls_with_its_parent() {
    let (database, store, clock) = timed().await;
    let holder = user(&store, OrgRole::User).await;
    let (parent, _) = issue(&store, holder, None, until(1000)).await;
    let (child, text) = issue(&store, holder, Some(parent.id), TokenScope::default()).await;
    let (_, of_child) = issue(&store, holder, Some(child.id), TokenScope::default()).await;
    assert!(works(&store, &text).await && works(&store, &of_child).await);
    set_status(&store, &parent, TokenStatus::Inactive).await;
    assert!(!works(&store, &text).await && !works(&store, &of_child).await);
    set_status(&store, &parent, TokenStatus::Active).await;
    clock.set(1000);
    assert!(!works(&store, &text).await && !works(&store, &of_child).await);
    clock.set(0);
    assert!(works(&store, &text).await && works(&store, &of_child).await);
    revoke(&store, &parent).await;
    assert!(!works(&store, &text).await && !works(&store, &of_child).await);
    assert_eq!(count(&database, "tokens"), 0);
}

#[tokio::test]
async fn a_chain_of_tokens_has_an_end() {
    let (_database, store) = opened().await;
    let holder = user(&store, OrgRole::User).await;
    let mut parent = None;
    for length in 1..=9 {
        let (token, text) = issue(&store, holder, parent, TokenScope::default()).await;
        let id = token.id;
        let may_issue = store.read(move |tx| tx.may_issue_tokens(id)).await.unwrap();
        assert_eq!((works(&store, &text).await, may_issue), (length <= 8, length < 8), "{length}");
        parent = Some(id);
    }
}

#[tokio::test]
async fn what_was_changed_since_it_was_read_is_stale() {
    let (_database, store) = opened().await;
    let (token, _) = issue(&store, user(&store, OrgRole::User).await, None, TokenScope::default()).await;
    set_status(&store, &token, TokenStatus::Inactive).await;
    let (old, change) = (token.clone(), TokenChange::default());
    let stale = store.write(move |tx| tx.update_token(&old, &change, &OPERATOR)).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    revoke(&store, &token).await;
    let gone = store.write(move |tx| tx.revoke_token(&token, &OPERATOR)).await;
    assert!(matches!(gone, Err(StoreError::Stale)), "{gone:?}");
}

#[tokio::test]
async fn a_token_needs_a_holder_and_an_id_of_its_own() {
    let (_database, store) = opened().await;
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
