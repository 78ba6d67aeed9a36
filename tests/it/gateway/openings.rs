//! Configurations that calls open: how often, and when a secret store does not respond.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use llm_config_core::grant::{Grants, SecretGrant};
use llm_config_core::secret::SecretStore;
use llm_config_egress::OperatorClient;
use llm_config_probe::{KnownVendorHosts, RootCertificates};
use llm_config_secrets::{SecretResolver, VaultLogin, VaultSource};
use serde_json::{Value, json};

use super::{app, gateway};
use crate::support::{Gateway, StreamProvider, TestApp, send_concurrently};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = "{\"choices\":[]}";

/// Calls of one caller that meet an unopened configuration open it once, or twice if one began meanwhile.
#[test]
fn concurrent_calls_of_a_caller_open_a_configuration_once() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    gateway.config("prod", "VLLM", &provider);
    let (root, body) = (gateway.root(), json!({"model": "prod"}));
    let requests: Vec<_> = (0..24).map(|_| (&root, "POST", CHAT, &body)).collect();
    assert!(send_concurrently(&requests).iter().all(|response| response.status == 200));
    let events = gateway.app.audit_events();
    let openings = events.iter().filter(|event| event.starts_with("credential.opened")).count();
    assert!((1..=2).contains(&openings), "{openings}");
}

/// What the vault responds.
#[derive(Clone, Copy)]
enum Vault {
    Down,
    Secret,
    /// A secret that is no key.
    Text,
    NotFound,
}

/// What a call answers: status, code, and whether to repeat it.
type Answer = (u16, Option<&'static str>, Option<&'static str>);

#[test]
fn secret_store_that_does_not_respond_is_asked_again_by_the_next_call() {
    const VAULT: [Vault; 4] = [Vault::Down, Vault::Secret, Vault::Text, Vault::NotFound];
    let state = Arc::new(AtomicUsize::new(0));
    let of_vault = Arc::clone(&state);
    let vault = StreamProvider::start(move |_, connection| match VAULT[of_vault.load(Ordering::SeqCst)] {
        Vault::Down => connection.json(503, r#"{"errors":["sealed"]}"#),
        Vault::Secret => connection.json(200, r#"{"data":{"data":{"key":"sk-vault-0123456789"}}}"#),
        Vault::Text => connection.json(200, r#"{"data":{"data":{"key":"not \u0001 a key"}}}"#),
        Vault::NotFound => connection.json(404, r#"{"errors":[]}"#),
    });
    let provider = StreamProvider::with_json(200, OK);
    let first = app();
    let (gateway, _folder) = gateway_with_vault(&first, &vault, &provider);
    for name in ["first", "second", "third"] {
        let uri = json!({"secretRef": {"uri": format!("vault://kv/{name}#key")}});
        let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": uri});
        gateway.config_with(name, "VLLM", &provider, &json!({"credentials": credentials}));
    }
    let check = |vault: usize, model: &str, expected: Answer| {
        state.store(vault, Ordering::SeqCst);
        let response = gateway.root().call(CHAT, json!({"model": model}).to_string());
        let retry = response.header("x-should-retry");
        let found = (response.head.status, response.header("x-llm-config-error"), retry);
        assert_eq!(found, expected, "{}", response.text());
    };
    check(0, "first", (503, Some("unavailable"), Some("true")));
    check(1, "first", (200, None, None));
    assert_eq!(provider.last().header("authorization"), Some("Bearer sk-vault-0123456789"));
    check(2, "second", (502, Some("credential_malformed"), Some("false")));
    check(3, "third", (502, Some("secret_unavailable"), Some("false")));
    assert_eq!(provider.requests().len(), 1);
}

/// A gateway whose vault may serve root's configurations at the provider.
fn gateway_with_vault(
    first: &TestApp,
    vault: &StreamProvider,
    provider: &StreamProvider,
) -> (Gateway, tempfile::TempDir) {
    let root: Value = first.root().get("/v1/users/me").json(200);
    let owner = root["userId"].as_str().expect("an id").parse().expect("a UUID");
    let grant = SecretGrant {
        prefix: "vault://kv".parse().expect("a prefix"),
        owners: vec![owner],
        workspaces: Vec::new(),
        origins: vec![provider.base().parse().expect("an origin")],
    };
    let folder = tempfile::tempdir().expect("a temporary directory");
    let token = folder.path().join("token");
    std::fs::write(&token, "hvs.token").expect("a file");
    let client = OperatorClient::new(&vault.base(), &RootCertificates::new(None).expect("TLS"));
    let source = VaultSource::new(client.expect("an address"), VaultLogin::TokenFile(token));
    let grants = Grants { secrets: vec![grant], ..Grants::default() };
    let secrets = SecretResolver::new(grants, Arc::new(KnownVendorHosts));
    let secrets = secrets.with_source(SecretStore::Vault, source);
    (Gateway::new(first.second_server_with_secrets(secrets)), folder)
}
