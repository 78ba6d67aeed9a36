//! `POST /ai/llm/{id}/validate`, and `GET /ai/llm/available` after it.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::{app, database};
use crate::support::{
    AWS_KEY_ID, Client, FakeVendor, Installation, VALID_KEY, ai_llm, assign, fake_provider, member_names,
};

const SUCCESS: &str =
    "AI LLM configuration validated successfully. Connection established and credentials verified.";

/// Validates; returns `success` and `message`.
#[track_caller]
fn validate(client: &Client, path: &str) -> (bool, String) {
    let response = client.post_empty(&format!("{path}/validate")).json(200);
    assert_eq!(member_names(&response), ["message", "success"]);
    (
        response["success"].as_bool().expect("`success` is a boolean"),
        response["message"].as_str().expect("the value is a string").to_owned(),
    )
}

#[track_caller]
fn available(client: &Client) -> Vec<Value> {
    let list = client.get("/ai/llm/available").success();
    list["aiLlms"]
        .as_array()
        .expect("the list is an array")
        .iter()
        .map(|config| config["id"].clone())
        .collect()
}

#[test]
fn validate_with_every_ai_type_decides_availability() {
    let database = database();
    let installation = Installation::with_database(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    let types = [
        ("OPENAI", FakeVendor::OpenAi, "/v1", None),
        ("ANTHROPIC", FakeVendor::Anthropic, "", None),
        ("GOOGLE", FakeVendor::Google, "", None),
        ("AWS", FakeVendor::Aws, "", Some(AWS_KEY_ID)),
        ("AWS", FakeVendor::AwsBearer, "", None),
        ("OTHER", FakeVendor::OpenAi, "/v1", None),
    ];
    for (ai_type, vendor, path, key) in types {
        let provider = fake_provider(vendor, VALID_KEY);
        let body = json!({
            "name": format!("{vendor:?} {ai_type}"), "aiType": ai_type, "key": key, "secret": VALID_KEY,
            "endpoint": format!("http://127.0.0.1:{}{path}", provider.port()),
        });
        let id = root.create_ai_llm(&assign(ai_llm(&workspace), &body));
        let path = format!("/ai/llm/{id}");
        assert_eq!(available(&root), [] as [Value; 0], "{vendor:?}: available before validation");
        let before = root.find_ai_llm(id);

        let (success, message) = validate(&root, &path);
        assert!(success && message.starts_with(SUCCESS), "{vendor:?}: {message}");
        assert_eq!(available(&root), [json!(id.to_string())], "{vendor:?}");
        assert_eq!(root.find_ai_llm(id), before, "validation changed the configuration");

        root.put(&path, &json!({"secret": "sk-wrong-0123456789abcdef"})).success();
        assert_eq!(
            available(&root),
            [] as [Value; 0],
            "{vendor:?}: available with a secret that was not validated"
        );
        let (success, message) = validate(&root, &path);
        assert!(!success && message.starts_with("Validation failed: "), "{vendor:?}: {message}");
        let status = if vendor == FakeVendor::Google { "400 Bad Request" } else { "40" };
        assert!(message.contains(status), "{vendor:?}: {message}");
        assert!(message.contains(&format!("http://127.0.0.1:{}", provider.port())), "{message}");
        assert!(message.contains("(stage: auth)"), "{vendor:?}: {message}");
        assert!(!message.contains("sk-wrong") && !message.contains(VALID_KEY), "{message}");
        assert_eq!(available(&root), [] as [Value; 0], "{vendor:?}");

        root.put(&path, &json!({"secret": VALID_KEY})).success();
        let (success, message) = validate(&root, &path);
        assert!(success, "{vendor:?}: {message}");
        assert_eq!(available(&root), [json!(id.to_string())], "{vendor:?}");
        root.put(&path, &json!({"name": format!("renamed {vendor:?} {ai_type}")})).success();
        assert_eq!(available(&root), [json!(id.to_string())], "a new name requires validation");
        root.delete(&path).success();
        assert_eq!(available(&root), [] as [Value; 0]);
    }
    server.stop();
}

#[test]
fn validate_with_unreachable_provider_reports_failure() {
    let app = app();
    let port = fake_provider(FakeVendor::OpenAi, VALID_KEY).port();
    let body = json!({"endpoint": format!("http://127.0.0.1:{port}/v1")});
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &body));
    let (success, message) = validate(&app.root(), &format!("/ai/llm/{id}"));
    assert!(!success, "{message}");
    assert!(message.starts_with("Validation failed: ") && message.contains("connection failed"), "{message}");
    assert!(message.contains("(stage: connect)"), "{message}");
}

#[test]
fn validate_without_write_role_is_forbidden() {
    let app = app();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let workspace = app.workspace();
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", provider.port()), "secret": VALID_KEY});
    let id = app.root().create_ai_llm(&assign(ai_llm(workspace), &body));
    let validate = |client: &Client| client.post_empty(&format!("/ai/llm/{id}/validate"));
    let member = |role| {
        let user = app.user(OrgRole::User);
        app.member(workspace, user.id, role);
        user.client
    };
    validate(&member(WorkspaceRole::Read)).flashback_error(403, &["WRITE"]);
    validate(&app.user(OrgRole::User).client).flashback_error(403, &["WRITE"]);
    validate(&app.anonymous()).flashback_error(401, &[]);
    assert_eq!(provider.received().len(), 0);
    // Loopback targets are allowed only to roles of the whole organisation.
    let response = validate(&member(WorkspaceRole::Write)).json(200);
    assert_eq!(response["success"], false);
    assert!(
        response["message"].as_str().expect("the value is a string").contains("policy forbids"),
        "{response}"
    );
    assert_eq!(provider.received().len(), 0);
    app.root().post_empty("/ai/llm/nonsense/validate").flashback_error(404, &[]);
}

#[test]
fn validate_through_proxy_does_not_call_loopback() {
    let app = app();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", provider.port()), "secret": VALID_KEY});
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &body));
    let path = format!("/ai/llm/{id}/validate");
    for header in ["forwarded", "via", "x-forwarded-for"] {
        let response = app.root().send("POST", &path, &[(header, "192.0.2.1")], None).json(200);
        assert_eq!(response["success"], false, "{header}");
        assert!(
            response["message"].as_str().expect("the value is a string").contains("policy forbids"),
            "{response}"
        );
    }
    assert_eq!(provider.received().len(), 0);
}

#[test]
fn validate_blocked_by_policy_keeps_earlier_result() {
    let app = app();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let workspace = app.workspace();
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", provider.port()), "secret": VALID_KEY});
    let id = app.root().create_ai_llm(&assign(ai_llm(workspace), &body));
    assert!(validate(&app.root(), &format!("/ai/llm/{id}")).0);
    let writer = app.user(OrgRole::User);
    app.member(workspace, writer.id, WorkspaceRole::Write);
    assert!(!validate(&writer.client, &format!("/ai/llm/{id}")).0);
    assert_eq!(available(&app.root()), [json!(id.to_string())]);
    let checks = app.root().get(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
    assert_eq!(checks["checks"][0]["works"], Value::Null, "{checks}");
}
