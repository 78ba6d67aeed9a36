//! Secrets in a scripted Vault.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use llm_config_core::secret::ResolveError;
use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use llm_config_egress::{OperatorClient, RootCertificates};
use llm_config_secrets::{VaultLogin, VaultSource};
use tempfile::TempDir;

use super::{client, resolved};

const READ: &str = r#"{"request_id":"1","lease_duration":0,
    "data":{"data":{"key":"sk-\"1\"","other":"sk-2","number":7,"blank":" "},
    "metadata":{"version":3,"deletion_time":"","destroyed":false}}}"#;

const SINGLE: &str = r#"{"data":{"data":{"key":"sk-only"},"metadata":{"version":1}}}"#;

const DENIED: &str = r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#;

/// The operator's files.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let files = Self { folder: TempDir::new().unwrap() };
        files.write("token", "hvs.first\n");
        files.write("secret-id", "the-secret-id\n");
        files
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn token(&self) -> VaultLogin {
        VaultLogin::TokenFile(self.path("token"))
    }

    fn role(&self) -> VaultLogin {
        VaultLogin::AppRole {
            mount: "approle".to_owned(),
            role_id: "the-role".to_owned(),
            secret_id_file: self.path("secret-id"),
        }
    }
}

fn vault(script: impl Fn(&Received) -> Reply + Send + 'static) -> ScriptedServer {
    ScriptedServer::start(script).unwrap()
}

/// A Vault that issues `token-1`, `token-2` and so on, and accepts those for which `is_valid` is true.
fn issuing(lease: u64, is_valid: impl Fn(&str) -> bool + Send + 'static) -> ScriptedServer {
    let issued = AtomicUsize::new(0);
    vault(move |request| {
        if request.path() == "/v1/auth/approle/login" {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let auth =
                format!(r#"{{"client_token":"token-{number}","lease_duration":{lease},"renewable":true}}"#);
            return Reply::json(200, format!(r#"{{"auth":{auth}}}"#));
        }
        match request.header("x-vault-token") {
            Some(token) if is_valid(token) => Reply::json(200, READ),
            Some(_) | None => Reply::json(403, DENIED),
        }
    })
}

fn requests(server: &ScriptedServer) -> Vec<String> {
    server.received().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
}

const LOGIN: &str = "POST /v1/auth/approle/login";
const GET: &str = "GET /v1/kv/data/team-a/openai";
const URI: &str = "vault://kv/team-a/openai#key";

#[tokio::test]
async fn resolve_with_token_file_reads_field() {
    let (files, server) = (Files::new(), vault(|_| Reply::json(200, READ)));
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, Ok("sk-\"1\"".to_owned()));
    let [request] = &server.received()[..] else { panic!("{:?}", requests(&server)) };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/v1/kv/data/team-a/openai"));
    assert_eq!(request.header("x-vault-token"), Some("hvs.first"));
    assert_eq!(request.header("x-vault-request"), Some("true"));
    assert_eq!(request.header("x-vault-namespace"), None);
    assert_eq!(request.header("accept-encoding"), None);
}

#[tokio::test]
async fn resolve_encodes_every_segment_of_path() {
    let (files, server) = (Files::new(), vault(|_| Reply::json(200, SINGLE)));
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, "vault://kv/a b/c;d=e&f:g@h").await, Ok("sk-only".to_owned()));
    assert_eq!(requests(&server), ["GET /v1/kv/data/a%20b/c;d=e&f:g@h"]);
    for uri in
        ["vault://kv", "vault://kv/../sys/x", "vault://kv/a%2fb", "vault://kv/a?list=true", "file:///kv/a"]
    {
        assert_eq!(resolved(&source, uri).await, Err(ResolveError::Refused), "{uri}");
    }
    assert_eq!(requests(&server).len(), 1);
}

#[tokio::test]
async fn resolve_other_than_text_field_is_refused() {
    let (files, server) = (Files::new(), vault(|_| Reply::json(200, READ)));
    let source = VaultSource::new(client(&server), files.token());
    for uri in
        ["vault://kv/a", "vault://kv/a#none", "vault://kv/a#number", "vault://kv/a#blank", "vault://kv/a#KEY"]
    {
        assert_eq!(resolved(&source, uri).await, Err(ResolveError::Refused), "{uri}");
    }
    assert_eq!(resolved(&source, "vault://kv/a#other").await, Ok("sk-2".to_owned()));
}

