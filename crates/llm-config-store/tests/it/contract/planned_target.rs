//! Planned targets: the target after an update that is not performed.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::access::{OrgRole, Right, TokenScope, WorkspaceRole};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::LlmConfig;
use llm_config_core::credential::{UncheckedCredential, UncheckedSecret};
use llm_config_core::field::Field;
use llm_config_core::patch::{Patch, UncheckedCredentialPatch, UncheckedPatch};
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{OpenTargetError, OpenedTarget, Store, StoreError};
use serde_json::json;
use zeroize::Zeroizing;

use super::tokens::issue;
use super::{hex, open_store};
use crate::support::{
    OPERATOR, SECRET, api_key, as_user, create, endpoint_patch, events, find, named, new, owner, secret_of,
    secret_patch, text, user, workspace,
};

async fn open(
    store: &Store,
    config: &LlmConfig,
    patch: UncheckedPatch,
) -> Result<OpenedTarget, OpenTargetError> {
    store.open_planned_target(config.id, &OPERATOR, patch.check().unwrap(), Purpose::Validate).await
}

/// The kind and purpose of each audit event after the creation.
async fn recorded(store: &Store, config: &LlmConfig) -> Vec<String> {
    events(store, config.id).await.into_iter().skip(1).map(|(kind, note)| format!("{kind} {note}")).collect()
}

const OPENED: &str = "credential.opened validate";
const REFUSED: &str = "credential.refused validate";

/// A patch of every field of the target, within the origin.
fn target_patch() -> UncheckedPatch {
    UncheckedPatch {
        name: Some("b".to_owned()),
        provider: Some("VLLM".to_owned()),
        api_path: Some("/v2/chat".to_owned()),
        model: Patch::Set("gpt-6".to_owned()),
        ..endpoint_patch("https://api.openai.com/v2")
    }
}

fn reference_patch() -> UncheckedPatch {
    let value =
        UncheckedSecret::Reference { uri: "vault://kv/openai#key".to_owned(), hints: BTreeMap::new() };
    let credential = UncheckedCredential::ApiKey { header: None, prefix: None, value };
    UncheckedPatch { credential: UncheckedCredentialPatch::Replace(credential), ..UncheckedPatch::default() }
}

fn parts_patch(key_id: Patch<&str>, secret: Option<&str>) -> UncheckedPatch {
    let text = |text: &str| Zeroizing::new(text.to_owned());
    let key_id = match key_id {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(key_id) => Patch::Set(text(key_id)),
    };
    let credential = UncheckedCredentialPatch::Parts { key_id, secret: secret.map(text) };
    UncheckedPatch { credential, ..UncheckedPatch::default() }
}

#[tokio::test]
async fn open_planned_target_combines_patch_and_stored_credential() {
    let (_database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let planned = open(&store, &config, target_patch()).await.unwrap();
    assert_eq!(planned.target.url().as_str(), "https://api.openai.com/v2/v2/chat");
    assert_eq!(planned.target.provider.as_str(), "VLLM");
    assert_eq!(planned.target.model.as_ref().unwrap().as_str(), "gpt-6");
    assert_eq!(secret_of(planned.credential.as_ref().unwrap()), SECRET);
    assert_eq!((planned.config, planned.incarnation), (config.id, config.incarnation));
    assert_eq!((planned.scope, planned.revision), (config.scope, config.revision));
    assert_eq!(recorded(&store, &config).await, [OPENED]);
}

#[tokio::test]
async fn open_planned_target_changes_nothing() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let envelope = |database: &TestDatabase| {
        text(database, &format!("SELECT {} AS value FROM secrets", hex("envelope")))
    };
    let before = envelope(&database);
    for patch in [target_patch(), secret_patch("sk-another"), parts_patch(Patch::Set("me"), None)] {
        open(&store, &config, patch).await.unwrap();
        assert_eq!(find(&store, config.id).await.unwrap(), config);
        assert_eq!(envelope(&database), before);
    }
}

