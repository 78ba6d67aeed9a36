//! Quotas of configurations and tokens.

use std::num::NonZeroU32;

use llm_config_core::access::{OrgRole, TokenScope, WorkspaceRole};
use llm_config_core::time::Timestamp;
use llm_config_service::QuotaLimits;
use serde_json::{Value, json};

use super::app;
use crate::support::{Response, TestApp, UNKNOWN_ID, ai_llm, assign, llm_at, wait_until};

/// A server on the database of `app` with these limits; 0 for none.
fn limited(app: &TestApp, configs: u32, tokens: u32, total: u32) -> TestApp {
    app.second_server_with_quotas(QuotaLimits {
        configs_per_owner: NonZeroU32::new(configs),
        tokens_per_user: NonZeroU32::new(tokens),
        total_configs: NonZeroU32::new(total),
    })
}

fn llm_named(model: &str) -> Value {
    llm_at("https://llm.example/v1", model, None)
}

#[track_caller]
fn check_refused(response: &Response, parts: &[&str]) {
    response.goodmem_error(429, parts);
    assert_eq!(response.header("retry-after"), None);
    assert_eq!(response.json(429)["code"], "RESOURCE_EXHAUSTED");
}

#[test]
fn create_beyond_quota_of_owner_is_429_until_one_is_deleted() {
    let app = app();
    let server = limited(&app, 2, 0, 0);
    let ada = app.user(OrgRole::User);
    let ada = server.client(ada.client.token.as_deref().expect("a token"));
    let first = ada.create_llm_path(&llm_named("a"));
    ada.create_llm(&llm_named("b"));
    let names = ["limit of 2 configurations of one owner", "LLM_CONFIG_MAX_CONFIGS_PER_OWNER"];
    for model in ["c", "d"] {
        check_refused(&ada.post("/v1/llms", &llm_named(model)), &names);
    }
    // Others have quotas of their own.
    server.root().create_llm(&llm_named("a"));
    ada.delete(&first).empty(204);
    ada.create_llm(&llm_named("c"));
    check_refused(&ada.post("/v1/llms", &llm_named("d")), &names);
    let metrics = server.root().get("/metrics").body;
    assert!(metrics.contains("llm_config_limit_refusals_total{limit=\"configs_per_owner\"} 3"), "{metrics}");
}

#[test]
fn create_beyond_quota_of_workspace_is_429_for_members_and_403_for_others() {
    let app = app();
    let server = limited(&app, 1, 0, 0);
    let (team, other) = (app.workspace(), app.workspace());
    let body = |name: &str, workspace| assign(ai_llm(workspace), &json!({"name": name}));
    server.root().create_ai_llm(&body("a", team));
    let refused = server.root().post("/ai/llm", &body("b", team));
    refused.flashback_error(429, &["The limit of 1 configurations", "LLM_CONFIG_MAX_CONFIGS_PER_OWNER"]);
    assert_eq!(refused.header("retry-after"), None);
    let outsider = app.user(OrgRole::User);
    app.member(other, outsider.id, WorkspaceRole::Write);
    let outsider = server.client(outsider.client.token.as_deref().expect("a token"));
    outsider.post("/ai/llm", &body("b", team)).flashback_error(403, &["WRITE"]);
    outsider.create_ai_llm(&body("b", other));
}

#[test]
fn create_beyond_quota_of_installation_is_429() {
    let app = app();
    let server = limited(&app, 0, 0, 2);
    server.root().create_llm(&llm_named("a"));
    server.root().create_ai_llm(&ai_llm(app.workspace()));
    let names = ["2 configurations of this installation", "LLM_CONFIG_MAX_TOTAL_CONFIGS"];
    check_refused(&server.root().post("/v1/llms", &llm_named("b")), &names);
    // Another server still has room, and the operator's commands always have.
    app.root().create_llm(&llm_named("b"));
}

#[test]
fn create_after_another_server_has_deleted_succeeds_within_a_second() {
    let app = app();
    let server = limited(&app, 1, 0, 0);
    let path = server.root().create_llm_path(&llm_named("a"));
    assert_eq!(server.root().post("/v1/llms", &llm_named("b")).status, 429);
    app.root().delete(&path).empty(204);
    wait_until("the quota stays used up", || server.root().post("/v1/llms", &llm_named("b")).status == 201);
}

#[test]
fn issue_beyond_quota_is_429_and_expired_tokens_do_not_count() {
    let app = app();
    let server = limited(&app, 0, 2, 0);
    let ada = app.user(OrgRole::User);
    let expired = Timestamp::from_micros(1);
    app.token(ada.id, TokenScope { expires_at: Some(expired), ..TokenScope::default() });
    let client = server.client(ada.client.token.as_deref().expect("a token"));
    let issued = client.post("/v1/apikeys", &json!({})).json(201);
    let names = ["limit of 2 tokens of one user", "LLM_CONFIG_MAX_TOKENS_PER_USER"];
    check_refused(&client.post("/v1/apikeys", &json!({})), &names);
    // A token that is switched off can be switched on again.
    let path = format!("/v1/apikeys/{}", issued["apiKeyMetadata"]["apiKeyId"].as_str().expect("an id"));
    client.put(&path, &json!({"status": "INACTIVE"})).json(200);
    check_refused(&client.post("/v1/apikeys", &json!({})), &names);
    // The holder counts, not the issuer.
    let for_ada = json!({"subjectPrincipalId": ada.id});
    check_refused(&server.root().post("/v1/apikeys", &for_ada), &names);
    let grace = app.user(OrgRole::User);
    let grace = server.client(grace.client.token.as_deref().expect("a token"));
    assert_eq!(grace.post("/v1/apikeys", &for_ada).status, 400, "a stranger learns nothing");
    client.delete(&path).empty(204);
    client.post("/v1/apikeys", &json!({})).json(201);
}

#[test]
fn issue_with_many_expired_tokens_deletes_those_that_expired_first() {
    let app = app();
    let server = limited(&app, 0, 2, 0);
    let ada = app.user(OrgRole::User);
    for end in 1..=30 {
        let expires_at = Some(Timestamp::from_micros(end));
        app.token(ada.id, TokenScope { expires_at, ..TokenScope::default() });
    }
    let client = server.client(ada.client.token.as_deref().expect("a token"));
    client.post("/v1/apikeys", &json!({})).json(201);
    let left = client.get("/v1/apikeys").json(200)["keys"].as_array().map(Vec::len);
    assert_eq!(left, Some(2));
}

#[test]
fn issue_narrowed_to_more_than_100_entries_is_refused() {
    let app = app();
    for (name, entry) in [("workspaces", UNKNOWN_ID), ("rights", "READ_LLM_OWN")] {
        let response = app.root().post("/v1/apikeys", &json!({name: vec![entry; 101]}));
        response.goodmem_error(400, &["must have at most 100 entries, but has 101"]);
        assert_eq!(response.error_fields(), [name]);
    }
}
