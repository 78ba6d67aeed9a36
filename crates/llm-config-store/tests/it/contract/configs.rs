//! Creation, lookup and deletion of configurations.

use llm_config_core::access::OrgRole;
use llm_config_core::credential::CredentialKind;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Conflict, Store, StoreError};
use serde_json::json;

use super::open_store;
use crate::support::{
    OPERATOR, SECRET, api_key, as_user, count, create, delete, events, find, named, new, owner, user,
    workspace,
};

/// Settings with every field, with values that a wrong column type or encoding would change.
fn full() -> serde_json::Value {
    json!({
        "name": "Zoë's bot", "provider": "VLLM", "endpoint": "HTTPS://API.Example.com:443/v1/?a=B",
        "model": "m/é", "api_path": "/Chat", "modalities": ["TEXT", "IMAGE"],
        "capabilities": ["supports_chat", "supports_streaming"],
        "sampling": {
            "max_tokens": 2_147_483_647, "temperature": 0.1, "top_p": 0.3, "stop_sequences": ["\n\n", " x "]
        },
        "context_length": 2_147_483_647, "labels": {"team": "a=b,c", "empty": ""},
        "client_config": {"z": 1.50, "a": [1, {"b": null}]}, "description": "two\nlines",
        "version": "2026-11", "monitoring_endpoint": "https://status.example.com"
    })
}

fn tables(database: &TestDatabase) -> Vec<usize> {
    ["llm_configs", "config_labels", "secrets", "audit_events"]
        .iter()
        .map(|table| count(database, table))
        .collect()
}

#[tokio::test]
async fn create_config_stores_every_field() {
    let (_database, store) = open_store().await;
    let owner = user(&store, OrgRole::User).await;
    let (id, new) = (store.new_config_id(), new(full(), api_key(SECRET)));
    let settings = new.settings.clone();
    let caller = as_user(owner);
    let scope = Scope::Owner(owner);
    let created = store.write(move |tx| tx.create_config(id, scope, &new, &caller)).await.unwrap();
    assert_eq!(created.settings, settings);
    assert_eq!((created.id, created.scope, created.created.by), (id, scope, owner));
    assert_eq!((created.revision.number(), created.updated), (1, created.created));
    let secret = created.secret.clone().unwrap();
    assert_eq!((secret.kind, secret.mask.unwrap().as_str()), (CredentialKind::ApiKey, "****cdef"));
    let found = find(&store, id).await.unwrap();
    assert_eq!(found, created);
    let bytes = |settings: &llm_config_core::config::Settings| {
        settings.client_config.as_ref().unwrap().as_json().to_owned()
    };
    assert_eq!(bytes(&found.settings), bytes(&settings));
    assert_eq!(found.settings.endpoint.as_str(), "HTTPS://API.Example.com:443/v1/?a=B");
}

#[tokio::test]
async fn create_config_without_optional_fields_stores_null() {
    let (database, store) = open_store().await;
    let scope = Scope::Workspace(workspace(&store).await);
    let bare = new(json!({"model": null}), json!(null));
    let created = create(&store, scope, bare).await.unwrap();
    let found = find(&store, created.id).await.unwrap();
    assert_eq!(found, created);
    assert!(found.secret.is_none() && found.settings.model.is_none() && found.settings.sampling.is_none());
    let all_null = "SELECT id AS value FROM llm_configs WHERE description IS NULL AND model IS NULL \
                   AND sampling IS NULL AND client_config IS NULL AND version IS NULL \
                   AND monitoring_endpoint IS NULL AND context_length IS NULL AND owner_id IS NULL";
    assert_eq!(database.texts(all_null), [created.id.to_string()]);
    assert_eq!(count(&database, "secrets"), 0);
}

#[tokio::test]
async fn find_missing_config_returns_none() {
    let (_database, store) = open_store().await;
    assert!(find(&store, store.new_config_id()).await.is_none());
    let id = store.new_config_id();
    let shared = store.write(move |tx| tx.find_config_shared(id)).await;
    assert!(matches!(shared, Ok(None)));
}

