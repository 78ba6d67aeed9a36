//! The limits of calls at once and in a minute.

use std::num::NonZeroU32;

use llm_config_core::access::TokenScope;
use llm_config_service::CallSlotLimits;
use serde_json::json;

use super::gateway_with_limits;
use crate::support::{CalledConfig, Client, Gate, Gateway, NamedIn, RawResponse, StreamProvider};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = "{\"choices\":[]}";

/// A provider that holds requests for streams until the gate is opened.
fn holding(gate: &Gate, reached: &Gate) -> StreamProvider {
    let (gate, reached) = (gate.clone(), reached.clone());
    StreamProvider::start(move |request, connection| {
        if request.text().contains("hold") {
            reached.open();
            gate.pass("the test has ended");
        }
        connection.json(200, OK);
    })
}

#[track_caller]
fn check_limited(response: &RawResponse) {
    response.is_gateway_error(429, "gateway_limit");
    assert_eq!(response.header("x-should-retry"), Some("true"));
    let seconds: u64 = response.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
}

/// Another token of root.
fn second_token(gateway: &Gateway) -> Client {
    let root = gateway.root().get("/v1/users/me").json(200);
    let root = root["userId"].as_str().expect("an id").parse().expect("a UUID");
    gateway.app.token(root, TokenScope::default()).1
}

/// With one call held, whether further ones of the same and another token are limited.
#[track_caller]
fn check_calls_at_once(limits: CallSlotLimits, is_other_limited: bool) -> (Gateway, CalledConfig) {
    let gateway = gateway_with_limits(limits);
    let (gate, reached) = (Gate::default(), Gate::default());
    let provider = holding(&gate, &reached);
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, CHAT);
    let other = second_token(&gateway);
    let mut held = gateway.root().begin_call(&path, r#"{"x":"hold"}"#);
    reached.pass("the provider gets no request");
    check_limited(&gateway.root().call(&path, "{}"));
    let response = other.call(&path, "{}");
    if is_other_limited {
        check_limited(&response);
    } else {
        response.is_success(OK);
    }
    gate.open();
    held.response().is_success(OK);
    gateway.root().call(&path, "{}").is_success(OK);
    assert_eq!(provider.requests().len(), if is_other_limited { 2 } else { 3 });
    (gateway, config)
}

/// Case 60.
#[test]
fn call_beyond_the_calls_of_a_token_is_refused_until_one_has_ended() {
    let limits = CallSlotLimits { calls_of_token: 1, ..CallSlotLimits::default() };
    let (gateway, config) = check_calls_at_once(limits, false);
    // The URL names the configuration, so its usage counts what was refused.
    assert_eq!(gateway.usage(&config).blocked, 1);
}

/// Case 60: the bodies of one user.
#[test]
fn call_beyond_the_bytes_of_a_user_is_refused_and_counted() {
    let limits = CallSlotLimits { body: 1000, bodies: 4000, ..CallSlotLimits::default() };
    let gateway = gateway_with_limits(limits);
    let (gate, reached) = (Gate::default(), Gate::default());
    let provider = holding(&gate, &reached);
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, CHAT);
    let body = |x: &str| json!({"x": x, "y": "y".repeat(600)}).to_string();
    let mut held = gateway.root().begin_call(&path, body("hold"));
    reached.pass("the provider gets no request");
    check_limited(&gateway.root().call(&path, body("more")));
    gate.open();
    held.response().is_success(OK);
    assert_eq!(gateway.usage(&config).blocked, 1);
}

/// Case 60.
#[test]
fn call_beyond_the_calls_of_a_user_or_configuration_is_refused_with_every_token() {
    check_calls_at_once(CallSlotLimits { calls_of_user: 1, ..CallSlotLimits::default() }, true);
    let limits = CallSlotLimits { calls_of_config: Some(1), ..CallSlotLimits::default() };
    let (gateway, config) = check_calls_at_once(limits, true);
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.ok, usage.blocked), (2, 2, 2));
}

/// Case 60.
#[test]
fn call_beyond_the_rate_of_a_token_is_refused() {
    let limits = CallSlotLimits { rate_of_token: NonZeroU32::new(2), ..CallSlotLimits::default() };
    let gateway = gateway_with_limits(limits);
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, CHAT);
    let other = second_token(&gateway);
    for _ in 0..2 {
        gateway.root().call(&path, "{}").is_success(OK);
    }
    check_limited(&gateway.root().call(&path, "{}"));
    other.call(&path, "{}").is_success(OK);
    assert_eq!(provider.requests().len(), 3);
}
