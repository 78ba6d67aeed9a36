//! The provenance of origins, and the binding of credentials to them.

use std::sync::Arc;

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, OriginProvenance};
use llm_config_core::endpoint::{NoVendorHosts, VendorHosts};
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::UncheckedPatch;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{OpenDraftError, OpenTargetError, Options, Resolution, Store, StoreError};
use serde_json::json;

use super::{database, open_store};
use crate::support::{
    SECRET, api_key, as_user, create, delete, endpoint_patch, events, find, named, new, opened_secret,
    secret_patch, transfer_to, user, workspace,
};

/// A vendor whose only host, `gateway.example`, is divided by the first segment of the path.
struct Gateway;

impl VendorHosts for Gateway {
    fn is_own(&self, _: Provider, _: &str) -> bool {
        false
    }

    fn customer_segments(&self, host: &str) -> usize {
        usize::from(host == "gateway.example")
    }
}

async fn open_store_with_hosts(database: &TestDatabase, hosts: Arc<dyn VendorHosts>) -> Store {
    Store::open(Options { hosts, ..database.options() }).await.unwrap()
}

async fn change(
    store: &Store,
    by: PrincipalId,
    config: &LlmConfig,
    patch: UncheckedPatch,
) -> Result<LlmConfig, StoreError> {
    let (id, patch, caller) = (config.id, patch.check().unwrap(), as_user(by));
    store
        .write(move |tx| {
            let current = tx.find_config(id)?.ok_or(StoreError::Stale)?;
            tx.update_config(&current, &patch, &caller)
        })
        .await
}

/// Two users with the role WRITE in one workspace.
async fn colleagues(store: &Store) -> (Scope, [PrincipalId; 2]) {
    let team = workspace(store).await;
    let both = [user(store, OrgRole::User).await, user(store, OrgRole::User).await];
    for member in both {
        let add = move |tx: &mut llm_config_store::Tx<'_>| {
            tx.set_membership(team, member, WorkspaceRole::Write, &crate::support::OPERATOR)
        };
        store.write(add).await.unwrap();
    }
    (Scope::Workspace(team), both)
}

async fn create_by(store: &Store, by: PrincipalId, scope: Scope) -> LlmConfig {
    let (id, caller) = (store.new_config_id(), as_user(by));
    store.write(move |tx| tx.create_config(id, scope, &named("a"), &caller)).await.unwrap()
}

fn with_endpoint(credential: UncheckedPatch, endpoint: &str) -> UncheckedPatch {
    UncheckedPatch { endpoint: Some(endpoint.to_owned()), ..credential }
}

#[tokio::test]
async fn update_origin_stores_its_provenance() {
    let (_database, store) = open_store().await;
    let (scope, [ada, bob]) = colleagues(&store).await;
    let config = create_by(&store, ada, scope).await;
    assert_eq!(config.origin, OriginProvenance::new(config.created));
    assert_eq!(config.secret.as_ref().unwrap().given_by, Some(ada));
    assert_eq!(find(&store, config.id).await, Some(config.clone()));

    let renewal = with_endpoint(secret_patch("sk-bob"), "https://api.openai.com/v1");
    let confirmed = change(&store, bob, &config, renewal).await.unwrap();
    assert_eq!((confirmed.origin.set, confirmed.origin.confirmed_by.len()), (config.origin.set, 1));
    assert_eq!(confirmed.secret.as_ref().unwrap().given_by, Some(bob));
    assert_eq!(find(&store, config.id).await, Some(confirmed.clone()));

    let moved = change(&store, ada, &config, with_endpoint(secret_patch("sk-ada"), "https://h.example"))
        .await
        .unwrap();
    assert_eq!(moved.origin, OriginProvenance::new(moved.updated));
    assert_eq!(find(&store, config.id).await, Some(moved));
}

