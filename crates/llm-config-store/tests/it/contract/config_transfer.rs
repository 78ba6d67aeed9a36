//! Transfer of configurations to another owner or workspace.

use llm_config_core::access::OrgRole;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Conflict, OpenTargetError, Store, StoreError, VaultError};
use serde_json::json;

use super::{bytes, hex, open_store, open_stores};
use crate::support::{
    OPERATOR, SECRET, api_key, count, create, delete, endpoint_patch, find, named, new, open_target,
    opened_secret, owner, run_concurrently, secret_of, secret_patch, text, transfer_to, update, user,
    workspace,
};

/// Two owners and two workspaces: the source and the target of a transfer of each kind.
async fn scopes(store: &Store) -> [[Scope; 2]; 2] {
    let workspaces = [Scope::Workspace(workspace(store).await), Scope::Workspace(workspace(store).await)];
    [[owner(store).await, owner(store).await], workspaces]
}

fn envelope(database: &TestDatabase) -> String {
    text(database, &format!("SELECT {} AS value FROM secrets", hex("envelope")))
}

fn set_scope(database: &TestDatabase, scope: Scope) {
    let (column, id) = match scope {
        Scope::Owner(id) => ("owner_id", id.to_string()),
        Scope::Workspace(id) => ("workspace_id", id.to_string()),
    };
    database.execute(&format!("UPDATE llm_configs SET {column} = '{id}'"));
}

#[tokio::test]
async fn transfer_keeps_settings_and_secret_and_increments_revision() {
    let (database, store) = open_store().await;
    for [from, to] in scopes(&store).await {
        let labels = json!({"labels": {"team": "a"}, "description": "d", "client_config": {"z": 1.50}});
        let created = create(&store, from, new(labels, api_key(SECRET))).await.unwrap();
        let moved = transfer_to(&store, created.id, to).await.unwrap();
        assert_eq!((moved.scope, moved.revision.number()), (to, 2));
        assert_eq!((&moved.settings, moved.created), (&created.settings, created.created));
        assert_eq!(moved.incarnation, created.incarnation);
        let secret = |config: &llm_config_core::config::LlmConfig| {
            let meta = config.secret.clone().unwrap();
            (meta.kind, meta.mask, meta.fingerprint)
        };
        assert_eq!(secret(&moved), secret(&created));
        assert_eq!(find(&store, created.id).await.unwrap(), moved);
        assert_eq!(opened_secret(&store, created.id).await.as_deref(), Some(SECRET));
        assert_eq!(count(&database, "secrets"), 1);
        delete(&store, &moved).await.unwrap();
    }
}

#[tokio::test]
async fn open_target_with_envelope_of_other_scope_fails() {
    let (database, store) = open_store().await;
    for [from, to] in scopes(&store).await {
        let created = create(&store, from, named("a")).await.unwrap();
        let old = envelope(&database);
        let moved = transfer_to(&store, created.id, to).await.unwrap();
        let new = envelope(&database);
        for (envelope, scope, opens) in
            [(&old, to, false), (&new, from, false), (&old, from, true), (&new, to, true)]
        {
            database.execute(&format!("UPDATE secrets SET envelope = {}", bytes(envelope)));
            set_scope(&database, scope);
            match open_target(&store, created.id).await {
                Ok(opened) => assert!(opens && secret_of(&opened.credential.unwrap()) == SECRET),
                Err(OpenTargetError::Store(StoreError::DecryptionFailed { source, .. })) => {
                    assert!(!opens && source == VaultError::AuthenticationFailed);
                }
                other => panic!("{other:?}"),
            }
        }
        delete(&store, &moved).await.unwrap();
    }
}

#[tokio::test]
async fn transfer_keeps_every_kind_of_credential() {
    let (_database, store) = open_store().await;
    let [_, [from, to]] = scopes(&store).await;
    let pair = json!({"kind": "KEY_PAIR", "key_id": "AKIAIOSFODNN7EXAMPLE", "secret": SECRET});
    let reference = json!({"kind": "API_KEY", "reference": "vault://kv/openai#key"});
    for (name, provider, credential, expected) in [
        ("aws", "AWS", pair, Some(SECRET)),
        ("gcp", "GOOGLE", json!({"kind": "GCP_ADC", "scopes": ["a"]}), Some("identity")),
        ("vault", "OTHER", reference, Some("reference vault://kv/openai#key")),
        ("none", "OTHER", json!(null), None),
    ] {
        let new = new(json!({"name": name, "provider": provider}), credential);
        let id = create(&store, from, new).await.unwrap().id;
        transfer_to(&store, id, to).await.unwrap();
        assert_eq!(opened_secret(&store, id).await.as_deref(), expected, "{name}");
    }
}

