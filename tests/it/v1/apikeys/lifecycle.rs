//! Revoked, inactive and expired tokens are refused within a second, on every server.

use serde_json::json;

use super::{app, is_accepted, issue};
use crate::support::{Client, TestApp, wait_for_coherence};

/// The paths and clients of three tokens. Root's token issues the first, and each token issues the next.
fn chain(app: &TestApp) -> Vec<(String, Client)> {
    let mut chain: Vec<(String, Client)> = Vec::new();
    for _ in 0..3 {
        let issuer = chain.last().map_or_else(|| app.root(), |(_, client)| client.clone());
        chain.push(issue(app, &issuer, &json!({})));
    }
    chain
}

/// Asserts that both servers accept exactly the tokens of the chain whose element in `expected` is true.
#[track_caller]
fn check(app: &TestApp, second_server: &TestApp, chain: &[(String, Client)], expected: [bool; 3]) {
    wait_for_coherence();
    let accepted: Vec<_> = chain.iter().map(|(_, client)| is_accepted(client)).collect();
    assert_eq!(accepted, expected);
    let accepted_by_second_server: Vec<_> = chain
        .iter()
        .map(|(_, client)| is_accepted(&second_server.client(client.token.as_deref().unwrap())))
        .collect();
    assert_eq!(accepted_by_second_server, expected);
    assert!(is_accepted(&app.root()) && is_accepted(&second_server.root()));
}

#[test]
fn revoke_key_revokes_its_descendants() {
    let app = app();
    let (second_server, chain) = (app.second_server(), chain(&app));
    check(&app, &second_server, &chain, [true, true, true]);
    app.root().delete(&chain[1].0).empty(204);
    check(&app, &second_server, &chain, [true, false, false]);
    app.root().delete(&chain[1].0).goodmem_error(404, &["API key"]);
    app.root().get(&chain[2].0).goodmem_error(404, &["API key"]);
    app.root().put(&chain[1].0, &json!({"status": "ACTIVE"})).goodmem_error(404, &["API key"]);
    check(&app, &second_server, &chain, [true, false, false]);
}

#[test]
fn deactivate_key_deactivates_its_descendants_until_reactivated() {
    let app = app();
    let (second_server, chain) = (app.second_server(), chain(&app));
    let deactivated = app.root().put(&chain[0].0, &json!({"status": "INACTIVE"})).json(200);
    assert_eq!(
        (&deactivated["status"], &deactivated["lifecycleState"]),
        (&json!("INACTIVE"), &json!("REVOKED"))
    );
    assert!(deactivated["revokedAt"].is_i64() && deactivated["revokedById"].is_string());
    check(&app, &second_server, &chain, [false, false, false]);
    let reactivated = second_server.root().put(&chain[0].0, &json!({"status": "ACTIVE"})).json(200);
    assert_eq!((&reactivated["status"], &reactivated["revokedAt"]), (&json!("ACTIVE"), &json!(null)));
    check(&app, &second_server, &chain, [true, true, true]);
}

#[test]
fn expired_key_and_its_descendants_are_refused() {
    let app = app();
    let (second_server, chain) = (app.second_server(), chain(&app));
    let id = chain[0].0.rsplit('/').next().unwrap();
    app.database.execute(&format!("UPDATE tokens SET expires_at = 1 WHERE id = '{id}'"));
    check(&app, &second_server, &chain, [false, false, false]);
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
