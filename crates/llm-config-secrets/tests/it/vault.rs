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

/// Files of the operator's.
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

/// A Vault that issues `token-1`, `token-2` and so on, and takes those that `is_good` says.
fn issuing(lease: u64, is_good: impl Fn(&str) -> bool + Send + 'static) -> ScriptedServer {
    let issued = AtomicUsize::new(0);
    vault(move |request| {
        if request.path() == "/v1/auth/approle/login" {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let auth =
                format!(r#"{{"client_token":"token-{number}","lease_duration":{lease},"renewable":true}}"#);
            return Reply::json(200, format!(r#"{{"auth":{auth}}}"#));
        }
        match request.header("x-vault-token") {
            Some(token) if is_good(token) => Reply::json(200, READ),
            Some(_) | None => Reply::json(403, DENIED),
        }
    })
}

fn asked(server: &ScriptedServer) -> Vec<String> {
    server.received().iter().map(|it| format!("{} {}", it.method, it.target)).collect()
}

const LOGIN: &str = "POST /v1/auth/approle/login";
const GET: &str = "GET /v1/kv/data/team-a/openai";
const URI: &str = "vault://kv/team-a/openai#key";

#[tokio::test]
async fn a_field_of_a_secret_is_read_with_the_token_of_the_file() {
    let (files, server) = (Files::new(), vault(|_| Reply::json(200, READ)));
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, Ok("sk-\"1\"".to_owned()));
    let [request] = &server.received()[..] else { panic!("{:?}", asked(&server)) };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/v1/kv/data/team-a/openai"));
    assert_eq!(request.header("x-vault-token"), Some("hvs.first"));
    assert_eq!(request.header("x-vault-request"), Some("true"));
    assert_eq!(request.header("x-vault-namespace"), None);
    assert_eq!(request.header("accept-encoding"), None);
}

#[tokio::test]
async fn every_part_of_the_path_stays_in_its_place() {
    let (files, server) = (Files::new(), vault(|_| Reply::json(200, SINGLE)));
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, "vault://kv/a b/c;d=e&f:g@h").await, Ok("sk-only".to_owned()));
    assert_eq!(asked(&server), ["GET /v1/kv/data/a%20b/c;d=e&f:g@h"]);
    for uri in
        ["vault://kv", "vault://kv/../sys/x", "vault://kv/a%2fb", "vault://kv/a?list=true", "file:///kv/a"]
    {
        assert_eq!(resolved(&source, uri).await, Err(ResolveError::Refused), "{uri}");
    }
    assert_eq!(asked(&server).len(), 1);
}

#[tokio::test]
async fn only_a_field_that_is_a_text_and_no_other_is_returned() {
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
async fn without_a_name_the_only_field_is_meant() {
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

async fn check_answer(status: u16, body: &str, expected: Result<&str, ResolveError>) {
    let (files, reply) = (Files::new(), Reply::json(status, body));
    let server = vault(move |_| reply.clone());
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, expected.map(str::to_owned), "{status} {body}");
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_refused_and_a_vault_that_is_not_there_is_unavailable() {
    check_answer(200, SINGLE, Ok("sk-only")).await;
    check_answer(404, r#"{"errors":[]}"#, Err(ResolveError::Refused)).await;
    check_answer(404, r#"{"data":{"data":null,"metadata":{"destroyed":true}}}"#, Err(ResolveError::Refused))
        .await;
    check_answer(200, r#"{"data":{"data":null}}"#, Err(ResolveError::Refused)).await;
    check_answer(403, DENIED, Err(ResolveError::Refused)).await;
    check_answer(503, r#"{"errors":["Vault is sealed"]}"#, Err(ResolveError::Unavailable)).await;
    check_answer(500, "{}", Err(ResolveError::Unavailable)).await;
    check_answer(429, "{}", Err(ResolveError::Unavailable)).await;
    check_answer(200, "<html>", Err(ResolveError::Unavailable)).await;
    check_answer(200, &format!("{SINGLE}{}", " ".repeat(200_000)), Err(ResolveError::Unavailable)).await;
}

#[tokio::test]
async fn nobody_who_listens_is_unavailable() {
    let files = Files::new();
    let server = vault(|_| Reply::json(200, SINGLE));
    let source = VaultSource::new(client(&server), files.token());
    drop(server);
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (files, other) = (Files::new(), vault(|_| Reply::json(200, SINGLE)));
    let place = format!("http://{}/v1/kv/data/team-a/openai", other.address());
    let server = vault(move |_| Reply::json(307, "{}").with("location", &place));
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable));
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn a_token_that_was_exchanged_in_its_file_is_used() {
    let files = Files::new();
    let server = issuing(0, |it| it != "hvs.first");
    let source = VaultSource::new(client(&server), files.token());
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Refused));
    // A token that did not change is not tried again.
    assert_eq!(asked(&server), [GET]);
    files.write("token", "hvs.second");
    assert_eq!(resolved(&source, URI).await, Ok("sk-\"1\"".to_owned()));
    for content in ["", "two\nlines"] {
        files.write("token", content);
        assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable), "{content}");
    }
}

#[tokio::test]
async fn a_role_logs_in_once_for_many_uses() {
    for lease in [3600, 0] {
        let (files, server) = (Files::new(), issuing(lease, |it| it == "token-1"));
        let source = VaultSource::new(client(&server), files.role());
        for _ in 0..3 {
            assert_eq!(resolved(&source, URI).await, Ok("sk-\"1\"".to_owned()), "{lease}");
        }
        assert_eq!(asked(&server), [LOGIN, GET, GET, GET], "{lease}");
        let login = &server.received()[0];
        assert_eq!(login.body, r#"{"role_id":"the-role","secret_id":"the-secret-id"}"#);
        assert_eq!(login.header("x-vault-token"), None);
    }
}

#[tokio::test]
async fn a_token_that_runs_out_is_not_used_again() {
    // Nothing is left of five seconds when those are taken off that a token is given up earlier.
    let (files, server) = (Files::new(), issuing(5, |_| true));
    let source = VaultSource::new(client(&server), files.role());
    for _ in 0..2 {
        assert!(resolved(&source, URI).await.is_ok());
    }
    assert_eq!(asked(&server), [LOGIN, GET, LOGIN, GET]);
    assert_eq!(server.received()[3].header("x-vault-token"), Some("token-2"));
}

#[tokio::test]
async fn a_kept_token_that_is_refused_is_exchanged_once() {
    let uses = AtomicUsize::new(0);
    // The first token is revoked after its first use.
    let (files, server) =
        (Files::new(), issuing(3600, move |it| it == "token-2" || uses.fetch_add(1, Ordering::SeqCst) == 0));
    let source = VaultSource::new(client(&server), files.role());
    for _ in 0..3 {
        assert!(resolved(&source, URI).await.is_ok());
    }
    assert_eq!(asked(&server), [LOGIN, GET, GET, LOGIN, GET, GET]);
}

#[tokio::test]
async fn a_path_that_the_role_may_not_read_costs_no_endless_logins() {
    let (files, server) = (Files::new(), issuing(3600, |_| false));
    let source = VaultSource::new(client(&server), files.role());
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Refused));
    assert_eq!(asked(&server), [LOGIN, GET]);
    assert_eq!(resolved(&source, URI).await, Err(ResolveError::Refused));
    assert_eq!(asked(&server)[2..], [GET, LOGIN, GET]);
}

