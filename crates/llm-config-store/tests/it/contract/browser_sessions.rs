//! Sessions of browsers: stored as hashes, apart from tokens, and ended with what they depend on.

use std::sync::Arc;
use std::time::Duration;

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::caller::Identity;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;
use llm_config_store::{
    Browser, LoginCode, NewSession, SessionText, SignInMethod, Store, StoreError, StoredSession, TokenText,
};

use super::tokens::{authenticates, issue, until};
use super::{open_store, open_store_with_clock, open_stores, raw};
use crate::support::{OPERATOR, count, run_concurrently, user};

const HOUR: Duration = Duration::from_hours(1);

/// Begins a session of `user` that ends an hour after the Unix epoch.
async fn begin(
    store: &Store,
    user: PrincipalId,
    parent: Option<TokenId>,
) -> (StoredSession, Arc<SessionText>) {
    let (id, text) = (store.new_token_id(), Arc::new(SessionText::generate()));
    let browser = Browser {
        user_agent: Some("Firefox\u{1b}".to_owned()),
        address: Some("2001:db8::1".parse().unwrap()),
    };
    let expires_at = store.now().plus(HOUR);
    let new = NewSession { user, parent, method: SignInMethod::AccessToken, browser, expires_at };
    let stored = Arc::clone(&text);
    let session = store.write(move |tx| tx.create_session(id, &stored, &new, &OPERATOR)).await.unwrap();
    (session, text)
}

async fn accepts(store: &Store, text: &SessionText) -> bool {
    store.authenticate_session(text).await.unwrap().is_some()
}

#[tokio::test]
async fn create_session_stores_no_text_and_is_found_as_it_was_returned() {
    let (database, store) = open_store().await;
    let holder = user(&store, OrgRole::User).await;
    let (token, _) = issue(&store, holder, None, TokenScope::default()).await;
    let (session, text) = begin(&store, holder, Some(token.id)).await;
    assert_eq!(session.browser.user_agent.as_deref(), Some("Firefox\\u{1b}"));
    let id = session.id;
    assert_eq!(store.read(move |tx| tx.find_session(id)).await.unwrap().as_ref(), Some(&session));
    assert_eq!(store.read(move |tx| tx.list_sessions(holder)).await.unwrap(), std::slice::from_ref(&session));
    let found = store.authenticate_session(&text).await.unwrap().unwrap();
    assert_eq!((found.session, found.user.id), (session, holder));
    assert_eq!(found.authenticated.identity, Identity::Token { id, holder });
    let code = LoginCode::generate();
    let secrets = [text.expose()[3..].to_owned(), code.expose()[3..].to_owned()];
    let end = store.now().plus(HOUR);
    store.write(move |tx| tx.create_login_link(&code, holder, end, &OPERATOR)).await.unwrap();
    let stored = raw(&database);
    for secret in secrets {
        // Also no part of it that could be displayed.
        let part = &secret.as_bytes()[..8];
        assert!(!stored.windows(part.len()).any(|window| window == part));
    }
}

#[tokio::test]
async fn session_is_invisible_to_the_methods_of_tokens() {
    let (_database, store) = open_store().await;
    let holder = user(&store, OrgRole::Owner).await;
    let (session, text) = begin(&store, holder, None).await;
    let id = session.id;
    assert_eq!(store.read(move |tx| tx.find_token(id)).await.unwrap(), None);
    assert_eq!(store.write(move |tx| tx.find_token(id)).await.unwrap(), None);
    for of in [Some(holder), None] {
        assert_eq!(store.read(move |tx| tx.list_tokens(of)).await.unwrap(), []);
        let page = store.read(move |tx| tx.list_tokens_after(of, llm_config_store::Position::START, 10));
        assert!(page.await.unwrap().tokens.is_empty());
    }
    let as_token = Arc::new(TokenText::parse(text.expose()).unwrap());
    assert!(!authenticates(&store, &as_token).await && accepts(&store, &text).await);
    let found = store.read(move |tx| tx.find_token_by_text(&as_token)).await.unwrap();
    assert_eq!(found, None);
}

#[tokio::test]
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method path has too few lifetimes")]
async fn has_active_owner_ignores_sessions() {
    let (database, store) = open_store().await;
    let owner = user(&store, OrgRole::Owner).await;
    begin(&store, owner, None).await;
    assert!(!store.read(|tx| tx.has_active_owner()).await.unwrap());
    // Not even one without an end, which only another program writes.
    database.execute("UPDATE tokens SET expires_at = NULL");
    assert!(!store.read(|tx| tx.has_active_owner()).await.unwrap());
}

