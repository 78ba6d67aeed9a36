//! An attacker with write access to the database: no secret can be opened for another row, owner or
//! destination, and every attempt is recorded.

use llm_config_core::access::OrgRole;
use llm_config_core::config::LlmConfig;
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{OpenTargetError, Store, StoreError, VaultError};
use serde_json::json;

use super::{bytes, hex, open_store};
use crate::support::{
    SECRET, as_user, create, events, named, new, open_target, opened_secret, owner, text, user, workspace,
};

/// Checks that decryption fails and that the refusal is recorded.
async fn check_decryption_fails(store: &Store, config: &LlmConfig, case: &str) -> VaultError {
    let before = events(store, config.id).await.len();
    let found = open_target(store, config.id).await;
    let Err(OpenTargetError::Store(StoreError::DecryptionFailed { table, row, source })) = found else {
        panic!("{case}: {found:?}")
    };
    assert_eq!((table, row), ("secrets", config.id.to_string()), "{case}");
    let events = events(store, config.id).await;
    assert_eq!(events.len(), before + 1, "{case}");
    assert_eq!(events[before], ("credential.refused".to_owned(), "call".to_owned()), "{case}");
    source
}

fn set(database: &TestDatabase, config: &LlmConfig, assignment: &str) {
    database.execute(&format!("UPDATE llm_configs SET {assignment} WHERE id = '{}'", config.id));
}

fn set_envelope(database: &TestDatabase, config: &LlmConfig, value: &str) {
    database.execute(&format!("UPDATE secrets SET envelope = {value} WHERE config_id = '{}'", config.id));
}

#[tokio::test]
async fn open_ciphertext_of_another_row_fails() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let (first, other) =
        (named("a"), new(json!({"name": "b", "model": "b"}), json!({"kind": "API_KEY", "secret": "x"})));
    let first = create(&store, scope, first).await.unwrap();
    let other = create(&store, scope, other).await.unwrap();
    set_envelope(
        &database,
        &other,
        &format!("(SELECT envelope FROM secrets WHERE config_id = '{}')", first.id),
    );
    assert_eq!(check_decryption_fails(&store, &other, "moved").await, VaultError::AuthenticationFailed);
    assert_eq!(opened_secret(&store, first.id).await.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn open_row_with_changed_origin_fails() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    for endpoint in [
        "https://evil.example.com/v1",
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://api.openai.com.evil.example.com/v1",
    ] {
        set(&database, &config, &format!("endpoint = '{endpoint}'"));
        assert_eq!(check_decryption_fails(&store, &config, endpoint).await, VaultError::AuthenticationFailed);
    }
    set(&database, &config, "endpoint = 'https://API.openai.com:443/other', api_path = '/x'");
    assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn open_row_with_changed_owner_fails_for_the_new_owner() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let thief = user(&store, OrgRole::User).await;
    set(&database, &config, &format!("owner_id = '{thief}'"));
    let found = store.open_target(config.id, &as_user(thief), Purpose::Call).await;
    assert!(matches!(found, Err(OpenTargetError::Store(StoreError::DecryptionFailed { .. }))), "{found:?}");
    let workspace = workspace(&store).await;
    set(&database, &config, &format!("owner_id = NULL, workspace_id = '{workspace}'"));
    assert_eq!(check_decryption_fails(&store, &config, "workspace").await, VaultError::AuthenticationFailed);
}

#[tokio::test]
async fn open_signing_secret_for_sending_fails() {
    let (database, store) = open_store().await;
    let pair = json!({"kind": "KEY_PAIR", "key_id": "AKIAIOSFODNN7EXAMPLE", "secret": SECRET});
    let aws = json!({"provider": "AWS", "endpoint": "https://bedrock-runtime.us-east-1.amazonaws.com"});
    let scope = Scope::Workspace(workspace(&store).await);
    let config = create(&store, scope, new(aws, pair)).await.unwrap();
    assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
    set(&database, &config, "provider = 'OPENAI'");
    assert_eq!(check_decryption_fails(&store, &config, "provider").await, VaultError::AuthenticationFailed);
    set(&database, &config, "provider = 'AWS'");
    database.execute("UPDATE secrets SET kind = 'API_KEY'");
    assert_eq!(check_decryption_fails(&store, &config, "kind").await, VaultError::AuthenticationFailed);
}

#[tokio::test]
async fn open_changed_or_truncated_envelope_fails() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let envelope = text(&database, &format!("SELECT {} AS value FROM secrets", hex("envelope")));
    let envelope = data_encoding::HEXLOWER.decode(envelope.as_bytes()).unwrap();
    for n in 0..envelope.len() {
        let mut flipped = envelope.clone();
        flipped[n] ^= 1;
        set_envelope(&database, &config, &bytes(&data_encoding::HEXLOWER.encode(&flipped)));
        check_decryption_fails(&store, &config, &format!("byte {n}")).await;
    }
    for length in [0, 1, 2, 40, envelope.len() - 1] {
        set_envelope(&database, &config, &bytes(&data_encoding::HEXLOWER.encode(&envelope[..length])));
        check_decryption_fails(&store, &config, &format!("length {length}")).await;
    }
    let longer = [&envelope[..], &[0]].concat();
    set_envelope(&database, &config, &bytes(&data_encoding::HEXLOWER.encode(&longer)));
    check_decryption_fails(&store, &config, "longer").await;
    set_envelope(&database, &config, &bytes(&data_encoding::HEXLOWER.encode(&envelope)));
    assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn open_server_key_as_secret_fails() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    set_envelope(&database, &config, "(SELECT envelope FROM server_keys WHERE purpose = 'fingerprint')");
    assert_eq!(check_decryption_fails(&store, &config, "server key").await, VaultError::AuthenticationFailed);
}

#[tokio::test]
async fn open_older_secret_of_another_origin_fails() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let old = text(&database, &format!("SELECT {} AS value FROM secrets", hex("envelope")));
    let moved = llm_config_core::patch::UncheckedPatch {
        endpoint: Some("https://proxy.example.com".to_owned()),
        ..crate::support::secret_patch("sk-new")
    };
    crate::support::update(&store, config.id, moved).await.unwrap();
    set_envelope(&database, &config, &bytes(&old));
    assert_eq!(
        check_decryption_fails(&store, &config, "old envelope at the new origin").await,
        VaultError::AuthenticationFailed
    );
}

#[tokio::test]
async fn open_corrupt_row_reports_column() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    set(&database, &config, "provider = 'ACME'");
    match open_target(&store, config.id).await {
        Err(OpenTargetError::Store(StoreError::Corrupt { table, row, column })) => {
            assert_eq!((table, row, column), ("llm_configs", config.id.to_string(), "provider"));
        }
        other => panic!("{other:?}"),
    }
}