#[tokio::test]
async fn update_credential_without_endpoint_by_colleague_is_rejected() {
    let (_database, store) = open_store().await;
    let (scope, [ada, bob]) = colleagues(&store).await;
    let config = create_by(&store, ada, scope).await;
    let Err(StoreError::UnconfirmedOrigin(refused)) =
        change(&store, bob, &config, secret_patch("sk-bob")).await
    else {
        panic!("accepted");
    };
    assert_eq!((refused.origin.as_str(), refused.set), ("https://api.openai.com", config.origin.set));
    assert_eq!(find(&store, config.id).await, Some(config.clone()));
    let patch = secret_patch("sk-bob").check().unwrap();
    let planned = store.open_planned_target(config.id, &as_user(bob), patch, Purpose::Validate).await;
    assert!(matches!(planned, Err(OpenTargetError::Store(StoreError::UnconfirmedOrigin(_)))), "{planned:?}");
}

#[tokio::test]
async fn update_credential_of_row_without_provenance_is_rejected_once() {
    let (database, store) = open_store().await;
    let (scope, [ada, _]) = colleagues(&store).await;
    let config = create_by(&store, ada, scope).await;
    database.execute("UPDATE llm_configs SET origin_set_at = NULL, origin_set_by = NULL");
    database.execute("UPDATE secrets SET given_by = NULL");
    let old = find(&store, config.id).await.unwrap();
    assert_eq!((old.origin, old.secret.unwrap().given_by), (OriginProvenance::default(), None));
    let renewed = change(&store, ada, &config, secret_patch("sk-ada")).await;
    assert!(matches!(renewed, Err(StoreError::UnconfirmedOrigin(_))), "{renewed:?}");
    let renewal = with_endpoint(secret_patch("sk-ada"), "https://api.openai.com/v1");
    change(&store, ada, &config, renewal).await.unwrap();
    change(&store, ada, &config, secret_patch("sk-ada-2")).await.unwrap();
}

#[tokio::test]
async fn transfer_sets_origin_and_keeps_credential_giver() {
    let (_database, store) = open_store().await;
    let (scope, [ada, _]) = colleagues(&store).await;
    let config = create_by(&store, ada, scope).await;
    let moved = transfer_to(&store, config.id, Scope::Workspace(workspace(&store).await)).await.unwrap();
    assert_eq!(moved.origin, OriginProvenance::new(moved.updated));
    assert_eq!(moved.origin.set.unwrap().by, PrincipalId::OPERATOR);
    assert_eq!(moved.secret.as_ref().unwrap().given_by, Some(ada));
    assert_eq!(find(&store, config.id).await, Some(moved));
}

#[tokio::test]
async fn update_origin_by_another_principal_is_recorded() {
    let (_database, store) = open_store().await;
    let (scope, [ada, bob]) = colleagues(&store).await;
    let config = create_by(&store, ada, scope).await;
    let kinds = async || {
        let events = events(&store, config.id).await.into_iter();
        events.map(|(kind, _)| kind).filter(|kind| kind == "config.origin_changed").count()
    };
    for (by, host, expected) in [(ada, "a", 0), (bob, "b", 1), (bob, "c", 1), (ada, "d", 2)] {
        let moved = with_endpoint(secret_patch("sk"), &format!("https://{host}.example"));
        change(&store, by, &config, moved).await.unwrap();
        assert_eq!(kinds().await, expected, "{host}");
    }
    // Without a credential, the principal who set the origin counts.
    let open = new(json!({"name": "open"}), json!(null));
    let open = create(&store, scope, open).await.unwrap();
    change(&store, ada, &open, endpoint_patch("https://e.example")).await.unwrap();
    assert_eq!(events(&store, open.id).await.last().unwrap().0, "config.origin_changed");
}

