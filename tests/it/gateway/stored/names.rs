//! How requests name a configuration and its model.

use serde_json::json;

use super::gateway;
use crate::support::{Gateway, MODEL, NamedIn, RawClient, RawResponse, StreamProvider};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = "{\"choices\":[]}";

fn call(gateway: &Gateway, model: &str) -> RawResponse {
    gateway.root().call(CHAT, json!({"model": model}).to_string())
}

/// Case 16.
#[test]
fn name_of_several_configurations_is_refused_unless_the_workspace_decides() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let other = gateway.root().create_workspace("other");
    let first = gateway.workspace_config("twin", "OTHER", &provider);
    let second = gateway.workspace_config_in(&other, "twin", "OTHER", &provider);
    let response = call(&gateway, "twin/x");
    response.is_gateway_error(400, "ambiguous_model");
    for id in [first.id, second.id] {
        assert!(response.text().contains(&id.to_string()), "{}", response.text());
    }
    let within = |workspace: &str| {
        let mut client = RawClient::connect(&gateway.app.base);
        let headers =
            [("authorization", gateway.root().bearer()), ("x-llm-config-workspace", workspace.to_owned())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        client.post(CHAT, &headers, r#"{"model":"twin/x"}"#);
        client.response()
    };
    for (workspace, config) in [(&gateway.workspace, first.id), (&other, second.id)] {
        let response = within(workspace);
        response.is_success(OK);
        assert_eq!(response.header("x-llm-config-id"), Some(config.to_string().as_str()));
    }
    for unknown in ["550e8400-e29b-41d4-a716-446655440000", "x"] {
        within(unknown).is_gateway_error(404, "model_not_found");
    }
    call(&gateway, &format!("{}/x", second.id)).is_success(OK);
    assert_eq!(provider.requests().len(), 3);
}

/// Case 17.
#[test]
fn configuration_without_model_requires_one() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.workspace_config("team", "OTHER", &provider);
    for model in ["team".to_owned(), "team/".to_owned(), config.id.to_string()] {
        call(&gateway, &model).is_gateway_error(400, "model_required");
    }
    let path = config.path(NamedIn::Url, CHAT);
    for body in ["{}", r#"{"model":""}"#, r#"{"model":null}"#] {
        gateway.root().call(&path, body).is_gateway_error(400, "model_required");
    }
    gateway.root().call(CHAT, "{}").is_gateway_error(400, "model_required");
    assert_eq!(provider.requests().len(), 0);
    gateway.root().call(&path, r#"{"model":"team"}"#).is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": "team"}));
    assert_eq!(gateway.usage(&config).refused, 6);
}

/// Case 18.
#[test]
fn other_model_than_the_stored_one_is_refused() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    for model in ["prod/other", "prod/", "prod/Tiny-1", "prod/tiny-1/x"] {
        let response = call(&gateway, model);
        response.is_gateway_error(400, "model_not_allowed");
        assert!(response.text().contains(MODEL), "{}", response.text());
    }
    let path = config.path(NamedIn::Url, CHAT);
    for model in ["other", "prod/tiny-1", "Prod"] {
        let response = gateway.root().call(&path, json!({"model": model}).to_string());
        response.is_gateway_error(400, "model_not_allowed");
    }
    assert_eq!(provider.requests().len(), 0);
    for model in [json!(null), json!(""), json!("prod"), json!(MODEL), json!(config.id.to_string())] {
        gateway.root().call(&path, json!({"model": model}).to_string()).is_success(OK);
        assert_eq!(provider.last().json(), json!({"model": MODEL}), "{model}");
    }
    gateway.root().call(&path, "{}").is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": MODEL}));
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.refused), (6, 7));
}

/// A name with a slash is found whole before its part is.
#[test]
fn name_with_a_slash_is_found_whole() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let whole = gateway.config("team/x", "VLLM", &provider);
    gateway.workspace_config("team", "OTHER", &provider);
    let response = call(&gateway, "team/x");
    response.is_success(OK);
    assert_eq!(response.header("x-llm-config-id"), Some(whole.id.to_string().as_str()));
    call(&gateway, "team/y").is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": "y"}));
    for unknown in ["", "TEAM/y", "nothing", "/x", "team /y"] {
        call(&gateway, unknown).is_gateway_error(404, "model_not_found");
    }
}
