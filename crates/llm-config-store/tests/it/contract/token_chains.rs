//! Chains of tokens: a token that is issued to another user becomes invalid when its issuer loses the right
//! to issue it.

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::Labels;
use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;
use llm_config_store::{Store, StoreError, TokenChange};

use super::open_store;
use super::tokens::{authenticates, issue};
use crate::support::{OPERATOR, change_role, run_concurrently, user};

async fn set_role(store: &Store, id: PrincipalId, role: OrgRole) {
    let set = store.write(move |tx| {
        let user = tx.find_user_for_update(id)?.ok_or(StoreError::Stale)?;
        change_role(tx, &user, role, &OPERATOR)
    });
    set.await.unwrap();
}

#[expect(clippy::redundant_closure_for_method_calls, reason = "the method path has too few lifetimes")]
async fn has_active_owner(store: &Store) -> bool {
    store.read(|tx| tx.has_active_owner()).await.unwrap()
}

#[tokio::test]
async fn authenticate_after_issuer_lost_role_fails() {
    let (_database, store) = open_store().await;
    let (ann, bob) =
        (user(&store, OrgRole::Administrators).await, user(&store, OrgRole::Administrators).await);
    let (root, _) = issue(&store, ann, None, TokenScope::default()).await;
    let (_, own) = issue(&store, ann, Some(root.id), TokenScope::default()).await;
    let (issued, bobs) = issue(&store, bob, Some(root.id), TokenScope::default()).await;
    let (_, grandchild) = issue(&store, bob, Some(issued.id), TokenScope::default()).await;
    assert!(authenticates(&store, &bobs).await && authenticates(&store, &grandchild).await);
    set_role(&store, ann, OrgRole::User).await;
    assert!(authenticates(&store, &own).await, "the issuer's own token remains valid");
    assert!(!authenticates(&store, &bobs).await && !authenticates(&store, &grandchild).await);
    set_role(&store, ann, OrgRole::Administrators).await;
    assert!(authenticates(&store, &bobs).await);
    set_role(&store, bob, OrgRole::Owner).await;
    assert!(!authenticates(&store, &bobs).await, "an administrator cannot issue a token to an owner");
}

#[tokio::test]
async fn has_active_owner_requires_unrestricted_active_token() {
    let (_database, store) = open_store().await;
    let owner = user(&store, OrgRole::Owner).await;
    assert!(!has_active_owner(&store).await);
    let narrow = TokenScope { rights: Some([].into()), ..TokenScope::default() };
    let expiring = TokenScope { expires_at: Some(Timestamp::from_micros(i64::MAX)), ..TokenScope::default() };
    for (token_scope, kind) in [(narrow, "narrowed"), (expiring, "expiring")] {
        issue(&store, owner, None, token_scope).await;
        assert!(!has_active_owner(&store).await, "a token that is {kind} is not enough");
    }
    let (token, _) = issue(&store, owner, None, TokenScope::default()).await;
    assert!(has_active_owner(&store).await);
    set_role(&store, user(&store, OrgRole::Owner).await, OrgRole::User).await;
    let revoked = store.write(move |tx| {
        let token = tx.find_token(token.id)?.ok_or(StoreError::Stale)?;
        tx.revoke_token(&token, &OPERATOR)
    });
    revoked.await.unwrap();
    assert!(!has_active_owner(&store).await);
}

/// Each update has locked the token that authenticates it, so upgrading the lock would be a deadlock.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn update_own_token_concurrently_causes_no_deadlock() {
    let (_database, store) = open_store().await;
    let holder = user(&store, OrgRole::Billing).await;
    let (token, _) = issue(&store, holder, None, TokenScope::default()).await;
    let caller = Caller::new(Identity::Token { id: token.id, holder });
    let stores = vec![store.clone(); 8];
    let done = run_concurrently(&stores, |n, store| {
        let caller = caller.clone();
        async move {
            let label = [(format!("k{n}"), String::new())];
            let added =
                Labels::try_from(label.into_iter().collect::<std::collections::BTreeMap<_, _>>()).unwrap();
            let changed = store.write(move |tx| {
                tx.lock_identities()?;
                let token = tx.find_token(token.id)?.ok_or(StoreError::Stale)?;
                tx.actor(&caller)?;
                let labels = token.labels.merged(&added).map_err(|_| StoreError::Stale)?;
                tx.update_token(&token, &TokenChange { labels: Some(labels), status: None }, &caller)
            });
            changed.await
        }
    });
    assert!(done.await.iter().all(Result::is_ok));
    let labelled = store.read(move |tx| tx.find_token(token.id)).await.unwrap().unwrap();
    assert_eq!(labelled.labels.iter().count(), 8);
}
