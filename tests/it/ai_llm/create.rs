//! `POST /ai/llm`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{SECRET, ai_llm, assign, member_names, merge_patch};

#[test]
fn create_returns_id_and_message() {
    let app = app();
    let created = app.root().post("/ai/llm", &ai_llm(app.workspace())).json(200);
    assert_eq!(member_names(&created), ["aiLlmId", "message", "success"]);
    assert_eq!(created["success"], true);
    assert_eq!(created["message"], "AI LLM configuration created successfully");
    let id: llm_config_core::id::ConfigId = created["aiLlmId"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.open_credential(id), ("https://api.openai.com/v1".to_owned(), SECRET.to_owned()));
}

#[test]
fn create_does_not_call_provider() {
    let app = app();
    // No server listens at that port, and the creation does not call it.
    let dead = assign(ai_llm(app.workspace()), &json!({"endpoint": "http://127.0.0.1:9/v1"}));
    app.root().create_ai_llm(&dead);
    app.root()
        .create_ai_llm(&assign(dead, &json!({"name": "2", "endpoint": "https://no-such-host.invalid"})));
}

#[test]
fn create_with_every_ai_type_returns_it() {
    let app = app();
    let workspace = app.workspace();
    for kind in ["OPENAI", "GOOGLE", "ANTHROPIC", "AWS", "OTHER"] {
        let id = app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"name": kind, "aiType": kind})));
        assert_eq!(app.root().find_ai_llm(id)["aiType"], kind);
    }
}

/// Asserts that a creation with these members is a 400 that names each of these fields.
#[track_caller]
fn check(app: &crate::support::TestApp, body: &Value, fields: &[&str]) {
    let mut named = app.root().post("/ai/llm", body).flashback_error_fields();
    named.sort_unstable();
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    assert_eq!(named, fields, "{body}");
}

#[test]
fn create_without_required_fields_names_each_of_them() {
    let app = app();
    let valid_body = ai_llm(app.workspace());
    check(&app, &json!({}), &["name", "aiType", "endpoint", "secret", "workspaceId"]);
    for field in ["name", "aiType", "endpoint", "secret", "workspaceId"] {
        check(&app, &merge_patch(valid_body.clone(), &json!({field: null})), &[field]);
        for value in [json!(null), json!(""), json!("  "), json!(1), json!([]), json!({}), json!(true)] {
            check(&app, &assign(valid_body.clone(), &json!({field: value})), &[field]);
        }
    }
    check(
        &app,
        &assign(valid_body.clone(), &json!({"name": "", "aiType": "X", "endpoint": "x"})),
        &["name", "aiType", "endpoint"],
    );
    assert_eq!(app.root().ai_llm_names(""), Vec::<String>::new());
}

#[test]
fn create_with_out_of_range_values_is_rejected() {
    let app = app();
    let valid_body = ai_llm(app.workspace());
    let long = |count: usize| format!("https://h/{}", "x".repeat(count));
    for (field, value) in [
        ("name", json!("a\u{0}b")),
        ("name", json!("a\nb")),
        ("name", json!("é".repeat(256))),
        ("aiType", json!("openai")),
        ("aiType", json!("OpenAI")),
        ("aiType", json!("AZURE")),
        ("aiType", json!("VLLM")),
        ("aiType", json!(" OPENAI")),
        ("endpoint", json!("api.openai.com/v1")),
        ("endpoint", json!("/v1")),
        ("endpoint", json!("ftp://h/")),
        ("endpoint", json!("file:///etc/passwd")),
        ("endpoint", json!("https://")),
        ("endpoint", json!("https://user:pass@h/")),
        ("endpoint", json!("https://user@h/")),
        ("endpoint", json!("https://h/#fragment")),
        ("endpoint", json!("https://h/?key=abc")),
        ("endpoint", json!("https://h/?Token=abc")),
        ("endpoint", json!("https://h/a b")),
        ("endpoint", json!(long(2048))),
        ("secret", json!("****6789")),
        ("secret", json!("****")),
        ("secret", json!("a\u{0}b")),
        ("key", json!("****6789")),
        ("key", json!(7)),
        ("key", json!(["id"])),
    ] {
        check(&app, &assign(valid_body.clone(), &json!({field: value})), &[field]);
    }
    for (n, (field, value)) in [
        ("name", json!("é".repeat(255))),
        ("endpoint", json!(long(2048 - 10))),
        ("endpoint", json!("http://192.168.1.5:11434")),
        ("endpoint", json!("https://h/v1?api-version=2024-02-01")),
        ("endpoint", json!("HTTPS://API.Example.com:443/V1/")),
        ("secret", json!("x")),
    ]
    .into_iter()
    .enumerate()
    {
        let named = assign(valid_body.clone(), &json!({"name": n.to_string()}));
        let id = app.root().create_ai_llm(&assign(named, &json!({field: value})));
        if field != "secret" {
            assert_eq!(app.root().find_ai_llm(id)[field], value);
        }
    }
}