#[tokio::test]
async fn resolve_without_field_returns_only_field() {
    for (fields, expected) in [
        (r#"{"key":"sk-1"}"#, Ok("sk-1".to_owned())),
        (r#"{"a":"sk-1","b":"sk-2"}"#, Err(ResolveError::Refused)),
        ("{}", Err(ResolveError::Refused)),
    ] {
        let body = format!(r#"{{"data":{{"data":{fields}}}}}"#);
        let (files, server) = (Files::new(), vault(move |_| Reply::json(200, body.clone())));
        let source = VaultSource::new(client(&server), files.token());
        assert_eq!(resolved(&source, "vault://kv/a").await, expected, "{fields}");
    }
}

async fn check_response(status: u16, body: &str, expected: Result<&str, ResolveError>) {
    let (files, reply) = (Files::new(), Reply::json(status, body));
    let server = vault(move |_| reply.clone());
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, expected.map(str::to_owned), "{status} {body}");
}

#[tokio::test]
async fn resolve_missing_secret_is_refused_and_failing_vault_unavailable() {
    check_response(200, SINGLE, Ok("sk-only")).await;
    check_response(404, r#"{"errors":[]}"#, Err(ResolveError::Refused)).await;
    check_response(
        404,
        r#"{"data":{"data":null,"metadata":{"destroyed":true}}}"#,
        Err(ResolveError::Refused),
    )
    .await;
    check_response(200, r#"{"data":{"data":null}}"#, Err(ResolveError::Refused)).await;
    check_response(403, DENIED, Err(ResolveError::Refused)).await;
    check_response(503, r#"{"errors":["Vault is sealed"]}"#, Err(ResolveError::Unavailable)).await;
    check_response(500, "{}", Err(ResolveError::Unavailable)).await;
    check_response(429, "{}", Err(ResolveError::Unavailable)).await;
    check_response(200, "<html>", Err(ResolveError::Unavailable)).await;
    check_response(200, &format!("{SINGLE}{}", " ".repeat(200_000)), Err(ResolveError::Unavailable)).await;
}

#[tokio::test]
async fn resolve_without_server_is_unavailable() {
    let files = Files::new();
    let server = vault(|_| Reply::json(200, SINGLE));
    let source = VaultSource::new(client(&server), files.token());
    drop(server);
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable));
}

#[tokio::test]
async fn resolve_with_redirect_is_unavailable() {
    let (files, other) = (Files::new(), vault(|_| Reply::json(200, SINGLE)));
    let location = format!("http://{}/v1/kv/data/team-a/openai", other.address());
    let server = vault(move |_| Reply::json(307, "{}").with("location", &location));
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable));
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn resolve_after_change_of_token_file_uses_new_token() {
    let files = Files::new();
    let server = issuing(0, |token| token != "hvs.first");
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Refused));
    // An unchanged token is not sent again.
    assert_eq!(requests(&server), [GET]);
    files.write("token", "hvs.second");
    assert_eq!(resolved(&source, URI).await, Ok("sk-\"1\"".to_owned()));
    for content in ["", "two\nlines"] {
        files.write("token", content);
        assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable), "{content}");
    }
}

