//! The last owner cannot be removed, and only owners may act on owners.

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_core::id::PrincipalId;
use serde_json::{Value, json};

use super::{Organization, app};
use crate::support::{TestApp, TestUser, rights_scope, send_concurrently};

fn root_id(app: &TestApp) -> PrincipalId {
    app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().parse().unwrap()
}

fn owners(app: &TestApp) -> Vec<String> {
    app.database.texts("SELECT id AS value FROM users WHERE org_role = 'OWNER'")
}

#[test]
fn lower_or_delete_last_owner_is_rejected() {
    let app = app();
    let (last, administrator) = (root_id(&app), app.user(OrgRole::Administrators));
    let path = format!("/organization/users/{last}");
    let before = app.stored_rows();
    for role in [0, 1, 2, 254] {
        app.root().put(&path, &json!({"orgRole": role})).flashback_error(400, &["last owner"]);
        app.root().put(&path, &json!({"name": "x", "orgRole": role})).flashback_error(400, &["last owner"]);
        administrator.client.put(&path, &json!({"orgRole": role})).flashback_error(403, &[]);
    }
    app.root().delete(&path).flashback_error(400, &["last owner"]);
    administrator.client.delete(&path).flashback_error(403, &[]);
    assert_eq!(app.stored_rows(), before);
    // A change of name that keeps the role is allowed.
    let same = app.root().put(&path, &json!({"name": "Grace", "orgRole": 255})).success();
    assert_eq!((&same["data"]["name"], &same["data"]["orgRole"]), (&json!("Grace"), &json!(255)));
}

#[test]
fn lower_or_delete_owner_by_another_owner_succeeds() {
    let app = app();
    let (lowered, deleted) = (app.user(OrgRole::Owner), app.user(OrgRole::Owner));
    let path = |id: PrincipalId| format!("/organization/users/{id}");
    lowered.client.put(&path(lowered.id), &json!({"orgRole": 0})).success();
    app.root().delete(&path(deleted.id)).success();
    assert_eq!(owners(&app), [root_id(&app).to_string()]);
    app.root().put(&path(root_id(&app)), &json!({"orgRole": 0})).flashback_error(400, &["last owner"]);
}

/// Without a token with all rights, rights could be restored only on the command line.
#[test]
fn revoke_or_deactivate_last_full_owner_token_is_rejected() {
    let app = app();
    let administrator = app.user(OrgRole::Administrators);
    let keys = app.root().get("/v1/apikeys").json(200);
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["userId"] == root_id(&app).to_string());
    let path = format!("/v1/apikeys/{}", key.unwrap()["apiKeyId"].as_str().unwrap());
    // A narrowed token does not count, nor does a descendant of the last one.
    let (_, narrowed_client) =
        app.token(root_id(&app), rights_scope(&[Right::RevokeTokenOwn, Right::UpdateTokenOwn]));
    app.root().post("/v1/apikeys", &json!({})).json(201);
    let before = app.stored_rows();
    for client in [&app.root(), &narrowed_client] {
        client.delete(&path).failed_precondition(&["last"]);
    }
    app.root().put(&path, &json!({"status": "INACTIVE"})).failed_precondition(&["last"]);
    administrator.client.delete(&path).goodmem_error(403, &[]);
    assert_eq!(app.stored_rows(), before);
    // Another owner without a token does not count.
    let other = app.user(OrgRole::Owner);
    app.root().delete(&format!("/v1/apikeys/{}", other.token)).empty(204);
    app.root().delete(&path).failed_precondition(&["last"]);
    app.root()
        .put(&format!("/organization/users/{}", root_id(&app)), &json!({"orgRole": 0}))
        .flashback_error(400, &["last"]);
    app.root().delete(&format!("/organization/users/{}", root_id(&app))).flashback_error(400, &["last"]);
    let (_, full_client) = app.token(other.id, TokenScope::default());
    app.root().delete(&path).empty(204);
    assert_eq!(full_client.get(&format!("/organization/users/{}", other.id)).json(200)["orgRole"], 255);
}