async fn check_rejected(store: &Store, config: &LlmConfig, patch: UncheckedPatch, field: Field) {
    let before = recorded(store, config).await;
    match open(store, config, patch).await {
        Err(OpenTargetError::Store(StoreError::Invalid(errors))) => {
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(recorded(store, config).await, before);
    assert_eq!(find(store, config.id).await.as_ref(), Some(config));
}

#[tokio::test]
async fn open_planned_target_at_other_origin_with_stored_credential_is_rejected() {
    let (_database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    for elsewhere in
        ["https://evil.example.com/v1", "http://api.openai.com/v1", "https://api.openai.com:1/v1"]
    {
        check_rejected(&store, &config, endpoint_patch(elsewhere), Field::Endpoint).await;
        let with_reference = UncheckedPatch { endpoint: Some(elsewhere.to_owned()), ..reference_patch() };
        check_rejected(&store, &config, with_reference, Field::Endpoint).await;
    }
    let elsewhere = Some("https://proxy.example.com/v1".to_owned());
    let again = UncheckedPatch { endpoint: elsewhere, ..secret_patch("sk-for-the-proxy") };
    let planned = open(&store, &config, again).await.unwrap();
    assert_eq!(planned.target.endpoint.as_str(), "https://proxy.example.com/v1");
    assert_eq!(secret_of(&planned.credential.unwrap()), "sk-for-the-proxy");
}

#[tokio::test]
async fn open_planned_target_that_would_send_signing_credential_is_rejected() {
    let (_database, store) = open_store().await;
    let pair = json!({"kind": "KEY_PAIR", "key_id": "AKIAIOSFODNN7EXAMPLE", "secret": SECRET});
    let aws = json!({"provider": "AWS", "endpoint": "https://bedrock-runtime.us-east-1.amazonaws.com"});
    let config = create(&store, Scope::Workspace(workspace(&store).await), new(aws, pair)).await.unwrap();
    let patch = UncheckedPatch { provider: Some("OTHER".to_owned()), ..UncheckedPatch::default() };
    check_rejected(&store, &config, patch, Field::Provider).await;
}

/// Checks the opened secret and the recorded events. A stored credential that is not needed may be corrupt.
async fn check_opened(patch: UncheckedPatch, secret: Option<&str>, needs_stored: bool, expected: &[&str]) {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    if !needs_stored {
        database.execute(&format!("UPDATE secrets SET envelope = {}", super::bytes("00")));
    }
    let planned = open(&store, &config, patch).await.unwrap();
    assert_eq!(planned.credential.as_ref().map(secret_of).as_deref(), secret);
    assert_eq!(recorded(&store, &config).await, expected);
}

#[tokio::test]
async fn open_planned_target_opens_stored_credential_only_if_used() {
    check_opened(secret_patch("sk-new"), Some("sk-new"), false, &[]).await;
    check_opened(parts_patch(Patch::Keep, Some("sk-new")), Some("sk-new"), true, &[]).await;
    check_opened(parts_patch(Patch::Clear, Some("sk-new")), Some("sk-new"), false, &[]).await;
    check_opened(parts_patch(Patch::Set("me"), None), Some(SECRET), true, &[OPENED]).await;
    check_opened(UncheckedPatch::default(), Some(SECRET), true, &[OPENED]).await;
    // The result of resolving a reference is recorded later.
    check_opened(reference_patch(), Some("reference vault://kv/openai#key"), false, &[]).await;
}

#[tokio::test]
async fn open_planned_target_without_credential_allows_any_origin() {
    let (_database, store) = open_store().await;
    let config = create(&store, owner(&store).await, new(json!({}), json!(null))).await.unwrap();
    let planned = open(&store, &config, endpoint_patch("http://localhost:8000/v1")).await.unwrap();
    assert_eq!(planned.target.endpoint.as_str(), "http://localhost:8000/v1");
    assert!(planned.credential.is_none() && recorded(&store, &config).await.is_empty());
}

#[tokio::test]
async fn open_planned_target_with_undecryptable_credential_is_recorded() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    // An attacker has changed the row, so that the planned endpoint is the stored one.
    database.execute("UPDATE llm_configs SET endpoint = 'https://evil.example.com/v1'");
    let found = open(&store, &config, UncheckedPatch::default()).await;
    assert!(matches!(found, Err(OpenTargetError::Store(StoreError::DecryptionFailed { .. }))), "{found:?}");
    assert_eq!(recorded(&store, &config).await, [REFUSED]);
}

async fn check_decision(store: &Store, config: &LlmConfig, caller: &Caller, is_allowed: bool) {
    let before = recorded(store, config).await.len();
    let patch = endpoint_patch("https://api.openai.com/v2").check().unwrap();
    let expected = match store.open_planned_target(config.id, caller, patch, Purpose::Validate).await {
        Ok(_) if is_allowed => OPENED,
        Err(OpenTargetError::Denied(id)) if !is_allowed && id == config.id => REFUSED,
        other => panic!("{caller:?}: {other:?}"),
    };
    assert_eq!(recorded(store, config).await[before..], [expected], "{caller:?}");
}

#[tokio::test]
async fn open_planned_target_requires_rights_to_update_and_use() {
    let (_database, store) = open_store().await;
    let (ada, team) = (user(&store, OrgRole::User).await, workspace(&store).await);
    store.write(move |tx| tx.set_membership(team, ada, WorkspaceRole::Write, &OPERATOR)).await.unwrap();
    let owned = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    let shared = create(&store, Scope::Workspace(team), named("a")).await.unwrap();
    let cases = [
        (&owned, Right::UpdateLlmOwn, Right::PingLlmOwn),
        (&shared, Right::UpdateWorkspaceLlm, Right::PingWorkspaceLlm),
    ];
    for (config, update, ping) in cases {
        for (rights, is_allowed) in
            [(vec![], false), (vec![update], false), (vec![ping], false), (vec![update, ping], true)]
        {
            let token_scope = TokenScope {
                rights: Some(rights.into_iter().collect::<BTreeSet<_>>()),
                ..TokenScope::default()
            };
            let (token, _) = issue(&store, ada, None, token_scope).await;
            let caller = Caller::new(Identity::Token { id: token.id, holder: ada });
            check_decision(&store, config, &caller, is_allowed).await;
        }
    }
    check_decision(&store, &owned, &as_user(user(&store, OrgRole::User).await), false).await;
    let reader = user(&store, OrgRole::User).await;
    store.write(move |tx| tx.set_membership(team, reader, WorkspaceRole::Read, &OPERATOR)).await.unwrap();
    check_decision(&store, &shared, &as_user(reader), false).await;
    check_decision(&store, &shared, &as_user(ada), true).await;
}

#[tokio::test]
async fn open_planned_target_without_rights_is_denied_before_validation() {
    let (_database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let stranger = as_user(user(&store, OrgRole::User).await);
    let patch = || endpoint_patch("https://evil.example.com/v1").check().unwrap();
    let found = store.open_planned_target(config.id, &stranger, patch(), Purpose::Validate).await;
    assert!(matches!(found, Err(OpenTargetError::Denied(_))), "{found:?}");
    let missing = store.new_config_id();
    let found = store.open_planned_target(missing, &stranger, patch(), Purpose::Validate).await;
    assert!(matches!(found, Err(OpenTargetError::NotFound(id)) if id == missing), "{found:?}");
    let gone = as_user(store.new_principal_id());
    let found = store.open_planned_target(config.id, &gone, patch(), Purpose::Validate).await;
    assert!(matches!(found, Err(OpenTargetError::Store(StoreError::CallerGone))), "{found:?}");
}

#[tokio::test]
async fn open_planned_target_equals_target_after_update() {
    let (_database, store) = open_store().await;
    let config = create(&store, owner(&store).await, new(json!({}), api_key(SECRET))).await.unwrap();
    for patch in [target_patch, || parts_patch(Patch::Set("me"), None), || secret_patch("sk-new")] {
        let planned = open(&store, &config, patch()).await.unwrap();
        crate::support::update(&store, config.id, patch()).await.unwrap();
        let stored = crate::support::open_target(&store, config.id).await.unwrap();
        assert_eq!(planned.target, stored.target);
        assert_eq!(planned.credential.as_ref().map(secret_of), stored.credential.as_ref().map(secret_of));
    }
}