#[tokio::test]
async fn open_credential_at_divided_host_for_other_customer_fails() {
    let database = database();
    let store = open_store_with_hosts(&database, Arc::new(Gateway)).await;
    let (scope, [ada, _]) = colleagues(&store).await;
    let new_config = |name: &str| {
        new(json!({"name": name, "endpoint": "https://gateway.example/acme/v1"}), api_key(SECRET))
    };
    let config = create(&store, scope, new_config("a")).await.unwrap();
    assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
    let moved = change(&store, ada, &config, endpoint_patch("https://gateway.example/mallory/v1")).await;
    assert!(matches!(moved, Err(StoreError::Invalid(_))), "{moved:?}");
    change(&store, ada, &config, endpoint_patch("https://gateway.example/acme/v2")).await.unwrap();
    // Changed in the database, which bypasses the rules.
    database.execute("UPDATE llm_configs SET endpoint = 'https://gateway.example/mallory/v1'");
    let found = crate::support::open_target(&store, config.id).await;
    assert!(matches!(found, Err(OpenTargetError::Store(StoreError::DecryptionFailed { .. }))), "{found:?}");
}

#[tokio::test]
async fn open_credential_sealed_before_host_was_divided_succeeds_until_resealed() {
    let database = database();
    let before = open_store_with_hosts(&database, Arc::new(NoVendorHosts)).await;
    let (scope, [ada, _]) = colleagues(&before).await;
    let endpoint = "https://gateway.example/acme/v1";
    let new_config = |name: &str| new(json!({"name": name, "endpoint": endpoint}), api_key(SECRET));
    let config = create(&before, scope, new_config("a")).await.unwrap();
    let store = open_store_with_hosts(&database, Arc::new(Gateway)).await;
    assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
    change(&store, ada, &config, with_endpoint(secret_patch("sk-new"), endpoint)).await.unwrap();
    assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some("sk-new"));
    let found = crate::support::open_target(&before, config.id).await;
    assert!(matches!(found, Err(OpenTargetError::Store(StoreError::DecryptionFailed { .. }))), "{found:?}");
    delete(&store, &find(&store, config.id).await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn open_draft_requires_rights_to_create_and_use() {
    let (_database, store) = open_store().await;
    let (team, [ada, bob]) = colleagues(&store).await;
    let reference = json!({"kind": "API_KEY", "reference": "vault://kv/openai#key"});
    let open = async |scope: Scope, credential: serde_json::Value, caller: &Caller| {
        store.open_draft(scope, new(json!({}), credential), caller, Purpose::Validate).await
    };
    for scope in [team, Scope::Owner(ada)] {
        let opened = open(scope, api_key(SECRET), &as_user(ada)).await.unwrap();
        assert_eq!((opened.scope, opened.role), (scope, OrgRole::User));
        assert!(opened.credential.is_some() && opened.pending.is_none());
        let opened = open(scope, reference.clone(), &as_user(ada)).await.unwrap();
        store.record_resolution(opened.pending.unwrap(), Resolution::Refused).await.unwrap();
    }
    let outsider = user(&store, OrgRole::User).await;
    for (scope, caller) in [(team, outsider), (Scope::Owner(ada), bob)] {
        for credential in [api_key(SECRET), reference.clone()] {
            let found = open(scope, credential, &as_user(caller)).await;
            assert!(matches!(found, Err(OpenDraftError::Denied)), "{found:?}");
        }
    }
    // Inline credentials are not recorded.
    let recorded = events(&store, ada).await.into_iter().filter(|(kind, _)| kind.starts_with("credential"));
    let refused = ("credential.refused".to_owned(), "validate".to_owned());
    assert_eq!(recorded.collect::<Vec<_>>(), [refused.clone(), refused]);
    for scope in [Scope::Workspace(store.new_workspace_id()), Scope::Owner(store.new_principal_id())] {
        let found = open(scope, api_key(SECRET), &Caller::operator()).await;
        assert!(matches!(found, Err(OpenDraftError::NoSuchScope(missing)) if missing == scope), "{found:?}");
    }
    let gone = open(Scope::Owner(ada), api_key(SECRET), &as_user(store.new_principal_id())).await;
    assert!(matches!(gone, Err(OpenDraftError::Store(StoreError::CallerGone))), "{gone:?}");
}
