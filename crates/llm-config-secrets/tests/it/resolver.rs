//! References and grants: without a grant, no secret store receives a request.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use llm_config_core::credential::{ApiKey, Credential, KeyPair, SecretValue};
use llm_config_core::endpoint::NoVendorHosts;
use llm_config_core::scope::Scope;
use llm_config_core::secret::{ResolveError, Secret, SecretRef, SecretSource, SecretStore};
use llm_config_egress::testing::{Reply, ScriptedServer};
use llm_config_secrets::{EnvironmentSource, FileSource, SecretResolver, VaultLogin, VaultSource};
use tempfile::TempDir;

use super::{ADA, BOB, HOME, client, granted, owner, target};

/// A source that counts its requests.
struct Counted<S> {
    source: S,
    requests: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl<S: SecretSource> SecretSource for Counted<S> {
    async fn resolve(&self, reference: &SecretRef) -> Result<Secret, ResolveError> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.source.resolve(reference).await
    }
}

/// All secret stores, each with a secret of Ada and one of Bob.
struct Stores {
    folder: TempDir,
    vault: ScriptedServer,
    requests: Arc<AtomicUsize>,
    granted: SecretResolver,
}

impl Stores {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["ada", "bob"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join("key"), format!("file of {name}\n")).unwrap();
        }
        std::fs::write(folder.path().join("token"), "hvs.token").unwrap();
        let vault = ScriptedServer::start(|request| match request.path() {
            "/v1/kv/data/ada/openai" => Reply::json(200, r#"{"data":{"data":{"key":"vault of ada"}}}"#),
            "/v1/kv/data/bob/openai" => Reply::json(200, r#"{"data":{"data":{"key":"vault of bob"}}}"#),
            _ => Reply::json(404, r#"{"errors":[]}"#),
        });
        let vault = vault.unwrap();
        let files = format!("file://{}/ada", folder.path().display());
        let grants = granted(&["vault://kv/ada", &files, "env://PATH"]);
        let requests = Arc::new(AtomicUsize::new(0));
        let login = VaultLogin::TokenFile(folder.path().join("token"));
        let count = |source| Counted { source, requests: Arc::clone(&requests) };
        let files = count(FileSource::new(&grants));
        let granted = SecretResolver::new(grants, Arc::new(NoVendorHosts))
            .with_source(SecretStore::File, files)
            .with_source(
                SecretStore::Env,
                Counted { source: EnvironmentSource, requests: Arc::clone(&requests) },
            )
            .with_source(SecretStore::Vault, VaultSource::new(client(&vault), login));
        Self { folder, vault, requests, granted }
    }

    fn file(&self, name: &str) -> String {
        format!("file://{}/{name}", self.folder.path().display())
    }

    async fn resolve(&self, uri: &str, scope: &Scope, endpoint: &str) -> Result<String, ResolveError> {
        self.granted.resolve(&key(uri), scope, &target(endpoint)).await.map(inline)
    }

    /// The number of requests to all stores.
    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst) + self.vault.received().len()
    }
}

fn inline(credential: Credential) -> String {
    let Credential::ApiKey(ApiKey { value: SecretValue::Inline(secret), .. }) = credential else {
        panic!("{credential:?}");
    };
    secret.expose().to_owned()
}

fn reference(uri: &str) -> SecretValue {
    SecretValue::Reference(uri.parse().unwrap())
}

fn key(uri: &str) -> Credential {
    Credential::ApiKey(ApiKey { header: None, prefix: None, value: reference(uri) })
}

#[tokio::test]
async fn resolve_granted_reference_returns_secret() {
    let stores = Stores::new();
    let endpoint = "https://api.openai.com/v1";
    let resolve = async |uri: &str| stores.resolve(uri, &owner(ADA), endpoint).await;
    assert_eq!(resolve("vault://kv/ada/openai#key").await, Ok("vault of ada".to_owned()));
    assert_eq!(resolve(&stores.file("ada/key")).await, Ok("file of ada".to_owned()));
    assert!(resolve("env://PATH").await.is_ok());
    assert_eq!(stores.requests(), 3);
}

#[tokio::test]
async fn resolve_reference_of_other_user_is_refused_without_request() {
    let stores = Stores::new();
    let uris = [
        "vault://kv/bob/openai#key".to_owned(),
        "vault://kv/ada/../bob/openai#key".to_owned(),
        "vault://kv/none".to_owned(),
        stores.file("bob/key"),
        stores.file("ada/../bob/key"),
        stores.file("none"),
        "env://HOME".to_owned(),
        "env://LLM_CONFIG_KEYRING".to_owned(),
        "gcp-sm://projects/p/secrets/s".to_owned(),
    ];
    for uri in uris {
        assert_eq!(stores.resolve(&uri, &owner(ADA), HOME).await, Err(ResolveError::Refused), "{uri}");
    }
    // References to Ada's secrets in a configuration of Bob.
    for uri in ["vault://kv/ada/openai#key".to_owned(), stores.file("ada/key"), "env://PATH".to_owned()] {
        assert_eq!(stores.resolve(&uri, &owner(BOB), HOME).await, Err(ResolveError::Refused), "{uri}");
    }
    assert_eq!(stores.requests(), 0);
}