/// The operator has the database and the keys, and can therefore always issue a token.
#[test]
fn issue_token_by_operator_without_other_tokens_restores_access() {
    let app = app();
    app.database.execute("DELETE FROM tokens");
    app.root().get("/ai/llm").flashback_error(401, &["access token"]);
    let id = app.database.texts("SELECT id AS value FROM users")[0].parse().unwrap();
    let (_, client) = app.token(id, TokenScope::default());
    assert_eq!(client.get(&format!("/organization/users/{id}")).json(200)["orgRole"], 255);
}

#[test]
fn revoke_last_tokens_of_two_owners_concurrently_succeeds_once() {
    let app = app();
    let second_server = app.second_server();
    let first = root_id(&app);
    for _ in 0..12 {
        let (ada, bob) = (app.user(OrgRole::Owner), app.user(OrgRole::Owner));
        app.change_role(first, OrgRole::User);
        let path = |user: &TestUser| format!("/v1/apikeys/{}", user.token);
        let bob_on_second_server = second_server.client(bob.client.token.as_deref().unwrap());
        let (none, ada_path, bob_path) = (Value::Null, path(&ada), path(&bob));
        let responses = send_concurrently(&[
            (&ada.client, "DELETE", &bob_path, &none),
            (&bob_on_second_server, "DELETE", &ada_path, &none),
        ]);
        let successes = responses.iter().filter(|response| response.status == 204).count();
        assert_eq!(successes, 1, "{responses:?}");
        app.change_role(first, OrgRole::Owner);
        for person in [&ada, &bob] {
            app.root().delete(&format!("/organization/users/{}", person.id)).success();
        }
    }
}

/// Sends concurrent requests of the only two owners, about each other or themselves, to two servers, and
/// asserts that one owner remains.
fn check_concurrent(method: &str, body: &Value, on_each_other: bool) {
    let app = app();
    let second_server = app.second_server();
    let first = root_id(&app);
    for _ in 0..12 {
        let (ada, bob) = (app.user(OrgRole::Owner), app.user(OrgRole::Owner));
        app.change_role(first, OrgRole::User);
        let path = |id: PrincipalId| format!("/organization/users/{id}");
        let (ada_path, bob_path) = (path(ada.id), path(bob.id));
        let targets = if on_each_other { [&bob_path, &ada_path] } else { [&ada_path, &bob_path] };
        let bob_on_second_server = second_server.client(bob.client.token.as_deref().unwrap());
        let responses = send_concurrently(&[
            (&ada.client, method, targets[0], body),
            (&bob_on_second_server, method, targets[1], body),
        ]);
        let successes: Vec<_> = responses.iter().filter(|response| response.status == 200).collect();
        let failures: Vec<_> = responses.iter().filter(|response| response.status != 200).collect();
        assert_eq!((successes.len(), owners(&app).len()), (1, 1), "{responses:?}");
        // The other request came from or concerned the last owner, a former owner, or a deleted user.
        assert!(matches!(failures[0].status, 400 | 401 | 403 | 404), "{responses:?}");
        app.change_role(first, OrgRole::Owner);
        for id in [ada.id, bob.id] {
            let status = app.root().delete(&path(id)).status;
            assert!(matches!(status, 200 | 404), "{status}");
        }
    }
}

#[test]
fn lower_each_other_concurrently_keeps_one_owner() {
    check_concurrent("PUT", &json!({"orgRole": 0}), true);
}

#[test]
fn lower_oneself_concurrently_keeps_one_owner() {
    check_concurrent("PUT", &json!({"orgRole": 254}), false);
}

#[test]
fn delete_each_other_concurrently_keeps_one_owner() {
    check_concurrent("DELETE", &Value::Null, true);
}

#[test]
fn delete_oneself_concurrently_keeps_one_owner() {
    check_concurrent("DELETE", &Value::Null, false);
}

#[test]
fn grant_owner_role_by_owner_succeeds() {
    let organization = Organization::new();
    let created =
        organization.client("owner").post("/organization/users", &super::user_of_role(255)).success();
    assert_eq!(created["data"]["orgRole"], 255);
    let raised = organization.send(
        organization.client("owner"),
        "PUT /organization/users/{user}",
        &json!({"orgRole": 255}),
    );
    assert_eq!(raised.success()["data"]["orgRole"], 255);
    let by_administrator = organization.send(
        organization.client("administrator"),
        "PUT /organization/users/{peer}",
        &json!({"orgRole": 254}),
    );
    assert_eq!(by_administrator.success()["data"]["orgRole"], 254);
}
