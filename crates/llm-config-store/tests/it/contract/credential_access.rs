//! Access to credentials: decisions by policy, and their audit events.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::LlmConfig;
use llm_config_core::scope::Scope;
use llm_config_core::target::{Purpose, Target};
use llm_config_store::{OpenTargetError, Resolution, Store, StoreError};
use serde_json::json;

use super::open_store;
use crate::support::{
    OPERATOR, SECRET, as_user, create, events, named, new, open_target, secret_of, user, workspace,
};

/// The kind, purpose and actor of the audit events about the credential, oldest first.
async fn openings(store: &Store, config: &LlmConfig) -> Vec<(String, String, String)> {
    let id = config.id.to_string();
    let rows = store.read(move |tx| tx.audit_events(Some(&id), 100)).await.unwrap();
    let rows = rows.into_iter().rev().filter(|row| row.kind.starts_with("credential."));
    rows.map(|row| (row.kind, row.fields, row.actor_id)).collect()
}

#[tokio::test]
async fn open_target_by_owner_returns_credential_and_target() {
    let (_database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let config = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    let mut caller = as_user(ada);
    caller.request_id = Some("request-1".to_owned());
    caller.address = Some([192, 0, 2, 1].into());
    let opened = store.open_target(config.id, &caller, Purpose::Validate).await.unwrap();
    assert_eq!(secret_of(opened.credential.as_ref().unwrap()), SECRET);
    assert_eq!(opened.target.url().as_str(), "https://api.openai.com/v1/chat/completions");
    assert_eq!(opened.target, Target::from(&config.settings));
    assert_eq!((opened.config, opened.incarnation), (config.id, config.incarnation));
    assert_eq!((opened.scope, opened.revision), (config.scope, config.revision));
    let opened = ("credential.opened".to_owned(), "validate".to_owned(), ada.to_string());
    assert_eq!(openings(&store, &config).await, [opened]);
    let newest = store.read(|tx| tx.audit_events(None, 1)).await.unwrap().remove(0);
    assert_eq!(
        (newest.request_id.as_deref(), newest.address.as_deref()),
        (Some("request-1"), Some("192.0.2.1"))
    );
    assert_eq!((newest.actor_kind.as_str(), newest.scope), ("user", Some(config.scope.to_string())));
}

async fn check(store: &Store, config: &LlmConfig, caller: Caller, is_allowed: bool) {
    for purpose in [Purpose::Validate, Purpose::Ping, Purpose::Call] {
        check_purpose(store, config, caller.clone(), purpose, is_allowed).await;
    }
}

async fn check_purpose(
    store: &Store,
    config: &LlmConfig,
    caller: Caller,
    purpose: Purpose,
    is_allowed: bool,
) {
    let before = openings(store, config).await.len();
    let kind = match store.open_target(config.id, &caller, purpose).await {
        Ok(_) if is_allowed => "credential.opened",
        Err(OpenTargetError::Denied(id)) if !is_allowed && id == config.id => "credential.refused",
        other => panic!("{caller:?}: {other:?}"),
    };
    let openings = openings(store, config).await;
    assert_eq!(openings.len(), before + 1, "{caller:?}");
    let expected = (kind.to_owned(), purpose.as_str().to_owned(), caller.identity.principal().to_string());
    assert_eq!(openings[before], expected, "{caller:?}");
}

#[tokio::test]
async fn open_target_follows_policy_and_records_decision() {
    let (_database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    let owned = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    check(&store, &owned, as_user(ada), true).await;
    check(&store, &owned, as_user(bob), false).await;
    check(&store, &owned, OPERATOR, true).await;
    check(&store, &owned, as_user(user(&store, OrgRole::Administrators).await), true).await;
    check(&store, &owned, as_user(user(&store, OrgRole::Workspaces).await), false).await;

    let team = workspace(&store).await;
    let shared = create(&store, Scope::Workspace(team), named("a")).await.unwrap();
    check(&store, &shared, as_user(bob), false).await;
    // Members with READ call the model, and do not check it.
    for (role, may_check) in [(WorkspaceRole::Read, false), (WorkspaceRole::Write, true)] {
        store.write(move |tx| tx.set_membership(team, bob, role, &OPERATOR)).await.unwrap();
        for (purpose, is_allowed) in
            [(Purpose::Validate, may_check), (Purpose::Ping, may_check), (Purpose::Call, true)]
        {
            check_purpose(&store, &shared, as_user(bob), purpose, is_allowed).await;
        }
    }
    check(&store, &shared, as_user(user(&store, OrgRole::Workspaces).await), true).await;
}

#[tokio::test]
async fn open_target_of_missing_config_is_not_found() {
    let (_database, store) = open_store().await;
    let id = store.new_config_id();
    let found = open_target(&store, id).await;
    assert!(matches!(found, Err(OpenTargetError::NotFound(missing)) if missing == id), "{found:?}");
}

#[tokio::test]
async fn open_target_by_deleted_caller_fails() {
    let (_database, store) = open_store().await;
    let config = create(&store, Scope::Owner(user(&store, OrgRole::User).await), named("a")).await.unwrap();
    let gone = store.new_principal_id();
    let token = Identity::Token { id: store.new_token_id(), holder: gone };
    for caller in [as_user(gone), Caller::new(token)] {
        let found = store.open_target(config.id, &caller, Purpose::Call).await;
        assert!(matches!(found, Err(OpenTargetError::Store(StoreError::CallerGone))), "{found:?}");
    }
    assert_eq!(events(&store, config.id).await.len(), 1);
}

#[tokio::test]
async fn open_target_with_reference_returns_unresolved_reference() {
    let (_database, store) = open_store().await;
    let scope = Scope::Owner(user(&store, OrgRole::User).await);
    let reference = json!({"kind": "API_KEY", "reference": "vault://kv/openai#key", "header": "x-api-key"});
    let config = create(&store, scope, new(json!({}), reference)).await.unwrap();
    assert!(config.secret.as_ref().unwrap().mask.is_none());
    for (resolution, recorded) in
        [(Resolution::Opened, "credential.opened"), (Resolution::Refused, "credential.refused")]
    {
        let before = openings(&store, &config).await.len();
        let opened = open_target(&store, config.id).await.unwrap();
        assert_eq!(secret_of(&opened.credential.unwrap()), "reference vault://kv/openai#key");
        // Not recorded before the reference is resolved.
        assert_eq!(openings(&store, &config).await.len(), before);
        store.record_resolution(opened.pending.unwrap(), resolution).await.unwrap();
        let events = openings(&store, &config).await;
        assert!(events[before..].iter().map(|event| event.0.as_str()).eq([recorded]));
    }
}

#[tokio::test]
async fn open_target_returns_every_kind_of_credential() {
    let (_database, store) = open_store().await;
    let team = Scope::Workspace(workspace(&store).await);
    let pair = json!({"kind": "KEY_PAIR", "key_id": "AKIAIOSFODNN7EXAMPLE", "secret": SECRET});
    let identity = json!({"kind": "GCP_ADC", "scopes": ["a"], "quota_project": "p"});
    for (name, provider, credential, expected, is_resolved) in [
        ("aws", "AWS", pair, Some(SECRET), true),
        ("gcp", "GOOGLE", identity, Some("identity"), false),
        ("none", "OTHER", json!(null), None, true),
    ] {
        let config =
            create(&store, team, new(json!({"name": name, "provider": provider}), credential)).await.unwrap();
        let opened = open_target(&store, config.id).await.unwrap();
        assert_eq!(opened.credential.as_ref().map(secret_of).as_deref(), expected, "{name}");
        assert_eq!(opened.pending.is_none(), is_resolved, "{name}");
        assert_eq!(openings(&store, &config).await.len(), usize::from(is_resolved), "{name}");
    }
}
