//! `POST /llm-config/v1/checks/…`: with the body of a creation, before anything is stored.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{GENUINE, Manners, ai_llm, keyed, provider, set, with};

const FLASHBACK: &str = "/llm-config/v1/checks/flashback";
const GOODMEM: &str = "/llm-config/v1/checks/goodmem";

#[test]
fn the_body_of_either_creation_is_checked_and_nothing_is_stored() {
    let app = app();
    let upstream = provider(Manners::OpenAi, GENUINE);
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let workspace = app.workspace();
    let flashback = |secret: &str| {
        let body = json!({"endpoint": endpoint, "secret": secret});
        app.root().post(FLASHBACK, &set(ai_llm(workspace), &body)).json(200)
    };
    let goodmem = |secret: &str, model: &str| {
        let body = json!({"endpointUrl": endpoint, "modelIdentifier": model});
        app.root().post(GOODMEM, &with(keyed(secret), &body)).json(200)
    };
    let before = app.rows();
    let well = flashback(GENUINE);
    assert_eq!(well["credential"], json!({"verdict": "verified", "how": "control_refused"}), "{well}");
    assert_eq!((&well["usable"], &well["reason"]), (&json!("yes"), &json!("ok")));
    assert_eq!(well["model"], json!({"verdict": "not_asked"}));
    assert_eq!(well["testedUrl"], endpoint);
    assert_eq!(flashback("sk-wrong-0123456789abcdef")["credential"], json!({"verdict": "rejected"}));
    assert_eq!(goodmem(GENUINE, "tiny")["model"], json!({"verdict": "verified"}));
    assert_eq!(goodmem(GENUINE, "huge")["usable"], "no");
    assert_eq!(app.rows(), before, "nothing is stored");
    let shown = format!("{well}");
    assert!(!shown.contains(GENUINE), "{shown}");
}

#[test]
fn the_depth_is_chosen_in_the_query() {
    let app = app();
    let upstream = provider(Manners::OpenAi, GENUINE);
    let body =
        json!({"endpointUrl": format!("http://127.0.0.1:{}/v1", upstream.port()), "modelIdentifier": "tiny"});
    let body = with(keyed(GENUINE), &body);
    let at = |depth: &str| app.root().post(&format!("{GOODMEM}?depth={depth}"), &body);
    let reach = at("reach").json(200);
    assert_eq!((&reach["depth"], &reach["usable"]), (&json!("reach"), &json!("unknown")), "{reach}");
    assert_eq!(reach["cost"], json!({"kind": "zero"}));
    assert!(upstream.received().iter().all(|it| !it.carries(GENUINE)), "reaching shows no key");
    let inference = at("inference").json(200);
    assert_eq!((&inference["usable"], &inference["stage"]), (&json!("yes"), &json!("model")), "{inference}");
    assert_eq!(inference["cost"]["kind"], "up_to_tokens");
    at("deep").refused(400, &["depth must be one of reach, credential, inference"]);
}

#[test]
fn bodies_are_refused_as_by_the_creation_itself() {
    let app = app();
    let refused = app.root().post(FLASHBACK, &json!({"name": ""})).json(400);
    let fields: Vec<_> =
        refused["violations"].as_array().expect("faults").iter().map(|it| it["field"].clone()).collect();
    for field in ["name", "aiType", "endpoint", "secret", "workspaceId"] {
        assert!(fields.contains(&Value::from(field)), "{refused}");
    }
    assert_eq!(
        app.root().post(GOODMEM, &json!({"providerType": "VLLM"})).faults(),
        ["displayName", "endpointUrl", "modelIdentifier"]
    );
}

#[test]
fn whoever_may_not_create_may_not_check() {
    let app = app();
    let workspace = app.workspace();
    let reader = app.user(OrgRole::User);
    app.member(workspace, reader.id, WorkspaceRole::Read);
    let body = ai_llm(workspace);
    reader.client.post(FLASHBACK, &body).refused(403, &["WRITE"]);
    app.user(OrgRole::User).client.post(FLASHBACK, &body).refused(403, &["WRITE"]);
    let billing = app.user(OrgRole::Billing).client;
    billing.post(GOODMEM, &keyed(GENUINE)).refused(403, &["CREATE_LLM_OWN"]);
    let other = with(keyed(GENUINE), &json!({"ownerId": app.user(OrgRole::User).id.to_string()}));
    app.user(OrgRole::User).client.post(GOODMEM, &other).refused(403, &["PING_LLM_ANY"]);
    app.anonymous().post(GOODMEM, &keyed(GENUINE)).refused(401, &[]);
}
