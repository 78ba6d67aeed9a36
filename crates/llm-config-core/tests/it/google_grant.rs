//! Grants of the server's own Google identity.

use llm_config_core::credential::GcpAdc;
use llm_config_core::grant::{DEFAULT_OAUTH_SCOPE, GoogleGrant, Grants};
use llm_config_core::scope::Scope;

use crate::sample::{principal, workspace};

const VERTEX: &str =
    "https://aiplatform.googleapis.com/v1/projects/team-a/locations/global/endpoints/openapi";
const READ_ONLY: &str = "https://www.googleapis.com/auth/cloud-platform.read-only";

fn grants(scopes: &[&str]) -> Grants {
    let google = GoogleGrant {
        owners: vec![principal(1)],
        workspaces: vec![workspace(2)],
        projects: vec!["team-a".to_owned()],
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
    };
    Grants { google: vec![google], ..Grants::default() }
}

fn adc(scopes: &[&str], quota_project: Option<&str>) -> GcpAdc {
    let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    GcpAdc { scopes, quota_project: quota_project.map(str::to_owned) }
}

fn check_url(url: &str, expected: bool) {
    let url = url::Url::parse(url).unwrap();
    let found =
        grants(&[DEFAULT_OAUTH_SCOPE]).allows_identity(&adc(&[], None), &Scope::Owner(principal(1)), &url);
    assert_eq!(found, expected, "{url}");
}

#[test]
fn allows_identity_for_other_hosts_is_false() {
    check_url(VERTEX, true);
    check_url("https://europe-west4-aiplatform.googleapis.com:443/v1", true);
    check_url("https://aiplatform.eu.rep.googleapis.com", true);
    check_url("HTTPS://Generativelanguage.GoogleApis.com/v1beta", true);
    for elsewhere in [
        "http://aiplatform.googleapis.com/v1",
        "http://aiplatform.googleapis.com:443/v1",
        "https://aiplatform.googleapis.com:8443/v1",
        "https://aiplatform.googleapis.com./v1",
        "https://googleapis.com/v1",
        "https://.googleapis.com/v1",
        "https://evilgoogleapis.com/v1",
        "https://googleapis.com.evil.example/v1",
        "https://aiplatform.googleapis.com.evil.example/v1",
        "https://evil.example/aiplatform.googleapis.com",
        "https://evil.example\\.googleapis.com/",
        "https://evil.example?.googleapis.com",
        "https://evil.example#.googleapis.com",
        "https://aiplatform.googleapis.com@evil.example/v1",
        "https://142.250.185.74/v1",
        "https://[::1]/v1",
        "ftp://aiplatform.googleapis.com/v1",
    ] {
        check_url(elsewhere, false);
    }
}

#[test]
fn allows_identity_with_unlisted_project_in_url_is_false() {
    let other = |path: &str| check_url(&format!("https://aiplatform.googleapis.com{path}"), false);
    other("/v1/projects/team-b/locations/global/endpoints/openapi");
    other("/v1/projects/team-a/../team-b/locations/global");
    other("/v1/projects//team-b/locations/global");
    other("/v1/Projects/team-b");
    other("/v1/%70rojects/team-b");
    other("/v1/projects/team-a%2f..%2fteam-b");
    other("/v1/projects/team-a/x/projects/team-b");
    other("/v1/projects/-/locations");
    other("/v1?$userProject=team-b");
    other("/v1?%24userproject=team-b");
    check_url("https://generativelanguage.googleapis.com/v1beta/openai", true);
}

#[test]
fn allows_identity_requires_owner_scopes_and_quota_project() {
    let check = |listed: &[&str], adc: &GcpAdc, scope, expected| {
        let url = url::Url::parse(VERTEX).unwrap();
        assert_eq!(grants(listed).allows_identity(adc, &scope, &url), expected, "{listed:?} {adc:?} {scope}");
    };
    let ada = Scope::Owner(principal(1));
    check(&[DEFAULT_OAUTH_SCOPE], &adc(&[], None), ada, true);
    check(
        &[DEFAULT_OAUTH_SCOPE],
        &adc(&[DEFAULT_OAUTH_SCOPE], Some("team-a")),
        Scope::Workspace(workspace(2)),
        true,
    );
    check(&[DEFAULT_OAUTH_SCOPE, READ_ONLY], &adc(&[READ_ONLY], None), ada, true);

    check(&[DEFAULT_OAUTH_SCOPE], &adc(&[], None), Scope::Owner(principal(2)), false);
    check(&[DEFAULT_OAUTH_SCOPE], &adc(&[], None), Scope::Workspace(workspace(1)), false);
    check(&[DEFAULT_OAUTH_SCOPE], &adc(&[], Some("team-b")), ada, false);
    check(&[DEFAULT_OAUTH_SCOPE], &adc(&[DEFAULT_OAUTH_SCOPE, READ_ONLY], None), ada, false);
    // A scope that starts with a listed one is another scope.
    check(&[DEFAULT_OAUTH_SCOPE], &adc(&[READ_ONLY], None), ada, false);
    // A credential without scopes requests the default scope.
    check(&[READ_ONLY], &adc(&[], None), ada, false);
    check(&[], &adc(&[], None), ada, false);
}

#[test]
fn allows_identity_by_default_is_false() {
    let url = url::Url::parse(VERTEX).unwrap();
    assert!(!Grants::default().allows_identity(&adc(&[], None), &Scope::Owner(principal(1)), &url));
}
