//! `POST /llm-config/v1/checks/…`: checks of a draft, with the body of a creation.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{FakeVendor, VALID_KEY, ai_llm, assign, fake_provider, llm_with_secret, merge_patch};

const FLASHBACK: &str = "/llm-config/v1/checks/flashback";
const GOODMEM: &str = "/llm-config/v1/checks/goodmem";

#[test]
fn check_draft_of_either_api_stores_nothing() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let workspace = app.workspace();
    let flashback = |secret: &str| {
        let body = json!({"endpoint": endpoint, "secret": secret});
        app.root().post(FLASHBACK, &assign(ai_llm(workspace), &body)).json(200)
    };
    let goodmem = |secret: &str, model: &str| {
        let body = json!({"endpointUrl": endpoint, "modelIdentifier": model});
        app.root().post(GOODMEM, &merge_patch(llm_with_secret(secret), &body)).json(200)
    };
    let before = app.stored_rows();
    let well = flashback(VALID_KEY);
    assert_eq!(well["credential"], json!({"verdict": "verified", "how": "control_refused"}), "{well}");
    assert_eq!((&well["usable"], &well["reason"]), (&json!("yes"), &json!("ok")));
    assert_eq!(well["model"], json!({"verdict": "not_asked"}));
    assert_eq!(well["testedUrl"], endpoint);
    assert_eq!(flashback("sk-wrong-0123456789abcdef")["credential"], json!({"verdict": "rejected"}));
    assert_eq!(goodmem(VALID_KEY, "tiny")["model"], json!({"verdict": "verified"}));
    assert_eq!(goodmem(VALID_KEY, "huge")["usable"], "no");
    assert_eq!(app.stored_rows(), before, "the check of a draft stored a row");
    let found = format!("{well}");
    assert!(!found.contains(VALID_KEY), "{found}");
}

#[test]
fn check_draft_with_depth_sends_only_its_requests() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let body =
        json!({"endpointUrl": format!("http://127.0.0.1:{}/v1", upstream.port()), "modelIdentifier": "tiny"});
    let body = merge_patch(llm_with_secret(VALID_KEY), &body);
    let at = |depth: &str| app.root().post(&format!("{GOODMEM}?depth={depth}"), &body);
    let reach = at("reach").json(200);
    assert_eq!((&reach["depth"], &reach["usable"]), (&json!("reach"), &json!("unknown")), "{reach}");
    assert_eq!(reach["cost"], json!({"kind": "zero"}));
    assert!(
        upstream.received().iter().all(|request| !request.carries(VALID_KEY)),
        "a check of reachability sent the key"
    );
    let inference = at("inference").json(200);
    assert_eq!((&inference["usable"], &inference["stage"]), (&json!("yes"), &json!("model")), "{inference}");
    assert_eq!(inference["cost"]["kind"], "up_to_tokens");
    at("deep").goodmem_error(400, &["depth must be one of reach, credential, inference"]);
}

#[test]
fn check_draft_with_invalid_body_names_fields_as_create_does() {
    let app = app();
    let refused = app.root().post(FLASHBACK, &json!({"name": ""})).json(400);
    let fields: Vec<_> = refused["violations"]
        .as_array()
        .expect("the list is an array")
        .iter()
        .map(|violation| violation["field"].clone())
        .collect();
    for field in ["name", "aiType", "endpoint", "secret", "workspaceId"] {
        assert!(fields.contains(&Value::from(field)), "{refused}");
    }
    assert_eq!(
        app.root().post(GOODMEM, &json!({"providerType": "VLLM"})).error_fields(),
        ["displayName", "endpointUrl", "modelIdentifier"]
    );
}

#[test]
fn check_draft_without_right_to_create_is_forbidden() {
    let app = app();
    let workspace = app.workspace();
    let reader = app.user(OrgRole::User);
    app.member(workspace, reader.id, WorkspaceRole::Read);
    let body = ai_llm(workspace);
    reader.client.post(FLASHBACK, &body).goodmem_error(403, &["WRITE"]);
    app.user(OrgRole::User).client.post(FLASHBACK, &body).goodmem_error(403, &["WRITE"]);
    let billing = app.user(OrgRole::Billing).client;
    billing.post(GOODMEM, &llm_with_secret(VALID_KEY)).goodmem_error(403, &["CREATE_LLM_OWN"]);
    let other =
        merge_patch(llm_with_secret(VALID_KEY), &json!({"ownerId": app.user(OrgRole::User).id.to_string()}));
    app.user(OrgRole::User).client.post(GOODMEM, &other).goodmem_error(403, &["PING_LLM_ANY"]);
    app.anonymous().post(GOODMEM, &llm_with_secret(VALID_KEY)).goodmem_error(401, &[]);
}

#[test]
fn check_draft_with_invalid_workspace_id_is_forbidden_before_the_rate_limit() {
    let app = app();
    let body = assign(ai_llm(app.workspace()), &json!({"workspaceId": "not-an-id"}));
    // More requests than the rate limit of a caller.
    for _ in 0..80 {
        app.root().post(FLASHBACK, &body).goodmem_error(403, &["WRITE"]);
    }
    app.root().post("/ai/llm", &body).flashback_error(403, &["WRITE"]);
}
