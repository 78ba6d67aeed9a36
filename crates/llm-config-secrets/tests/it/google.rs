//! The server's own Google identity, from a scripted metadata server.

use std::sync::Arc;

use llm_config_core::credential::{Credential, GcpAdc, SecretValue};
use llm_config_core::endpoint::NoVendorHosts;
use llm_config_core::grant::{DEFAULT_OAUTH_SCOPE, GoogleGrant, Grants};
use llm_config_core::scope::Scope;
use llm_config_core::secret::ResolveError;
use llm_config_egress::testing::{Reply, ScriptedServer};
use llm_config_secrets::{GoogleIdentity, SecretResolver};

use super::{ADA, BOB, client, owner, target};

const VERTEX: &str =
    "https://aiplatform.googleapis.com/v1/projects/team-a/locations/global/endpoints/openapi";
const PATH: &str = "/computeMetadata/v1/instance/service-accounts/default/token";
const READ_ONLY: &str = "https://www.googleapis.com/auth/cloud-platform.read-only";

fn metadata(status: u16, seconds: u32) -> ScriptedServer {
    let body = format!(r#"{{"access_token":"ya29.token","expires_in":{seconds},"token_type":"Bearer"}}"#);
    ScriptedServer::start(move |_| Reply::json(status, body.clone())).unwrap()
}

fn behind(server: &ScriptedServer) -> SecretResolver {
    let google = GoogleGrant {
        owners: vec![ADA.parse().unwrap()],
        workspaces: Vec::new(),
        projects: vec!["team-a".to_owned()],
        scopes: vec![DEFAULT_OAUTH_SCOPE.to_owned(), READ_ONLY.to_owned()],
    };
    let grants = Grants { google: vec![google], ..Grants::default() };
    SecretResolver::new(grants, Arc::new(NoVendorHosts)).with_google(GoogleIdentity::new(client(server)))
}

fn adc(scopes: &[&str], quota_project: Option<&str>) -> Credential {
    let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    Credential::GcpAdc(GcpAdc { scopes, quota_project: quota_project.map(str::to_owned) })
}

/// Header, prefix and token of the resolved credential.
async fn resolved(
    granted: &SecretResolver,
    adc: &Credential,
    scope: &Scope,
    endpoint: &str,
) -> Result<String, ResolveError> {
    let Credential::ApiKey(key) = granted.resolve(adc, scope, &target(endpoint)).await? else {
        panic!("a token is a key");
    };
    let prefix = key.effective_prefix();
    let SecretValue::Inline(token) = &key.value else { panic!("a token is inline") };
    Ok(format!("{}: {prefix}{}", key.header.clone().unwrap(), token.expose()))
}

#[tokio::test]
async fn resolve_identity_returns_cached_bearer_token() {
    let server = metadata(200, 3600);
    let granted = behind(&server);
    for credential in [adc(&[], None), adc(&[DEFAULT_OAUTH_SCOPE], Some("team-a"))] {
        let found = resolved(&granted, &credential, &owner(ADA), VERTEX).await;
        assert_eq!(found, Ok("Authorization: Bearer ya29.token".to_owned()));
    }
    let [request] = &server.received()[..] else { panic!("{:?}", server.received()) };
    assert_eq!((request.method.as_str(), request.path()), ("GET", PATH));
    assert_eq!(request.header("metadata-flavor"), Some("Google"));
    let scope = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform";
    assert_eq!(request.target, format!("{PATH}?scopes={scope}"));
    assert!(!format!("{granted:?}").contains("ya29"), "{granted:?}");
}

#[tokio::test]
async fn resolve_identity_caches_one_token_per_set_of_scopes() {
    let server = metadata(200, 3600);
    let granted = behind(&server);
    for scopes in
        [&[DEFAULT_OAUTH_SCOPE, READ_ONLY] as &[_], &[READ_ONLY, DEFAULT_OAUTH_SCOPE], &[READ_ONLY], &[]]
    {
        assert!(resolved(&granted, &adc(scopes, None), &owner(ADA), VERTEX).await.is_ok());
    }
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn resolve_identity_with_token_in_last_minute_fetches_another() {
    let server = metadata(200, 60);
    let granted = behind(&server);
    for _ in 0..2 {
        assert!(resolved(&granted, &adc(&[], None), &owner(ADA), VERTEX).await.is_ok());
    }
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn resolve_identity_without_grant_makes_no_request() {
    let server = metadata(200, 3600);
    let granted = behind(&server);
    let plain = adc(&[], None);
    for endpoint in [
        "https://evil.example/v1",
        "http://aiplatform.googleapis.com/v1",
        "https://aiplatform.googleapis.com:8443/v1",
        "https://aiplatform.googleapis.com.evil.example/v1",
        "https://aiplatform.googleapis.com/v1/projects/team-b/locations/global/endpoints/openapi",
    ] {
        let found = resolved(&granted, &plain, &owner(ADA), endpoint).await;
        assert_eq!(found, Err(ResolveError::Refused), "{endpoint}");
    }
    for (credential, scope) in [
        (plain, owner(BOB)),
        (adc(&[], Some("team-b")), owner(ADA)),
        (adc(&["https://www.googleapis.com/auth/drive"], None), owner(ADA)),
    ] {
        assert_eq!(
            resolved(&granted, &credential, &scope, VERTEX).await,
            Err(ResolveError::Refused),
            "{credential:?}"
        );
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn resolve_identity_without_identity_is_refused_and_without_token_unavailable() {
    let none = SecretResolver::new(Grants::default(), Arc::new(NoVendorHosts));
    assert_eq!(resolved(&none, &adc(&[], None), &owner(ADA), VERTEX).await, Err(ResolveError::Refused));
    for status in [404, 500] {
        let found = resolved(&behind(&metadata(status, 3600)), &adc(&[], None), &owner(ADA), VERTEX).await;
        assert_eq!(found, Err(ResolveError::Unavailable), "{status}");
    }
}
