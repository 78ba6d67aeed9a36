//! Revoked, inactive and expired tokens are refused at once, on every server.

use serde_json::json;

use super::{app, is_accepted, issue};
use crate::support::{Client, TestApp};

/// Three tokens, each issued with the one before and the first with root's: their paths and clients.
fn chain(app: &TestApp) -> Vec<(String, Client)> {
    let mut chain: Vec<(String, Client)> = Vec::new();
    for _ in 0..3 {
        let issuer = chain.last().map_or_else(|| app.root(), |(_, client)| client.clone());
        chain.push(issue(app, &issuer, &json!({})));
    }
    chain
}

/// Asserts which tokens of the chain both servers accept.
#[track_caller]
fn check(app: &TestApp, other: &TestApp, chain: &[(String, Client)], expected: [bool; 3]) {
    let found: Vec<_> = chain.iter().map(|(_, client)| is_accepted(client)).collect();
    assert_eq!(found, expected);
    let elsewhere: Vec<_> = chain
        .iter()
        .map(|(_, client)| is_accepted(&other.client(client.token.as_deref().unwrap())))
        .collect();
    assert_eq!(elsewhere, expected);
    assert!(is_accepted(&app.root()) && is_accepted(&other.root()));
}

#[test]
fn revoke_key_revokes_its_descendants() {
    let app = app();
    let (other, chain) = (app.second_server(), chain(&app));
    check(&app, &other, &chain, [true, true, true]);
    app.root().delete(&chain[1].0).empty(204);
    check(&app, &other, &chain, [true, false, false]);
    app.root().delete(&chain[1].0).goodmem_error(404, &["API key"]);
    app.root().get(&chain[2].0).goodmem_error(404, &["API key"]);
    app.root().put(&chain[1].0, &json!({"status": "ACTIVE"})).goodmem_error(404, &["API key"]);
    check(&app, &other, &chain, [true, false, false]);
}

#[test]
fn deactivate_key_deactivates_its_descendants_until_reactivated() {
    let app = app();
    let (other, chain) = (app.second_server(), chain(&app));
    let deactivated = app.root().put(&chain[0].0, &json!({"status": "INACTIVE"})).json(200);
    assert_eq!(
        (&deactivated["status"], &deactivated["lifecycleState"]),
        (&json!("INACTIVE"), &json!("REVOKED"))
    );
    assert!(deactivated["revokedAt"].is_i64() && deactivated["revokedById"].is_string());
    check(&app, &other, &chain, [false, false, false]);
    let reactivated = other.root().put(&chain[0].0, &json!({"status": "ACTIVE"})).json(200);
    assert_eq!((&reactivated["status"], &reactivated["revokedAt"]), (&json!("ACTIVE"), &json!(null)));
    check(&app, &other, &chain, [true, true, true]);
}

#[test]
fn expired_key_and_its_descendants_are_refused() {
    let app = app();
    let (other, chain) = (app.second_server(), chain(&app));
    let id = chain[0].0.rsplit('/').next().unwrap();
    app.database.execute(&format!("UPDATE tokens SET expires_at = 1 WHERE id = '{id}'"));
    check(&app, &other, &chain, [false, false, false]);
    let found = app.root().get(&chain[0].0).json(200);
    assert_eq!((&found["lifecycleState"], &found["expiresAt"]), (&json!("EXPIRED"), &json!(0)));
    assert_eq!(found["status"], "INACTIVE");
}

#[test]
fn revoke_own_key_succeeds() {
    let app = app();
    let (path, client) = issue(&app, &app.root(), &json!({}));
    client.delete(&path).empty(204);
    client.delete(&path).goodmem_error(401, &[]);
}

#[test]
fn revoke_issuing_key_revokes_keys_of_other_users() {
    let app = app();
    let ada = app.user(llm_config_core::access::OrgRole::User);
    let (admins, admin) = issue(&app, &app.root(), &json!({}));
    let (_, adas) = issue(&app, &admin, &json!({"subjectPrincipalId": ada.id.to_string()}));
    assert!(is_accepted(&adas));
    app.root().delete(&admins).empty(204);
    assert!(!is_accepted(&adas) && is_accepted(&ada.client));
}
