//! Counts for quotas.

use llm_config_core::access::OrgRole;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::{Store, TokenChange, TokenStatus};

use super::open_store_with_clock;
use super::tokens::{issue, until};
use crate::support::{OPERATOR, create, events, named, user, workspace};

async fn count(store: &Store, scope: Scope, limit: u32) -> u64 {
    store.read(move |tx| tx.count_configs_up_to(scope, limit)).await.unwrap()
}

#[tokio::test]
async fn count_of_configs_stops_at_limit_and_keeps_scopes_apart() {
    let (_database, store, _) = open_store_with_clock().await;
    let (owner, team) = (user(&store, OrgRole::User).await, workspace(&store).await);
    for model in ["a", "b", "c"] {
        create(&store, Scope::Owner(owner), named(model)).await.unwrap();
    }
    create(&store, Scope::Workspace(team), named("a")).await.unwrap();
    assert_eq!(count(&store, Scope::Owner(owner), 10).await, 3);
    assert_eq!(count(&store, Scope::Owner(owner), 2).await, 2);
    assert_eq!(count(&store, Scope::Workspace(team), 10).await, 1);
    let all = async |limit| store.read(move |tx| tx.count_all_configs_up_to(limit)).await.unwrap();
    assert_eq!((all(10).await, all(3).await), (4, 3));
}

#[tokio::test]
async fn count_of_tokens_includes_inactive_and_excludes_expired() {
    let (_database, store, _) = open_store_with_clock().await;
    let holder = user(&store, OrgRole::User).await;
    let (_, _) = issue(&store, holder, None, until(50)).await;
    let (inactive, _) = issue(&store, holder, None, until(200)).await;
    let (_, _) = issue(&store, holder, None, until(200)).await;
    let change = TokenChange { status: Some(TokenStatus::Inactive), ..TokenChange::default() };
    let id = inactive.id;
    store
        .write(move |tx| {
            let current = tx.find_token(id)?.expect("the token exists");
            tx.update_token(&current, &change, &OPERATOR)
        })
        .await
        .unwrap();
    let count = async |since, limit| {
        let since = Timestamp::from_micros(since);
        store.read(move |tx| tx.count_tokens_up_to(holder, since, limit)).await.unwrap()
    };
    assert_eq!((count(0, 10).await, count(100, 10).await, count(100, 1).await), (3, 2, 1));
}

#[tokio::test]
async fn delete_expired_tokens_deletes_those_of_the_holder_that_expired_first() {
    let (_database, store, clock) = open_store_with_clock().await;
    let [holder, other] = [user(&store, OrgRole::User).await, user(&store, OrgRole::User).await];
    let (first, _) = issue(&store, holder, None, until(20)).await;
    let (child, _) = issue(&store, holder, Some(first.id), until(10)).await;
    let (second, _) = issue(&store, holder, None, until(30)).await;
    let (live, _) = issue(&store, holder, None, until(200)).await;
    let (others, _) = issue(&store, other, None, until(10)).await;
    clock.set(100);
    let delete = async |limit| {
        store.write(move |tx| tx.delete_expired_tokens(holder, limit, &OPERATOR)).await.unwrap()
    };
    assert_eq!(delete(2).await, 2);
    let left = store.read(|tx| tx.list_tokens(None)).await.unwrap();
    let left: Vec<_> = left.iter().map(|token| token.id).collect();
    assert_eq!(left, [second.id, live.id, others.id]);
    assert_eq!(events(&store, child.id).await.len(), 2);
    assert_eq!((delete(2).await, delete(2).await), (1, 0));
}