#[tokio::test]
async fn transfer_to_scope_with_equal_config_conflicts() {
    let (database, store) = open_store().await;
    let expected = [Conflict::ConfigFingerprint, Conflict::ConfigName];
    for ([from, to], expected) in scopes(&store).await.into_iter().zip(expected) {
        let first = create(&store, from, named("a")).await.unwrap();
        transfer_to(&store, first.id, to).await.unwrap();
        let second = create(&store, from, named("a")).await.unwrap();
        let events = count(&database, "audit_events");
        match transfer_to(&store, second.id, to).await {
            Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
            other => panic!("{other:?}"),
        }
        assert_eq!(find(&store, second.id).await.unwrap(), second);
        assert_eq!(opened_secret(&store, second.id).await.as_deref(), Some(SECRET));
        // The opening above has written the only new event: failed transfers write none.
        assert_eq!(count(&database, "audit_events"), events + 1);
        match create(&store, to, named("a")).await {
            Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn count_configs_after_transfer_counts_the_new_scope() {
    let (_database, store) = open_store().await;
    for [from, to] in scopes(&store).await {
        let id = create(&store, from, named("a")).await.unwrap().id;
        transfer_to(&store, id, to).await.unwrap();
        for (scope, expected) in [(from, 0), (to, 1)] {
            let counted = store.read(move |tx| tx.count_configs(scope)).await.unwrap();
            assert_eq!(counted, expected, "{scope}");
        }
    }
}

#[tokio::test]
async fn transfer_to_current_scope_changes_nothing() {
    let (database, store) = open_store().await;
    let created = create(&store, owner(&store).await, named("a")).await.unwrap();
    let events = count(&database, "audit_events");
    assert_eq!(transfer_to(&store, created.id, created.scope).await.unwrap(), created);
    assert_eq!(count(&database, "audit_events"), events);
}

#[tokio::test]
async fn transfer_to_scope_of_other_kind_or_to_missing_scope_is_rejected() {
    let (_database, store) = open_store().await;
    let [[ada, _], [team, _]] = scopes(&store).await;
    let missing_owner = Scope::Owner(store.new_principal_id());
    let missing_workspace = Scope::Workspace(store.new_workspace_id());
    for (from, other_kind, missing) in [(ada, team, missing_owner), (team, ada, missing_workspace)] {
        let created = create(&store, from, named("a")).await.unwrap();
        let rejected = transfer_to(&store, created.id, other_kind).await;
        assert!(matches!(rejected, Err(StoreError::ScopeKindMismatch)), "{rejected:?}");
        let rejected = transfer_to(&store, created.id, missing).await;
        assert!(matches!(rejected, Err(StoreError::ForeignKey)), "{rejected:?}");
        assert_eq!(find(&store, created.id).await.unwrap(), created);
    }
}

#[tokio::test]
async fn transfer_of_config_changed_since_read_is_stale() {
    let (_database, store) = open_store().await;
    let [[from, to], _] = scopes(&store).await;
    let old = create(&store, from, named("a")).await.unwrap();
    update(&store, old.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    let id = old.id;
    let stale = store.write(move |tx| tx.transfer_config(&old, to, &OPERATOR)).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    assert_eq!(find(&store, id).await.unwrap().scope, from);
}

#[tokio::test]
async fn transfer_with_undecryptable_credential_fails() {
    let (database, store) = open_store().await;
    let [[from, to], _] = scopes(&store).await;
    let created = create(&store, from, named("a")).await.unwrap();
    database
        .execute("UPDATE secrets SET envelope = (SELECT envelope FROM server_keys WHERE purpose = 'audit')");
    let rejected = transfer_to(&store, created.id, to).await;
    assert!(matches!(rejected, Err(StoreError::DecryptionFailed { .. })), "{rejected:?}");
    assert_eq!(find(&store, created.id).await.unwrap(), created);
}

#[tokio::test]
async fn transfer_is_recorded_for_both_scopes() {
    let (_database, store) = open_store().await;
    let [[from, to], _] = scopes(&store).await;
    let id = create(&store, from, named("a")).await.unwrap().id;
    transfer_to(&store, id, to).await.unwrap();
    let rows = store.read(move |tx| tx.audit_events(Some(&id.to_string()), 10)).await.unwrap();
    let mut moves: Vec<_> = rows
        .into_iter()
        .filter(|row| row.kind == "config.moved")
        .map(|row| (row.fields, row.scope.unwrap(), row.actor_kind))
        .collect();
    moves.sort();
    let operator = || "operator".to_owned();
    let expected =
        [("from".to_owned(), from.to_string(), operator()), ("to".to_owned(), to.to_string(), operator())];
    assert_eq!(moves, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn transfer_concurrently_ends_in_one_scope_with_working_secret() {
    let (database, stores) = open_stores(4).await;
    let id = create(&stores[0], owner(&stores[0]).await, named("a")).await.unwrap().id;
    for round in 0..5 {
        let mut targets = Vec::new();
        for _ in 0..3 {
            targets.push(owner(&stores[0]).await);
        }
        let secret = format!("sk-round-{round}-0123456789");
        let done = run_concurrently(&stores, |n, store| {
            let (target, secret) = (targets.get(n).copied(), secret.clone());
            async move {
                match target {
                    Some(target) => transfer_to(&store, id, target).await,
                    None => update(&store, id, secret_patch(&secret)).await,
                }
            }
        });
        let done = done.await;
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        let config = find(&stores[0], id).await.unwrap();
        assert!(targets.contains(&config.scope), "{config:?}");
        assert_eq!(config.revision.number(), 1 + 4 * (round + 1));
        assert_eq!(opened_secret(&stores[0], id).await, Some(secret));
    }
    assert_eq!(count(&database, "secrets"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn transfer_equal_configs_concurrently_succeeds_once() {
    let (_database, stores) = open_stores(4).await;
    for is_owned in [true, false] {
        let mut ids = Vec::new();
        for store in &stores {
            let [owners, workspaces] = scopes(store).await;
            let from = if is_owned { owners[0] } else { workspaces[0] };
            ids.push(create(store, from, named("a")).await.unwrap().id);
        }
        let [owners, workspaces] = scopes(&stores[0]).await;
        let to = if is_owned { owners[1] } else { workspaces[1] };
        let moved = run_concurrently(&stores, |n, store| {
            let id = ids[n];
            async move { transfer_to(&store, id, to).await }
        });
        let moved = moved.await;
        assert_eq!(moved.iter().filter(|result| result.is_ok()).count(), 1, "{moved:?}");
        assert!(
            moved.iter().all(|result| matches!(result, Ok(_) | Err(StoreError::Conflict(_)))),
            "{moved:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transfer_to_concurrently_deleted_scope_leaves_no_orphan() {
    let (database, stores) = open_stores(2).await;
    let mut from = owner(&stores[0]).await;
    let id = create(&stores[0], from, named("a")).await.unwrap().id;
    for round in 0..10 {
        let ada = user(&stores[0], OrgRole::User).await;
        let done = run_concurrently(&stores, |n, store| async move {
            if n == 0 {
                let deleted = store.write(move |tx| {
                    let ada = tx.find_user_for_update(ada)?.ok_or(StoreError::Stale)?;
                    tx.delete_user(&ada, &OPERATOR)
                });
                return deleted.await;
            }
            transfer_to(&store, id, Scope::Owner(ada)).await.map(drop)
        });
        let done = done.await;
        match &done[..] {
            [Ok(()), Err(StoreError::ForeignKey)] => {}
            [Err(StoreError::ForeignKey), Ok(())] => from = Scope::Owner(ada),
            other => panic!("round {round}: {other:?}"),
        }
        assert_eq!(find(&stores[0], id).await.unwrap().scope, from, "round {round}");
    }
    assert_eq!(count(&database, "llm_configs"), 1);
}
