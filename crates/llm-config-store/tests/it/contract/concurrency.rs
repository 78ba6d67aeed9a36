//! Concurrent use cases of several servers on the same rows: every result equals that of some sequential
//! order.

use std::collections::BTreeMap;

use llm_config_core::access::OrgRole;
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::{LabelPatch, UncheckedPatch};
use llm_config_core::scope::Scope;
use llm_config_store::{Conflict, Store, StoreError};
use serde_json::json;

use super::open_stores;
use crate::support::{
    OPERATOR, SECRET, api_key, change_role, count, create, endpoint_patch, events, find, find_user, named,
    new, opened_secret, owner, run_concurrently, secret_patch, text, update, user, workspace,
};

#[tokio::test(flavor = "multi_thread")]
async fn create_equal_configs_concurrently_succeeds_once() {
    let (database, stores) = open_stores(8).await;
    let scopes = [owner(&stores[0]).await, Scope::Workspace(workspace(&stores[0]).await)];
    for (scope, expected) in scopes.into_iter().zip([Conflict::ConfigFingerprint, Conflict::ConfigName]) {
        let created =
            run_concurrently(&stores, |_, store| async move { create(&store, scope, named("a")).await })
                .await;
        let is_expected =
            |error: &&StoreError| matches!(error, StoreError::Conflict(conflict) if *conflict == expected);
        let errors = created.iter().filter_map(|result| result.as_ref().err());
        assert_eq!(created.iter().filter(|result| result.is_ok()).count(), 1, "{created:?}");
        assert_eq!(errors.filter(is_expected).count(), 7, "{created:?}");
    }
    assert_eq!((count(&database, "llm_configs"), count(&database, "secrets")), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn merge_labels_concurrently_keeps_all() {
    let (_database, stores) = open_stores(8).await;
    let id = create(&stores[0], owner(&stores[0]).await, named("a")).await.unwrap().id;
    let merged = run_concurrently(&stores, |n, store| async move {
        for round in 0..2 {
            let labels = BTreeMap::from([(format!("k{n}-{round}"), n.to_string())]);
            let patch = UncheckedPatch { labels: LabelPatch::Merge(labels), ..UncheckedPatch::default() };
            update(&store, id, patch).await.unwrap();
        }
    });
    merged.await;
    let config = find(&stores[0], id).await.unwrap();
    assert_eq!((config.settings.labels.iter().count(), config.revision.number()), (16, 17));
    assert_eq!(events(&stores[0], id).await.len(), 17);
}

/// Lowers the role of `target`, after reading the role of `actor` in the same transaction, as a server does.
async fn lower(store: &Store, actor: PrincipalId, target: PrincipalId) -> Result<(), StoreError> {
    let caller = crate::support::as_user(actor);
    let lowered = store.write(move |tx| {
        if tx.actor(&caller)?.role != OrgRole::Owner {
            return Err(StoreError::CallerGone);
        }
        let target = tx.find_user(target)?.ok_or(StoreError::Stale)?;
        change_role(tx, &target, OrgRole::User, &caller)
    });
    lowered.await
}

#[tokio::test(flavor = "multi_thread")]
async fn lower_each_others_role_concurrently_keeps_one_owner() {
    let (_database, stores) = open_stores(2).await;
    let mut owner = user(&stores[0], OrgRole::Owner).await;
    for round in 0..15 {
        let pair = [owner, user(&stores[0], OrgRole::Owner).await];
        // In some rounds each lowers their own role.
        let target_of = |n: usize| if round % 3 == 0 { pair[n] } else { pair[1 - n] };
        let lowered = run_concurrently(&stores, |n, store| {
            let (actor, target) = (pair[n], target_of(n));
            async move { lower(&store, actor, target).await }
        });
        let lowered = lowered.await;
        assert_eq!(lowered.iter().filter(|result| result.is_ok()).count(), 1, "round {round}: {lowered:?}");
        let mut owners = Vec::new();
        for id in pair {
            if find_user(&stores[0], id).await.unwrap().role == OrgRole::Owner {
                owners.push(id);
            }
        }
        assert_eq!(owners.len(), 1, "round {round}");
        owner = owners[0];
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn update_endpoint_and_secret_concurrently_never_moves_a_secret() {
    let (_database, stores) = open_stores(2).await;
    let scope = owner(&stores[0]).await;
    for round in 0..15 {
        // Without a secret, so that the origin may change until a secret is given.
        let name = round.to_string();
        let new = new(json!({"name": name, "model": name}), json!(null));
        let id = create(&stores[0], scope, new).await.unwrap().id;
        let elsewhere = "https://elsewhere.example.com/v1";
        let changed = run_concurrently(&stores, |n, store| async move {
            let patch = if n == 0 { endpoint_patch(elsewhere) } else { secret_patch(SECRET) };
            update(&store, id, patch).await
        });
        let changed = changed.await;
        assert!(changed[1].is_ok(), "{changed:?}");
        let config = find(&stores[0], id).await.unwrap();
        assert_eq!(opened_secret(&stores[0], id).await.as_deref(), Some(SECRET));
        let moved = config.settings.endpoint.as_str() == elsewhere;
        match &changed[0] {
            Ok(_) => assert!(moved),
            Err(StoreError::Invalid(_)) => assert!(!moved),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn update_endpoint_with_secret_concurrently_binds_secret_to_its_endpoint() {
    let (_database, stores) = open_stores(4).await;
    let id = create(&stores[0], owner(&stores[0]).await, named("a")).await.unwrap().id;
    for round in 0..10 {
        let changed = run_concurrently(&stores, |n, store| async move {
            let origin = Some(format!("https://{n}.example.com/{round}"));
            let patch = match n {
                0 | 1 => UncheckedPatch { endpoint: origin, ..secret_patch(&format!("sk-for-{n}")) },
                2 => secret_patch("sk-for-any-endpoint"),
                _ => UncheckedPatch { endpoint: origin, ..UncheckedPatch::default() },
            };
            update(&store, id, patch).await
        });
        let changed = changed.await;
        assert!(matches!(changed[3], Err(StoreError::Invalid(_))), "{changed:?}");
        assert!(changed[..3].iter().all(Result::is_ok), "{changed:?}");
        let secret = opened_secret(&stores[0], id).await.unwrap();
        let endpoint = find(&stores[0], id).await.unwrap().settings.endpoint.to_string();
        let entered = secret.replace("sk-for-", "https://") + ".example.com";
        assert!(secret == "sk-for-any-endpoint" || endpoint.starts_with(&entered), "{secret} at {endpoint}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_workspace_during_create_config_leaves_no_orphan() {
    let (database, stores) = open_stores(2).await;
    for round in 0..10 {
        let team = workspace(&stores[0]).await;
        let done = run_concurrently(&stores, |n, store| async move {
            if n == 0 {
                let deleted = store.write(move |tx| {
                    tx.find_workspace(team)?.ok_or(StoreError::Stale)?;
                    tx.delete_workspace(team, &OPERATOR)
                });
                return deleted.await;
            }
            let id = store.new_config_id();
            let created = store.write(move |tx| {
                tx.find_workspace(team)?.ok_or(StoreError::ForeignKey)?;
                let new = new(json!({"name": "a"}), api_key(SECRET));
                tx.create_config(id, Scope::Workspace(team), &new, &OPERATOR).map(drop)
            });
            created.await
        });
        check_one_succeeds(round, &done.await);
    }
    let orphans = "SELECT CAST(count(*) AS TEXT) AS value FROM llm_configs \
                   WHERE workspace_id NOT IN (SELECT id FROM workspaces)";
    assert_eq!(text(&database, orphans), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_user_during_create_config_leaves_no_orphan() {
    let (database, stores) = open_stores(2).await;
    for round in 0..10 {
        let ada = user(&stores[0], OrgRole::User).await;
        let done = run_concurrently(&stores, |n, store| async move {
            if n == 0 {
                let deleted = store.write(move |tx| {
                    let ada = tx.find_user(ada)?.ok_or(StoreError::Stale)?;
                    tx.delete_user(&ada, &OPERATOR)
                });
                return deleted.await;
            }
            create(&store, Scope::Owner(ada), named("a")).await.map(drop)
        });
        check_one_succeeds(round, &done.await);
    }
    let orphans = "SELECT CAST(count(*) AS TEXT) AS value FROM llm_configs \
                   WHERE owner_id NOT IN (SELECT id FROM users)";
    assert_eq!(text(&database, orphans), "0");
}

/// Checks that either the deletion or the creation succeeded, and that the other failed.
fn check_one_succeeds(round: usize, done: &[Result<(), StoreError>]) {
    let errors: Vec<_> = done.iter().filter_map(|result| result.as_ref().err()).collect();
    assert!(matches!(errors[..], [StoreError::ForeignKey]), "round {round}: {done:?}");
}