#[tokio::test]
async fn resolve_reference_for_other_origin_is_refused_without_request() {
    let stores = Stores::new();
    for endpoint in [
        "https://evil.example/v1",
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://api.openai.com./v1",
        "https://api.openai.com.evil.example/v1",
    ] {
        for uri in ["vault://kv/ada/openai#key".to_owned(), stores.file("ada/key"), "env://PATH".to_owned()] {
            let found = stores.resolve(&uri, &owner(ADA), endpoint).await;
            assert_eq!(found, Err(ResolveError::Refused), "{uri} {endpoint}");
        }
    }
    assert_eq!(stores.requests(), 0);
}

#[tokio::test]
async fn resolve_granted_reference_without_secret_is_refused() {
    let stores = Stores::new();
    for uri in
        ["vault://kv/ada/none".to_owned(), "vault://kv/ada/openai#none".to_owned(), stores.file("ada/none")]
    {
        assert_eq!(stores.resolve(&uri, &owner(ADA), HOME).await, Err(ResolveError::Refused), "{uri}");
    }
}

#[tokio::test]
async fn resolve_without_source_is_refused() {
    let granted = SecretResolver::new(granted(&["env://PATH"]), Arc::new(NoVendorHosts));
    let found = granted.resolve(&key("env://PATH"), &owner(ADA), &target(HOME)).await;
    assert_eq!(found.map(drop), Err(ResolveError::Refused));
}

#[tokio::test]
async fn resolve_keeps_form_of_credential() {
    let stores = Stores::new();
    let uri = "vault://kv/ada/openai";
    let secret = |text: &str| Secret::new(text.to_owned()).unwrap();
    let pair = Credential::KeyPair(KeyPair { key_id: secret("AKIA"), secret: reference(uri) });
    let found = stores.granted.resolve(&pair, &owner(ADA), &target(HOME)).await.unwrap();
    let Credential::KeyPair(KeyPair { key_id, secret: SecretValue::Inline(found) }) = found else {
        panic!("{found:?}")
    };
    assert_eq!((key_id.expose(), found.expose()), ("AKIA", "vault of ada"));

    let header = Some("x-api-key".parse().unwrap());
    let prefix = Some("Token ".parse().unwrap());
    let key = Credential::ApiKey(ApiKey { header, prefix, value: reference(uri) });
    let found = stores.granted.resolve(&key, &owner(ADA), &target(HOME)).await.unwrap();
    let Credential::ApiKey(ApiKey { header, prefix, .. }) = found else { panic!("{found:?}") };
    assert_eq!((header.unwrap().as_str(), prefix.unwrap().as_str()), ("x-api-key", "Token "));

    let plain = Credential::ApiKey(ApiKey::bearer(secret("sk-inline")));
    let before = stores.requests();
    let found =
        stores.granted.resolve(&plain, &owner(BOB), &target("https://anywhere.example")).await.unwrap();
    assert_eq!((inline(found).as_str(), stores.requests()), ("sk-inline", before));
}

#[tokio::test]
async fn resolve_with_encoding_hint_decodes() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("key"), "c2stMQ==\n").unwrap();
    let uri = format!("file://{}/key", folder.path().display());
    let grants = granted(&[&uri]);
    let stores = SecretResolver::new(grants.clone(), Arc::new(NoVendorHosts))
        .with_source(SecretStore::File, FileSource::new(&grants));
    for (hint, expected) in [
        (("encoding", "base64"), Ok("sk-1")),
        (("encoding", "utf-8"), Ok("c2stMQ==")),
        (("encoding", "rot13"), Err(ResolveError::Refused)),
        (("colour", "blue"), Ok("c2stMQ==")),
    ] {
        let hints = BTreeMap::from([(hint.0.to_owned(), hint.1.to_owned())]);
        let value = SecretValue::Reference(SecretRef::new(&uri, hints).unwrap());
        let key = Credential::ApiKey(ApiKey { header: None, prefix: None, value });
        let found = stores.resolve(&key, &owner(ADA), &target(HOME)).await;
        let found = found.map(inline);
        assert_eq!(found, expected.map(str::to_owned), "{hint:?}");
    }
}
