//! Errors of providers: what passes, and what becomes an error of the gateway.

use serde_json::json;

use super::gateway;
use crate::support::{Api, NamedIn, RawResponse, StreamProvider};

const CHAT: &str = "/openai/v1/chat/completions";

/// A call to a provider that answers with this.
#[track_caller]
fn call(status: u16, headers: &'static [(&'static str, &'static str)], body: &'static str) -> RawResponse {
    let gateway = gateway();
    let provider = StreamProvider::start(move |_, connection| connection.respond(status, headers, body));
    gateway.config("prod", "VLLM", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod"}"#);
    assert_eq!(provider.requests().len(), 1, "a call is sent once");
    response
}

/// Case 29.
#[test]
fn error_of_provider_passes_with_its_status_body_and_limits() {
    const HEADERS: &[(&str, &str)] = &[
        ("content-type", "application/problem+json"),
        ("retry-after", "7"),
        ("retry-after-ms", "7000"),
        ("x-should-retry", "false"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("anthropic-ratelimit-requests-reset", "2026-11-30T00:00:00Z"),
        ("request-id", "req_1"),
        ("x-request-id", "req_2"),
    ];
    const BODY: &str = "{\"error\" : {\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}\n";
    for status in [400, 404, 422, 429, 500, 529] {
        let response = call(status, HEADERS, BODY);
        assert_eq!((response.head.status, response.text().as_str()), (status, BODY));
        assert_eq!(response.header("x-llm-config-source"), Some("upstream"));
        assert_eq!(response.header("x-llm-config-error"), None);
        for (name, value) in &HEADERS[..7] {
            assert_eq!(response.header(name), Some(*value), "{status} {name}");
        }
        assert_eq!(response.header("x-llm-config-upstream-request-id"), Some("req_2"));
        assert!(response.header("x-request-id").is_some_and(|id| id != "req_2"));
    }
}

/// A used-up quota is no reason to try again, whatever the status suggests.
#[test]
fn error_of_spent_account_tells_clients_not_to_retry() {
    let json: &[_] = &[("content-type", "application/json")];
    let body = r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#;
    let response = call(429, json, body);
    assert_eq!((response.head.status, response.header("x-should-retry")), (429, Some("false")));
    let response = call(402, json, r#"{"error":{"message":"Insufficient Balance"}}"#);
    assert_eq!((response.head.status, response.header("x-should-retry")), (402, Some("false")));
    let response = call(429, json, r#"{"error":{"message":"Rate limit reached for requests"}}"#);
    assert_eq!((response.head.status, response.header("x-should-retry")), (429, None));
}

/// Case 30.
#[test]
fn refusal_of_the_stored_credential_is_an_error_of_the_gateway() {
    const UNAUTHORIZED: &str =
        r#"{"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}}"#;
    const NOT_VALID: &str = concat!(
        r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","#,
        r#""status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","#,
        r#""reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#
    );
    const NO_MODEL: &str = concat!(
        r#"{"error":{"message":"Project `p` does not have access to model `tiny-1`","#,
        r#""type":"invalid_request_error","code":"model_not_found"}}"#
    );
    let gateway = gateway();
    let provider = StreamProvider::start(|request, connection| {
        if request.target.starts_with("/v1beta") {
            connection.json(400, NOT_VALID);
        } else if request.text().contains("forbidden") {
            connection.json(403, NO_MODEL);
        } else {
            connection.json(401, UNAUTHORIZED);
        }
    });
    let config = gateway.config("prod", "OPENAI", &provider);
    gateway.workspace_config("gemini", "GOOGLE", &provider);
    let refused = gateway.root().call(CHAT, r#"{"model":"prod"}"#);
    refused.is_gateway_error(502, "credential_refused");
    assert_eq!(refused.header("x-should-retry"), Some("false"));
    assert!(!refused.text().contains("Incorrect"), "{}", refused.text());
    assert_eq!(refused.json()["error"]["type"], "llm_config_error");
    let route = "/gemini/v1beta/models/gemini/tiny-1:generateContent";
    gateway.root().call(route, "{}").is_gateway_error(502, "credential_refused");
    let passed = gateway.root().call(CHAT, r#"{"model":"prod","x":"forbidden"}"#);
    assert_eq!((passed.head.status, passed.text().as_str()), (403, NO_MODEL));
    assert_eq!(passed.header("x-llm-config-source"), Some("upstream"));
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.upstream_errors, usage.ok), (2, 2, 0));
    assert_eq!(usage.calls_without_usage, 0);
}

/// "Replace the stored credential" would mislead where none is stored.
#[test]
fn refusal_of_a_call_without_credential_says_that_none_is_stored() {
    const UNAUTHORIZED: &str = r#"{"error":{"message":"Missing bearer authentication in header"}}"#;
    let gateway = gateway();
    let provider = StreamProvider::with_json(401, UNAUTHORIZED);
    gateway.config_with("prod", "VLLM", &provider, &json!({"credentials": null}));
    let refused = gateway.root().call(CHAT, r#"{"model":"prod"}"#);
    refused.is_gateway_error(502, "credential_refused");
    let message = "the configuration has no credential, and the provider requires one; store one";
    assert_eq!(refused.json()["error"]["message"], message);
}

/// Case 34.
#[test]
fn answer_that_is_not_the_api_is_an_error() {
    let location: &[_] = &[("location", "http://evil.example/"), ("content-type", "application/json")];
    for status in [301, 302, 307, 308] {
        let response = call(status, location, "{}");
        response.is_gateway_error(502, "not_an_api_answer");
        assert_eq!(response.header("location"), None);
    }
    let html: &[_] = &[("content-type", "text/html; charset=utf-8")];
    call(200, html, "<html>Sign in</html>").is_gateway_error(502, "not_an_api_answer");
}

/// Case 34.
#[test]
fn json_answer_to_a_stream_request_passes_as_json() {
    const BODY: &str = r#"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#;
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, BODY);
    let config = gateway.config("prod", "VLLM", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod","stream":true}"#);
    response.is_success(BODY);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(gateway.usage(&config).input, 1);
}

/// Case 35.
#[test]
fn success_that_holds_only_an_error_gets_the_status_of_the_error() {
    let json: &[_] = &[("content-type", "application/json")];
    let response = call(200, json, r#"{"error":{"message":"Provider returned error","code":429}}"#);
    assert_eq!(response.head.status, 429);
    assert_eq!(response.header("x-llm-config-source"), Some("upstream"));
    assert_eq!(response.text(), r#"{"error":{"message":"Provider returned error","code":429}}"#);
    let response = call(200, json, r#"{"error":{"message":"no","code":"server_error"}}"#);
    assert_eq!(response.head.status, 502);
}

/// Case 35.
#[test]
fn stream_that_begins_with_an_error_gets_the_status_of_the_error() {
    let gateway = gateway();
    let provider = StreamProvider::with_events(&[
        ": OPENROUTER PROCESSING\n\n",
        ": OPENROUTER PROCESSING\n\n",
        "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n",
        "data: [DONE]\n\n",
    ]);
    let config = gateway.config("prod", "VLLM", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod","stream":true}"#);
    assert_eq!((response.head.status, response.is_whole), (503, true));
    assert_eq!(response.text(), r#"{"error":{"message":"overloaded","code":503}}"#);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.header("x-llm-config-source"), Some("upstream"));
    assert_eq!(gateway.usage(&config).upstream_errors, 1);
}

/// Case 35: the only event may lack the empty line behind it.
#[test]
fn stream_of_only_an_unfinished_error_gets_its_status() {
    let gateway = gateway();
    let provider =
        StreamProvider::with_events(&["data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}"]);
    let config = gateway.config("prod", "VLLM", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod","stream":true}"#);
    assert_eq!((response.head.status, response.is_whole), (503, true));
    assert_eq!(response.text(), r#"{"error":{"message":"overloaded","code":503}}"#);
    assert_eq!(gateway.usage(&config).upstream_errors, 1);
}

/// Case 40: no API answers so.
#[test]
fn success_that_is_empty_or_no_json_is_an_error() {
    const TEXT: &[(&str, &str)] = &[("content-type", "text/plain")];
    let check = |headers, body| call(200, headers, body).is_gateway_error(502, "not_an_api_answer");
    check(&[], "");
    check(&[], "upstream connect error");
    check(&[("content-type", "application/json")], " ");
    check(TEXT, "");
    check(TEXT, "no healthy upstream");
    call(200, TEXT, "{\"choices\":[]}").is_success("{\"choices\":[]}");
    call(200, &[], "{\"choices\":[]}").is_success("{\"choices\":[]}");

    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "");
    let config = gateway.workspace_config("gemini", "GOOGLE", &provider);
    let route = "/gemini/v1beta/models/gemini/tiny-1:streamGenerateContent";
    gateway.root().call(route, "{}").is_gateway_error(502, "not_an_api_answer");
    assert_eq!(gateway.usage(&config).faults, 1);
}

/// Case 40.
#[test]
fn empty_stream_is_an_error() {
    let gateway = gateway();
    for (api, events) in [(Api::Chat, &[][..]), (Api::Messages, &[": nothing\n\n"][..])] {
        let provider = StreamProvider::with_events(events);
        let config = api.config(&gateway, &provider);
        let path = api.path(&config, NamedIn::Model);
        let response = gateway.root().call(&path, api.body(&config, NamedIn::Model));
        response.is_gateway_error(502, "not_an_api_answer");
        assert_eq!(gateway.usage(&config).faults, 1);
    }
}

/// Case 61.
#[test]
fn compressed_answer_passes_unread() {
    const BODY: &[u8] = b"\x1f\x8b\x08\x00{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}\xff\x00";
    let gateway = gateway();
    let provider = StreamProvider::start(|_, connection| {
        let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
        connection.respond(200, &headers, BODY);
    });
    let config = gateway.config("prod", "VLLM", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod"}"#);
    assert_eq!((response.head.status, response.body.as_slice()), (200, BODY));
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    assert_eq!(provider.last().header("accept-encoding"), Some("identity"));
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.ok, usage.input, usage.calls_without_usage), (1, 1, 0, 1));
}

/// Errors of more than 64 KiB are no errors of an API.
#[test]
fn error_of_provider_beyond_the_limit_is_an_error_of_the_gateway() {
    let gateway = gateway();
    let provider = StreamProvider::start(|_, connection| connection.json(500, vec![b'x'; 64 * 1024 + 1]));
    gateway.config("prod", "VLLM", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod"}"#);
    response.is_gateway_error(502, "provider_response_too_large");
    assert!(response.text().contains("exceeds 65536 bytes"), "{}", response.text());
}

#[test]
fn call_that_fails_before_it_is_sent_counts_as_a_fault() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{}");
    gateway.config("prod", "VLLM", &provider);
    let server = gateway.app.second_server_without_provider_access();
    server.root().call(CHAT, r#"{"model":"prod"}"#).is_gateway_error(502, "destination_refused");
    let metrics = server.root().get("/metrics").body;
    let calls: Vec<_> = metrics.lines().filter(|line| line.starts_with("llm_config_calls_total")).collect();
    let expected = r#"llm_config_calls_total{dialect="openai",provider="VLLM",end="fault"} 1"#;
    assert_eq!(calls, [expected]);
}
