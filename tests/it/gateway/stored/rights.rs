//! Tokens: where they stand, and what they may call.

use std::collections::BTreeSet;

use llm_config_core::access::{OrgRole, Right, TokenScope, WorkspaceRole};
use serde_json::json;

use super::gateway;
use crate::support::{
    CalledConfig, Client, Gateway, NamedIn, RawClient, RawResponse, StreamProvider, rights_scope,
};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = "{\"choices\":[]}";

/// Case 13.
#[test]
fn missing_unknown_or_second_token_is_refused_in_the_shape_of_the_api() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    gateway.config("prod", "VLLM", &provider);
    let bearer = gateway.root().bearer();
    let routes = [CHAT, "/anthropic/v1/messages", "/gemini/v1/models/prod:generateContent"];
    let two = [("authorization", bearer.as_str()), ("x-api-key", "gm_other")];
    for (headers, parts) in [
        (&two[..], &["authorization", "x-api-key"][..]),
        (&two[1..], &["unknown"]),
        (&[], &["x-goog-api-key"]),
    ] {
        for route in routes {
            let mut client = RawClient::connect(&gateway.app.base);
            client.post(route, headers, r#"{"model":"prod"}"#);
            let response = client.response();
            response.is_gateway_error(401, "token_invalid");
            assert_eq!(response.header("x-should-retry"), Some("false"));
            assert_eq!(response.header("www-authenticate"), Some("Bearer"));
            let body = response.json();
            let error = &body["error"];
            match route {
                CHAT => assert_eq!(error["code"], "token_invalid"),
                "/anthropic/v1/messages" => {
                    assert_eq!(
                        (&body["type"], &error["type"]),
                        (&json!("error"), &json!("authentication_error"))
                    );
                }
                _ => assert_eq!((&error["code"], &error["status"]), (&json!(401), &json!("UNAUTHENTICATED"))),
            }
            let message = error["message"].as_str().expect("a message");
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
    }
    let token = gateway.root().token.expect("a token");
    for header in ["x-api-key", "x-goog-api-key", "api-key"] {
        let mut client = RawClient::connect(&gateway.app.base);
        client.post(CHAT, &[("authorization", bearer.as_str()), (header, &token)], r#"{"model":"prod"}"#);
        client.response().is_success(OK);
    }
    assert_eq!(provider.requests().len(), 3);
}

/// The responses to a call by name and by the URL.
fn calls(client: &Client, config: &CalledConfig) -> [RawResponse; 2] {
    NamedIn::ALL.map(|named_in| {
        let model = if named_in == NamedIn::Model { &config.by_name } else { "tiny-1" };
        client.call(&config.path(named_in, CHAT), json!({"model": model}).to_string())
    })
}

#[track_caller]
fn check_refused(client: &Client, config: &CalledConfig) {
    let [by_name, by_id] = calls(client, config);
    by_name.is_gateway_error(404, "model_not_found");
    by_id.is_gateway_error(403, "call_not_allowed");
    // The answer is cached, and the same.
    let [by_name, by_id] = calls(client, config);
    by_name.is_gateway_error(404, "model_not_found");
    by_id.is_gateway_error(403, "call_not_allowed");
    let models = client.get("/openai/v1/models").json(200);
    assert_eq!(models["data"], json!([]));
}

/// Whether a call is allowed. Calls of users may not reach this machine, so an allowed one is refused later.
#[track_caller]
fn check_allowed(client: &Client, config: &CalledConfig) {
    for response in calls(client, config) {
        let code = response.header("x-llm-config-error");
        assert!(matches!(code, None | Some("destination_refused")), "{code:?} {}", response.text());
    }
}

fn gateway_and_configs(provider: &StreamProvider) -> (Gateway, CalledConfig, CalledConfig) {
    let gateway = gateway();
    let owned = gateway.config("prod", "VLLM", provider);
    let shared = gateway.workspace_config("team", "OTHER", provider);
    (gateway, owned, shared)
}

/// Case 15.
#[test]
fn call_without_the_right_is_refused_and_reaches_no_provider() {
    let provider = StreamProvider::with_json(200, OK);
    let (gateway, owned, shared) = gateway_and_configs(&provider);
    let root = gateway.root().get("/v1/users/me").json(200);
    let root = root["userId"].as_str().expect("an id").parse().expect("a UUID");
    let readers = [Right::ReadLlmAny, Right::ReadLlmOwn, Right::ListLlmAny, Right::ListLlmOwn];
    let (_, reader) = gateway.app.token(root, rights_scope(&readers));
    let stranger = gateway.app.user(OrgRole::User).client;
    for client in [&reader, &stranger] {
        check_refused(client, &owned);
        check_refused(client, &shared);
    }
    let unknown = "/llm-config/v1/configs/550e8400-e29b-41d4-a716-446655440000/openai/v1/chat/completions";
    stranger.call(unknown, r#"{"model":"x"}"#).is_gateway_error(404, "model_not_found");
    assert_eq!(provider.requests().len(), 0);
    check_allowed(&gateway.root(), &owned);
    assert_eq!(provider.requests().len(), 2);
    // Each of the two has called each by its id twice.
    for config in [&owned, &shared] {
        assert_eq!(gateway.usage(config).refused, 4);
    }
    // Refusals by id are in the audit trail, at least one for each caller and configuration.
    let denials = gateway.app.audit_events();
    let denials = denials.iter().filter(|event| event.starts_with("credential.refused")).count();
    assert!((4..=8).contains(&denials), "{denials}");
}

/// Case 15.
#[test]
fn member_of_a_workspace_may_call_its_configurations_only() {
    let provider = StreamProvider::with_json(200, OK);
    let (gateway, owned, shared) = gateway_and_configs(&provider);
    let other = gateway.root().create_workspace("other");
    let elsewhere = gateway.workspace_config_in(&other, "elsewhere", "OTHER", &provider);
    let member = gateway.app.user(OrgRole::User);
    gateway.app.member(gateway.workspace.parse().expect("a UUID"), member.id, WorkspaceRole::Read);
    check_allowed(&member.client, &shared);
    for config in [&owned, &elsewhere] {
        let [by_name, by_id] = calls(&member.client, config);
        by_name.is_gateway_error(404, "model_not_found");
        by_id.is_gateway_error(403, "call_not_allowed");
    }
    let workspaces = Some(BTreeSet::from([other.parse().expect("a UUID")]));
    let narrowed = TokenScope { workspaces, ..TokenScope::default() };
    check_refused(&gateway.app.token(member.id, narrowed).1, &shared);
}

/// Case 15.
#[test]
fn token_for_some_configurations_calls_these_only() {
    let provider = StreamProvider::with_json(200, OK);
    let (gateway, owned, shared) = gateway_and_configs(&provider);
    let root = gateway.root().get("/v1/users/me").json(200);
    let root = root["userId"].as_str().expect("an id").parse().expect("a UUID");
    let narrowed = TokenScope { configs: Some(BTreeSet::from([owned.id])), ..TokenScope::default() };
    let (_, client) = gateway.app.token(root, narrowed);
    check_allowed(&client, &owned);
    let [by_name, by_id] = calls(&client, &shared);
    by_name.is_gateway_error(404, "model_not_found");
    by_id.is_gateway_error(403, "call_not_allowed");
    let models = client.get("/openai/v1/models").json(200);
    assert_eq!(models["data"].as_array().expect("a list").len(), 1);
    assert_eq!(provider.requests().len(), 2);
}