#[test]
fn create_with_key_returns_only_its_mask() {
    let app = app();
    let valid_body = ai_llm(app.workspace());
    for (n, (key, mask, stored)) in [
        (json!(null), json!(null), SECRET.to_owned()),
        (json!(""), json!(null), SECRET.to_owned()),
        (json!("  "), json!(null), SECRET.to_owned()),
        (json!("short"), json!("****"), format!("short : {SECRET}")),
        (json!("elevenchars"), json!("****"), format!("elevenchars : {SECRET}")),
        (json!("twelve-chars"), json!("****hars"), format!("twelve-chars : {SECRET}")),
        (json!("AKIA0123456789"), json!("****6789"), format!("AKIA0123456789 : {SECRET}")),
    ]
    .into_iter()
    .enumerate()
    {
        let id = app
            .root()
            .create_ai_llm(&assign(valid_body.clone(), &json!({"name": n.to_string(), "key": key})));
        assert_eq!(app.root().find_ai_llm(id)["key"], mask, "{key}");
        assert_eq!(app.open_credential(id).1, stored, "{key}");
    }
}

#[test]
fn create_with_api_key_uuid_is_rejected() {
    let app = app();
    let valid_body = ai_llm(app.workspace());
    let uuid = "550e8400-e29b-41d4-a716-446655440000";
    check(&app, &assign(valid_body.clone(), &json!({"apiKeyUuid": uuid})), &["apiKeyUuid"]);
    let without = merge_patch(valid_body.clone(), &json!({"secret": null, "endpoint": null}));
    check(&app, &assign(without, &json!({"apiKeyUuid": uuid})), &["apiKeyUuid", "secret", "endpoint"]);
    check(&app, &assign(valid_body.clone(), &json!({"apiKeyUuid": 7})), &["apiKeyUuid"]);
    for (n, absent) in [json!(null), json!("")].into_iter().enumerate() {
        let id = app.root().create_ai_llm(&assign(
            valid_body.clone(),
            &json!({"apiKeyUuid": absent, "name": n.to_string()}),
        ));
        assert_eq!(app.root().find_ai_llm(id).get("apiKeyId"), None);
    }
}

#[test]
fn create_with_unknown_members_ignores_them() {
    let app = app();
    let more = json!({"id": "x", "model": 7, "repos": [{}], "userId": "me", "createdAt": "2000-01-01"});
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &more));
    let listed = app.root().find_ai_llm(id);
    assert_eq!((&listed["repos"], &listed["id"]), (&json!([]), &json!(id.to_string())));
    assert_ne!(listed["createdAt"], "2000-01-01");
}

#[test]
fn create_by_non_member_reveals_neither_workspaces_nor_names() {
    let app = app();
    let workspace = app.workspace();
    app.root().create_ai_llm(&ai_llm(workspace));
    let outsider = app.user(OrgRole::User);
    let refused = outsider.client.post("/ai/llm", &ai_llm(workspace)).json(403);
    let elsewhere = |id: &str| assign(ai_llm(workspace), &json!({"workspaceId": id}));
    for body in [
        assign(ai_llm(workspace), &json!({"name": "another"})),
        elsewhere("550e8400-e29b-41d4-a716-446655440000"),
        elsewhere("no id at all"),
        elsewhere("../x"),
    ] {
        assert_eq!(outsider.client.post("/ai/llm", &body).json(403), refused, "{body}");
    }
    // For a missing workspace an OWNER gets the same error.
    app.root().post("/ai/llm", &elsewhere("no id at all")).flashback_error(403, &["WRITE"]);
    // Errors of the body are reported first.
    let bad = assign(ai_llm(workspace), &json!({"endpoint": "x"}));
    outsider.client.post("/ai/llm", &bad).flashback_error(400, &["endpoint "]);
    app.member(workspace, outsider.id, WorkspaceRole::Read);
    outsider.client.post("/ai/llm", &ai_llm(workspace)).flashback_error(403, &["WRITE"]);
    app.member(workspace, outsider.id, WorkspaceRole::Write);
    outsider.client.post("/ai/llm", &ai_llm(workspace)).flashback_error(400, &["already exists"]);
    outsider.client.create_ai_llm(&assign(ai_llm(workspace), &json!({"name": "mine"})));
}