#[tokio::test]
async fn a_role_that_cannot_log_in_is_the_operators_fault_and_not_the_references() {
    for (status, body) in [(400, r#"{"errors":["invalid role or secret ID"]}"#), (503, "{}"), (200, "{}")] {
        let (files, reply) = (Files::new(), Reply::json(status, body));
        let server = vault(move |_| reply.clone());
        let source = VaultSource::new(client(&server), files.role());
        assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable), "{status}");
        assert_eq!(asked(&server), [LOGIN]);
        std::fs::remove_file(files.path("secret-id")).unwrap();
        assert_eq!(resolved(&source, URI).await, Err(ResolveError::Unavailable), "{status}");
        assert_eq!(asked(&server), [LOGIN]);
    }
}

#[tokio::test]
async fn a_namespace_is_named_at_the_login_and_at_every_read() {
    let (files, server) = (Files::new(), issuing(3600, |_| true));
    let source = VaultSource::new(client(&server), files.role()).in_namespace("org/team-a").unwrap();
    assert!(resolved(&source, URI).await.is_ok());
    let named: Vec<_> =
        server.received().iter().map(|it| it.header("x-vault-namespace").map(str::to_owned)).collect();
    assert_eq!(named, [Some("org/team-a".to_owned()), Some("org/team-a".to_owned())]);
    for bad in ["", "a b", "a\r\nb"] {
        assert!(VaultSource::new(client(&server), files.role()).in_namespace(bad).is_err(), "{bad:?}");
    }
}

#[tokio::test]
async fn a_path_in_the_address_stays_in_front() {
    let (files, server) = (Files::new(), vault(|_| Reply::json(200, SINGLE)));
    for path in ["/behind/vault", "/behind/vault/"] {
        let address = format!("http://{}{path}", server.address());
        let client = OperatorClient::new(&address, &RootCertificates::new(None).unwrap()).unwrap();
        assert!(resolved(&VaultSource::new(client, files.token()), "vault://kv/a").await.is_ok());
    }
    assert_eq!(asked(&server), ["GET /behind/vault/v1/kv/data/a"; 2]);
}

#[test]
fn an_address_is_only_scheme_host_port_and_path() {
    let trust = RootCertificates::new(None).unwrap();
    for (address, expected) in [
        ("vault.internal:8200", "must start with `http://` or `https://`"),
        ("https://root:token@vault.internal", "must not contain a user name or password"),
        ("https://vault.internal/?a=b", "must not have a query"),
        ("https://vault.internal/#a", "must not contain a fragment"),
    ] {
        let fault = OperatorClient::new(address, &trust).unwrap_err().to_string();
        assert!(fault.starts_with(expected), "{address}: {fault}");
    }
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let (files, server) = (Files::new(), issuing(3600, |_| true));
    let source = VaultSource::new(client(&server), files.role());
    assert!(resolved(&source, URI).await.is_ok());
    let printed = format!("{source:?}");
    assert!(!printed.contains("token-1") && !printed.contains("the-secret-id"), "{printed}");
}
