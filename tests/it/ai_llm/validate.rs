//! `/ai/llm` with the real program: create, validate, replace the secret, validate again, and
//! what is available follows.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::{app, database};
use crate::support::{Client, GENUINE, Installation, KEY_ID, Manners, ai_llm, members, provider, set};

const WELL: &str =
    "AI LLM configuration validated successfully. Connection established and credentials verified.";

/// Validates, and returns whether that succeeded and the sentence.
#[track_caller]
fn validate(client: &Client, path: &str) -> (bool, String) {
    let answer = client.send("POST", &format!("{path}/validate"), &[], None).json(200);
    assert_eq!(members(&answer), ["message", "success"]);
    (answer["success"].as_bool().expect("a boolean"), answer["message"].as_str().expect("a text").to_owned())
}

#[track_caller]
fn available(client: &Client) -> Vec<Value> {
    let list = client.get("/ai/llm/available").success();
    list["aiLlms"].as_array().expect("a list").iter().map(|it| it["id"].clone()).collect()
}

#[test]
fn what_is_available_follows_validation_for_every_type() {
    let database = database();
    let installation = Installation::on(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.post("/workspace", &json!({"name": "team"})).success();
    let workspace = workspace["workspace"]["id"].as_str().expect("an id").parse().expect("a UUID");
    let types = [
        ("OPENAI", Manners::OpenAi, "/v1", None),
        ("ANTHROPIC", Manners::Anthropic, "", None),
        ("GOOGLE", Manners::Google, "", None),
        ("AWS", Manners::Aws, "", Some(KEY_ID)),
        ("AWS", Manners::AwsBearer, "", None),
        ("OTHER", Manners::OpenAi, "/v1", None),
    ];
    for (ai_type, manners, path, key) in types {
        let provider = provider(manners, GENUINE);
        let body = json!({
            "name": format!("{manners:?} {ai_type}"), "aiType": ai_type, "key": key, "secret": GENUINE,
            "endpoint": format!("http://127.0.0.1:{}{path}", provider.port()),
        });
        let id = root.add(&set(ai_llm(workspace), &body));
        let path = format!("/ai/llm/{id}");
        assert_eq!(available(&root), [] as [Value; 0], "{manners:?}: nothing is validated yet");
        let before = root.listed(id);

        let (success, message) = validate(&root, &path);
        assert!(success && message.starts_with(WELL), "{manners:?}: {message}");
        assert_eq!(available(&root), [json!(id.to_string())], "{manners:?}");
        assert_eq!(root.listed(id), before, "validation changes nothing");

        root.put(&path, &json!({"secret": "sk-wrong-0123456789abcdef"})).success();
        assert_eq!(available(&root), [] as [Value; 0], "{manners:?}: the new secret is not validated");
        let (success, message) = validate(&root, &path);
        assert!(!success && message.starts_with("Validation failed: "), "{manners:?}: {message}");
        let status = if manners == Manners::Google { "400 Bad Request" } else { "40" };
        assert!(message.contains(status), "{manners:?}: {message}");
        assert!(message.contains(&format!("http://127.0.0.1:{}", provider.port())), "{message}");
        assert!(message.contains("(stage: auth)"), "{manners:?}: {message}");
        assert!(!message.contains("sk-wrong") && !message.contains(GENUINE), "{message}");
        assert_eq!(available(&root), [] as [Value; 0], "{manners:?}");

        root.put(&path, &json!({"secret": GENUINE})).success();
        let (success, message) = validate(&root, &path);
        assert!(success, "{manners:?}: {message}");
        assert_eq!(available(&root), [json!(id.to_string())], "{manners:?}");
        root.put(&path, &json!({"name": format!("renamed {manners:?} {ai_type}")})).success();
        assert_eq!(available(&root), [json!(id.to_string())], "a new name needs no new validation");
        root.delete(&path).success();
        assert_eq!(available(&root), [] as [Value; 0]);
    }
    server.stop();
}

#[test]
fn a_provider_that_is_not_there_is_a_failed_validation_and_no_error() {
    let app = app();
    let port = provider(Manners::OpenAi, GENUINE).port();
    let body = json!({"endpoint": format!("http://127.0.0.1:{port}/v1")});
    let id = app.root().add(&set(ai_llm(app.workspace()), &body));
    let (success, message) = validate(&app.root(), &format!("/ai/llm/{id}"));
    assert!(!success, "{message}");
    assert!(message.starts_with("Validation failed: ") && message.contains("connection failed"), "{message}");
    assert!(message.contains("(stage: connect)"), "{message}");
}

#[test]
fn validation_needs_the_role_write() {
    let app = app();
    let provider = provider(Manners::OpenAi, GENUINE);
    let workspace = app.workspace();
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", provider.port()), "secret": GENUINE});
    let id = app.root().add(&set(ai_llm(workspace), &body));
    let validate = |client: &Client| client.send("POST", &format!("/ai/llm/{id}/validate"), &[], None);
    let member = |role| {
        let user = app.user(OrgRole::User);
        app.member(workspace, user.id, role);
        user.client
    };
    validate(&member(WorkspaceRole::Read)).failed(403, &["WRITE"]);
    validate(&app.user(OrgRole::User).client).failed(403, &["WRITE"]);
    validate(&app.anonymous()).failed(401, &[]);
    assert_eq!(provider.received().len(), 0);
    // Programs on this machine are for roles of the whole organisation; a member learns nothing.
    let answer = validate(&member(WorkspaceRole::Write)).json(200);
    assert_eq!(answer["success"], false);
    assert!(answer["message"].as_str().expect("a text").contains("not allowed"), "{answer}");
    assert_eq!(provider.received().len(), 0);
    app.root().send("POST", "/ai/llm/nonsense/validate", &[], None).failed(404, &[]);
}

#[test]
fn a_request_that_a_proxy_passed_on_does_not_reach_this_machine() {
    let app = app();
    let provider = provider(Manners::OpenAi, GENUINE);
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", provider.port()), "secret": GENUINE});
    let id = app.root().add(&set(ai_llm(app.workspace()), &body));
    let path = format!("/ai/llm/{id}/validate");
    for header in ["forwarded", "via", "x-forwarded-for"] {
        let answer = app.root().send("POST", &path, &[(header, "192.0.2.1")], None).json(200);
        assert_eq!(answer["success"], false, "{header}");
        assert!(answer["message"].as_str().expect("a text").contains("not allowed"), "{answer}");
    }
    assert_eq!(provider.received().len(), 0);
}

#[test]
fn who_may_not_reach_a_provider_says_nothing_about_what_was_found_before() {
    let app = app();
    let provider = provider(Manners::OpenAi, GENUINE);
    let workspace = app.workspace();
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", provider.port()), "secret": GENUINE});
    let id = app.root().add(&set(ai_llm(workspace), &body));
    assert!(validate(&app.root(), &format!("/ai/llm/{id}")).0);
    let writer = app.user(OrgRole::User);
    app.member(workspace, writer.id, WorkspaceRole::Write);
    assert!(!validate(&writer.client, &format!("/ai/llm/{id}")).0);
    assert_eq!(available(&app.root()), [json!(id.to_string())]);
    let checks = app.root().get(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
    assert_eq!(checks["checks"][0]["works"], Value::Null, "{checks}");
}