#[tokio::test]
async fn resolve_with_role_logs_in_once() {
    for lease in [3600, 0] {
        let (files, server) = (Files::new(), issuing(lease, |token| token == "token-1"));
        let source = VaultSource::new(client(&server), files.role());
        for _ in 0..3 {
            assert_eq!(resolved(&source, URI).await, Ok("sk-\"1\"".to_owned()), "{lease}");
        }
        assert_eq!(requests(&server), [LOGIN, GET, GET, GET], "{lease}");
        let login = &server.received()[0];
        assert_eq!(login.body, r#"{"role_id":"the-role","secret_id":"the-secret-id"}"#);
        assert_eq!(login.header("x-vault-token"), None);
    }
}

#[tokio::test]
async fn resolve_with_expiring_token_logs_in_again() {
    // A token is discarded five seconds before its expiry, so this one is never cached.
    let (files, server) = (Files::new(), issuing(5, |_| true));
    let source = VaultSource::new(client(&server), files.role());
    for _ in 0..2 {
        assert!(resolved(&source, URI).await.is_ok());
    }
    assert_eq!(requests(&server), [LOGIN, GET, LOGIN, GET]);
    assert_eq!(server.received()[3].header("x-vault-token"), Some("token-2"));
}

#[tokio::test]
async fn resolve_with_refused_cached_token_logs_in_once() {
    let uses = AtomicUsize::new(0);
    // The first token is revoked after its first use.
    let (files, server) = (
        Files::new(),
        issuing(3600, move |token| token == "token-2" || uses.fetch_add(1, Ordering::SeqCst) == 0),
    );
    let source = VaultSource::new(client(&server), files.role());
    for _ in 0..3 {
        assert!(resolved(&source, URI).await.is_ok());
    }
    assert_eq!(requests(&server), [LOGIN, GET, GET, LOGIN, GET, GET]);
}

#[tokio::test]
async fn resolve_forbidden_path_logs_in_at_most_once() {
    let (files, server) = (Files::new(), issuing(3600, |_| false));
    let source = VaultSource::new(client(&server), files.role());
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Refused));
    assert_eq!(requests(&server), [LOGIN, GET]);
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Refused));
    assert_eq!(requests(&server)[2..], [GET, LOGIN, GET]);
}

#[tokio::test]
async fn resolve_with_failing_login_is_unavailable() {
    for (status, body) in [(400, r#"{"errors":["invalid role or secret ID"]}"#), (503, "{}"), (200, "{}")] {
        let (files, reply) = (Files::new(), Reply::json(status, body));
        let server = vault(move |_| reply.clone());
        let source = VaultSource::new(client(&server), files.role());
        assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable), "{status}");
        assert_eq!(requests(&server), [LOGIN]);
        std::fs::remove_file(files.path("secret-id")).unwrap();
        assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable), "{status}");
        assert_eq!(requests(&server), [LOGIN]);
    }
}

#[tokio::test]
async fn resolve_in_namespace_sends_namespace_at_login_and_read() {
    let (files, server) = (Files::new(), issuing(3600, |_| true));
    let source = VaultSource::new(client(&server), files.role()).in_namespace("org/team-a").unwrap();
    assert!(resolved(&source, URI).await.is_ok());
    let namespaces: Vec<_> = server
        .received()
        .iter()
        .map(|request| request.header("x-vault-namespace").map(str::to_owned))
        .collect();
    assert_eq!(namespaces, [Some("org/team-a".to_owned()), Some("org/team-a".to_owned())]);
    for bad in ["", "a b", "a\r\nb"] {
        assert!(VaultSource::new(client(&server), files.role()).in_namespace(bad).is_err(), "{bad:?}");
    }
}

#[tokio::test]
async fn resolve_with_path_in_address_prepends_path() {
    let (files, server) = (Files::new(), vault(|_| Reply::json(200, SINGLE)));
    for path in ["/behind/vault", "/behind/vault/"] {
        let address = format!("http://{}{path}", server.address());
        let client = OperatorClient::new(&address, &RootCertificates::new(None).unwrap()).unwrap();
        assert!(resolved(&VaultSource::new(client, files.token()), "vault://kv/a").await.is_ok());
    }
    assert_eq!(requests(&server), ["GET /behind/vault/v1/kv/data/a"; 2]);
}

#[test]
fn client_with_invalid_address_is_rejected() {
    let roots = RootCertificates::new(None).unwrap();
    for (address, expected) in [
        ("vault.internal:8200", "must start with `http://` or `https://`"),
        ("https://root:token@vault.internal", "must not contain a user name or password"),
        ("https://vault.internal/?a=b", "must not have a query"),
        ("https://vault.internal/#a", "must not contain a fragment"),
    ] {
        let error = OperatorClient::new(address, &roots).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{address}: {error}");
    }
}

#[tokio::test]
async fn debug_contains_no_secret() {
    let (files, server) = (Files::new(), issuing(3600, |_| true));
    let source = VaultSource::new(client(&server), files.role());
    assert!(resolved(&source, URI).await.is_ok());
    let printed = format!("{source:?}");
    assert!(!printed.contains("token-1") && !printed.contains("the-secret-id"), "{printed}");
}
