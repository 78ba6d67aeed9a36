//! The token scope, which the server enforces on every route.

use llm_config_core::access::{Right, TokenScope};
use serde_json::{Value, json};

use super::{app, issue};
use crate::support::{Client, TestApp, llm, llm_with_secret, merge_patch, rights_scope};

/// The actions that a token may perform on an LLM of its user: create, read, list, update, delete.
fn allowed_actions(app: &TestApp, client: &Client) -> Vec<&'static str> {
    let body = json!({"displayName": "v", "modelIdentifier": "actions"});
    let path = app.root().create_llm_path(&merge_patch(llm(), &json!({"modelIdentifier": "target"})));
    let statuses = [
        ("create", client.post("/v1/llms", &merge_patch(llm(), &body)).status),
        ("read", client.get(&path).status),
        ("list", if client.llm_names("").is_empty() { 403 } else { 200 }),
        ("update", client.put(&path, &json!({"version": "2"})).status),
        ("delete", client.delete(&path).status),
    ];
    for (action, status) in statuses {
        assert!(matches!(status, 200 | 201 | 204 | 403), "{action}: {status}");
    }
    for llm in app.root().get("/v1/llms").json(200)["llms"].as_array().unwrap() {
        app.root().delete(&format!("/v1/llms/{}", llm["llmId"].as_str().unwrap())).empty(204);
    }
    statuses.into_iter().filter(|(_, status)| *status < 300).map(|(action, _)| action).collect()
}

#[test]
fn key_with_rights_allows_only_those_actions() {
    let app = app();
    let rule = |operation: &str, selector: &str| json!({"operation": operation, "selector": selector});
    let scoped = |rules: Value| json!({"authorityMode": "SCOPED", "ceiling": rules});
    for (body, expected) in [
        (json!({}), vec!["create", "read", "list", "update", "delete"]),
        (json!({"authorityMode": "INHERIT_SUBJECT"}), vec!["create", "read", "list", "update", "delete"]),
        (json!({"rights": ["READ_LLM_OWN"]}), vec!["read"]),
        (json!({"rights": ["READ_LLM_ANY", "LIST_LLM_OWN"]}), vec!["read", "list"]),
        (json!({"rights": ["CREATE_LLM_OWN", "DELETE_LLM_OWN"]}), vec!["create", "delete"]),
        (json!({"rights": ["READ_METRICS"]}), vec![]),
        (json!({"rights": []}), vec![]),
        (scoped(json!([rule("UPDATE_LLM", "OWN")])), vec!["update"]),
        (scoped(json!([rule("LIST_LLM", "ANY"), rule("READ_LLM", "OWN")])), vec!["read", "list"]),
        (json!({"workspaces": ["550e8400-e29b-41d4-a716-446655440000"]}), vec![]),
        (json!({"workspaces": []}), vec![]),
    ] {
        let (_, client) = issue(&app, &app.root(), &body);
        assert_eq!(allowed_actions(&app, &client), expected, "{body}");
        // Every token may read its own user.
        client.get("/v1/users/me").json(200);
    }
}

#[test]
fn get_key_returns_its_scope() {
    let app = app();
    let issue_and_get = |body: &Value| {
        let (path, _) = issue(&app, &app.root(), body);
        app.root().get(&path).json(200)
    };
    let rule = json!({"operation": "READ_LLM", "selector": "OWN"});
    let scoped = issue_and_get(&json!({"authorityMode": "SCOPED", "ceiling": [rule]}));
    assert_eq!(scoped["authorityMode"], "SCOPED");
    assert_eq!((&scoped["ceiling"], &scoped["ceilingOmitted"]), (&json!([rule]), &json!(false)));
    assert_eq!(scoped["rights"], json!(["READ_LLM_OWN"]));
    let rights_only = issue_and_get(&json!({"rights": ["READ_METRICS", "READ_LLM_OWN"]}));
    assert_eq!(rights_only["authorityMode"], "SCOPED");
    // READ_METRICS has no equivalent in the official API.
    assert_eq!((&rights_only["ceiling"], &rights_only["ceilingOmitted"]), (&Value::Null, &json!(true)));
    assert_eq!(rights_only["rights"], json!(["READ_LLM_OWN", "READ_METRICS"]));
    let workspace = "550e8400-e29b-41d4-a716-446655440000";
    assert_eq!(issue_and_get(&json!({"workspaces": [workspace]}))["workspaces"], json!([workspace]));
    let year_3000_ms = 32_503_680_000_000_i64;
    assert_eq!(issue_and_get(&json!({"expiresAt": year_3000_ms}))["expiresAt"], json!(year_3000_ms));
}

#[test]
fn create_key_with_right_that_permits_nothing_is_rejected() {
    let app = app();
    for right in ["READ_AUDIT", "READ_KEY_STATE", "ROTATE_KEYS", "FLY"] {
        let response = app.root().post("/v1/apikeys", &json!({"rights": [right]}));
        response.goodmem_error(400, &["rights", "READ_LLM_OWN", "docs/team.md", "token issue --help"]);
    }
}

#[test]
fn stored_key_with_right_that_is_not_offered_is_returned_and_works() {
    let app = app();
    let me = app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().parse().unwrap();
    let (id, client) = app.token(me, rights_scope(&[Right::ReadAudit, Right::ListLlmOwn]));
    let key = app.root().get(&format!("/v1/apikeys/{id}")).json(200);
    assert_eq!(key["rights"], json!(["LIST_LLM_OWN", "READ_AUDIT"]));
    client.get("/v1/llms").json(200);
}

#[test]
fn key_for_workspaces_reads_no_llm_of_owner() {
    let app = app();
    let me = app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().parse().unwrap();
    let workspace = app.workspace();
    let token_scope = TokenScope { workspaces: Some([workspace].into()), ..TokenScope::default() };
    let (_, client) = app.token(me, token_scope);
    let path = app.root().create_llm_path(&llm_with_secret("sk-0123456789"));
    client.get(&path).goodmem_error(403, &["READ_LLM_OWN"]);
    client.post("/v1/llms", &llm()).goodmem_error(403, &["CREATE_LLM_OWN"]);
    assert_eq!(client.llm_names(""), Vec::<String>::new());
    client.post("/v1/apikeys", &json!({})).goodmem_error(403, &["ISSUE_TOKEN_OWN"]);
    assert_eq!(client.get("/v1/apikeys").json(200)["keys"], json!([]));
}

#[test]
fn key_with_any_right_beyond_users_role_is_refused() {
    let app = app();
    let ada = app.user(llm_config_core::access::OrgRole::User);
    let (_, client) = app.token(ada.id, rights_scope(&[Right::ReadLlmAny, Right::ListLlmAny]));
    let path = app.root().create_llm_path(&llm());
    client.get(&path).goodmem_error(403, &["READ_LLM_ANY"]);
    assert_eq!(client.llm_names(""), Vec::<String>::new());
}