#[tokio::test]
async fn session_has_limits_of_its_parent_and_not_its_own_end() {
    let (_database, store, clock) = open_store_with_clock().await;
    let holder = user(&store, OrgRole::User).await;
    let limit = until(2 * 3_600_000_000);
    let (token, _) = issue(&store, holder, None, limit.clone()).await;
    let (session, text) = begin(&store, holder, Some(token.id)).await;
    let found = store.authenticate_session(&text).await.unwrap().unwrap();
    assert_eq!(found.authenticated.actor.token_scope, limit);
    let (_, without_parent) = begin(&store, holder, None).await;
    let found = store.authenticate_session(&without_parent).await.unwrap().unwrap();
    assert_eq!(found.authenticated.actor.token_scope, TokenScope::default());
    let issuer = store.read(move |tx| tx.issuer(session.id)).await.unwrap();
    assert_eq!(issuer, Some(token.id));
    assert_eq!(store.read(move |tx| tx.issuer(token.id)).await.unwrap(), Some(token.id));
    clock.set(3_600_000_000 - 1);
    assert!(accepts(&store, &text).await && accepts(&store, &without_parent).await);
    clock.set(3_600_000_000);
    assert!(!accepts(&store, &text).await && !accepts(&store, &without_parent).await);
}

#[tokio::test]
async fn touch_session_is_seen_by_other_server_within_bound() {
    let (_database, mut stores) = open_stores(2).await;
    let (here, there) = (stores.remove(0), stores.remove(0));
    let holder = user(&here, OrgRole::User).await;
    let (session, text) = begin(&here, holder, None).await;
    let id = session.id;
    assert!(accepts(&there, &text).await);
    assert!(here.write(move |tx| tx.touch_session(id, HOUR, Duration::ZERO)).await.unwrap());
    let seen =
        async |store: &Store| store.authenticate_session(&text).await.unwrap().unwrap().session.last_seen_at;
    let touched = seen(&here).await;
    assert!(touched > session.last_seen_at);
    tokio::time::sleep(super::coherence::BOUND).await;
    assert_eq!(seen(&there).await, touched);
}

#[tokio::test]
async fn touch_session_that_is_idle_or_gone_changes_nothing() {
    let (database, store, clock) = open_store_with_clock().await;
    let holder = user(&store, OrgRole::User).await;
    let (session, _) = begin(&store, holder, None).await;
    let id = session.id;
    let touch = async |idle: u64, precision: u64| {
        let (idle, precision) = (Duration::from_secs(idle), Duration::from_secs(precision));
        store.write(move |tx| tx.touch_session(id, idle, precision)).await.unwrap()
    };
    let seen = async || store.read(move |tx| tx.find_session(id)).await.unwrap().unwrap().last_seen_at;
    clock.set(10_000_000);
    assert!(touch(20, 11).await);
    assert_eq!(seen().await, Timestamp::from_micros(0), "recent enough");
    assert!(!touch(10, 1).await);
    assert_eq!(seen().await, Timestamp::from_micros(0), "idle");
    assert!(touch(11, 10).await);
    assert_eq!(seen().await, Timestamp::from_micros(10_000_000));
    database.execute("DELETE FROM tokens");
    assert!(!touch(100, 1).await, "gone");
}

#[tokio::test]
async fn delete_of_parent_or_user_deletes_sessions_and_links() {
    let (database, store) = open_store().await;
    let holder = user(&store, OrgRole::User).await;
    let (token, _) = issue(&store, holder, None, TokenScope::default()).await;
    let (_, of_token) = begin(&store, holder, Some(token.id)).await;
    let (_, of_user) = begin(&store, holder, None).await;
    assert!(accepts(&store, &of_token).await && accepts(&store, &of_user).await);
    store.write(move |tx| tx.revoke_token(&token, &OPERATOR)).await.unwrap();
    assert!(!accepts(&store, &of_token).await && accepts(&store, &of_user).await);
    let (code, end) = (LoginCode::generate(), store.now().plus(HOUR));
    store.write(move |tx| tx.create_login_link(&code, holder, end, &OPERATOR)).await.unwrap();
    let deleted = store.write(move |tx| {
        let user = tx.find_user(holder)?.ok_or(StoreError::Stale)?;
        tx.delete_user(&user, &OPERATOR)
    });
    deleted.await.unwrap();
    assert!(!accepts(&store, &of_user).await);
    for table in ["tokens", "sessions", "login_links"] {
        assert_eq!(count(&database, table), 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn use_login_link_concurrently_succeeds_once() {
    let (_database, store) = open_store().await;
    let holder = user(&store, OrgRole::User).await;
    let (code, end) = (Arc::new(LoginCode::generate()), store.now().plus(HOUR));
    let stored = Arc::clone(&code);
    store.write(move |tx| tx.create_login_link(&stored, holder, end, &OPERATOR)).await.unwrap();
    let servers = vec![store; 8];
    let used = run_concurrently(&servers, |_, store| {
        let code = Arc::clone(&code);
        async move { store.write(move |tx| tx.use_login_link(&code)).await.unwrap() }
    });
    assert_eq!(used.await.iter().filter(|used| **used).count(), 1);
}