async fn check_conflict(store: &Store, scope: Scope, name: &str, model: &str, expected: Conflict) {
    let new = new(json!({"name": name, "model": model}), api_key(SECRET));
    match create(store, scope, new).await {
        Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn create_config_with_used_fingerprint_conflicts_per_owner() {
    let (_database, store) = open_store().await;
    let (first_scope, other) = (owner(&store).await, owner(&store).await);
    let first =
        create(&store, first_scope, new(json!({"name": "a", "model": "m"}), api_key(SECRET))).await.unwrap();
    check_conflict(&store, first_scope, "another name", "m", Conflict::ConfigFingerprint).await;
    create(&store, other, new(json!({"name": "a", "model": "m"}), api_key(SECRET))).await.unwrap();
    create(&store, first_scope, new(json!({"name": "a", "model": "m"}), api_key("another secret")))
        .await
        .unwrap();
    create(&store, first_scope, new(json!({"name": "a", "model": "m"}), json!(null))).await.unwrap();
    delete(&store, &first).await.unwrap();
    create(&store, first_scope, new(json!({"name": "a", "model": "m"}), api_key(SECRET))).await.unwrap();
}

#[tokio::test]
async fn create_config_with_used_name_conflicts_per_workspace() {
    let (_database, store) = open_store().await;
    let first_scope = Scope::Workspace(workspace(&store).await);
    let other = Scope::Workspace(workspace(&store).await);
    create(&store, first_scope, named("Caf\u{e9}")).await.unwrap();
    check_conflict(&store, first_scope, "Cafe\u{301}", "m", Conflict::ConfigName).await;
    create(&store, first_scope, named("caf\u{e9}")).await.unwrap();
    create(&store, other, named("Caf\u{e9}")).await.unwrap();
    create(&store, owner(&store).await, named("Caf\u{e9}")).await.unwrap();
}

#[tokio::test]
async fn create_config_with_used_id_conflicts_in_both_scopes() {
    let (_database, store) = open_store().await;
    let first = create(&store, owner(&store).await, named("a")).await.unwrap();
    let (id, scope) = (first.id, Scope::Workspace(workspace(&store).await));
    let again = store.write(move |tx| tx.create_config(id, scope, &named("b"), &OPERATOR)).await;
    assert!(matches!(again, Err(StoreError::Conflict(Conflict::ConfigId))), "{again:?}");
}

#[tokio::test]
async fn create_config_in_missing_scope_is_rejected() {
    let (database, store) = open_store().await;
    let before = tables(&database);
    for scope in [Scope::Owner(store.new_principal_id()), Scope::Workspace(store.new_workspace_id())] {
        let orphan = create(&store, scope, named("a")).await;
        assert!(matches!(orphan, Err(StoreError::ForeignKey)), "{orphan:?}");
    }
    assert_eq!(tables(&database), before);
}

#[tokio::test]
async fn delete_config_deletes_labels_and_secret() {
    let (database, store) = open_store().await;
    let created = create(&store, owner(&store).await, new(full(), api_key(SECRET))).await.unwrap();
    delete(&store, &created).await.unwrap();
    assert_eq!(tables(&database)[..3], [0, 0, 0]);
    let again = delete(&store, &created).await;
    assert!(matches!(again, Err(StoreError::Stale)), "{again:?}");
    let kinds: Vec<_> = events(&store, created.id).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["config.created", "config.deleted"]);
}

#[tokio::test]
async fn recreate_config_with_same_id_has_another_incarnation() {
    let (_database, store) = open_store().await;
    let scope = owner(&store).await;
    let first = create(&store, scope, named("a")).await.unwrap();
    delete(&store, &first).await.unwrap();
    let id = first.id;
    let second = store.write(move |tx| tx.create_config(id, scope, &named("a"), &OPERATOR)).await.unwrap();
    assert_ne!(first.incarnation, second.incarnation);
    assert_eq!(find(&store, id).await.unwrap().incarnation, second.incarnation);
}

#[tokio::test]
async fn create_config_in_failed_write_stores_nothing() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let before = tables(&database);
    let id = store.new_config_id();
    let failed = store
        .write(move |tx| {
            tx.create_config(id, scope, &new(full(), api_key(SECRET)), &OPERATOR)?;
            Err::<(), _>(StoreError::CallerGone)
        })
        .await;
    assert!(matches!(failed, Err(StoreError::CallerGone)), "{failed:?}");
    assert_eq!(tables(&database), before);
}
