//! What the official clients send, recorded, and what they and the providers get.

use std::sync::Arc;

use serde_json::{Value, json};

use super::gateway;
use crate::support::{
    Api, CalledConfig, Gate, Gateway, MODEL, NamedIn, RawClient, RawResponse, SentRequest, StreamProvider,
    VALID_KEY,
};

const COMPLETION: &str = concat!(
    r#"{"id": "c", "model": "tiny-1-2026", "choices": [{"index": 0, "message": {"content": "héllo"}}], "#,
    r#""usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}"#,
    "\n"
);

/// The headers of `OpenAI`'s client for Python, without its key.
const OPENAI_PYTHON: &[(&str, &str)] = &[
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate"),
    ("user-agent", "OpenAI/Python 3.57.0"),
    ("x-stainless-lang", "python"),
    ("x-stainless-retry-count", "0"),
    ("x-stainless-read-timeout", "600"),
];

/// Sends a POST with these headers and the token in `header`, behind `scheme`.
fn post(
    gateway: &Gateway,
    path: &str,
    (header, scheme): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> RawResponse {
    let token = format!("{scheme}{}", gateway.root().token.expect("a token"));
    let mut client = RawClient::connect(&gateway.app.base);
    client.post(path, &[headers, &[(header, token.as_str())]].concat(), body);
    client.response()
}

/// Asserts that the provider got the stored key in this header, and nothing of the token.
#[track_caller]
fn check_key(gateway: &Gateway, request: &SentRequest, header: &str, scheme: &str) {
    assert_eq!(request.header(header), Some(format!("{scheme}{VALID_KEY}").as_str()));
    let keys = ["authorization", "x-api-key", "x-goog-api-key", "api-key"];
    let sent = request.headers.iter().filter(|(name, _)| keys.contains(&name.as_str())).count();
    assert_eq!(sent, 1, "{:?}", request.headers);
    assert!(!request.carries(gateway.root().token.as_deref().expect("a token")));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("llm-config")), "user-agent");
    assert!(!request.headers.iter().any(|(name, _)| name.starts_with("x-stainless")));
}

/// Cases 1 and 10.
#[test]
fn chat_completion_by_name_reaches_the_provider_with_its_model_and_key() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, COMPLETION);
    let config = gateway.config("prod", "VLLM", &provider);
    for named_in in NamedIn::ALL {
        let model = config.model(named_in);
        let body = format!(r#"{{"messages": [{{"role":"user","content":"hi"}}], "model": "{model}"}}"#);
        let path = config.path(named_in, "/openai/v1/chat/completions");
        let response = post(&gateway, &path, ("authorization", "Bearer "), OPENAI_PYTHON, &body);
        response.is_success(COMPLETION);
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.header("x-llm-config-id"), Some(config.id.to_string().as_str()));
        assert_eq!(response.header("x-llm-config-added"), None);
        assert!(response.header("x-request-id").is_some());
        let request = provider.last();
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/v1/chat/completions"));
        let sent = r#"{"messages": [{"role":"user","content":"hi"}], "model": "tiny-1"}"#;
        assert_eq!(request.text(), sent, "{named_in:?}");
        check_key(&gateway, &request, "authorization", "Bearer ");
    }
}

/// Case 2.
#[test]
fn chat_completion_by_id_or_with_upstream_model_reaches_the_provider() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, COMPLETION);
    let owned = gateway.config("prod", "VLLM", &provider);
    let shared = gateway.workspace_config("team", "OTHER", &provider);
    for (model, sent) in [
        (owned.id.to_string(), MODEL),
        (owned.id.to_string().to_uppercase(), MODEL),
        (format!("{}/{MODEL}", owned.id), MODEL),
        (format!("prod/{MODEL}"), MODEL),
        ("team/org/Model:free".to_owned(), "org/Model:free"),
        (format!("{}/x y", shared.id), "x y"),
    ] {
        let body = json!({"model": model}).to_string();
        gateway.root().call("/openai/v1/chat/completions", body).is_success(COMPLETION);
        assert_eq!(provider.last().json(), json!({"model": sent}), "{model}");
    }
}

/// A provider that sends each event when the gate is opened.
fn paced(events: &'static [&'static str], gate: &Gate) -> StreamProvider {
    let gate = gate.clone();
    StreamProvider::start(move |_, connection| {
        connection.begin_events();
        for event in events {
            gate.pass("the client has not read the event before");
            connection.chunk(event);
        }
        connection.end_chunks();
    })
}

/// Cases 3, 4, 7, 9 and 10: events pass byte for byte, and each before the provider sends the next one.
#[test]
fn stream_passes_byte_for_byte_and_in_time() {
    let gateway = gateway();
    for api in Api::ALL {
        let gate = Gate::default();
        let provider = paced(api.events(), &gate);
        let config = api.config(&gateway, &provider);
        for named_in in NamedIn::ALL {
            let path = api.path(&config, named_in);
            let mut client = gateway.root().begin_call(&path, api.body(&config, named_in));
            gate.open();
            let head = client.head();
            assert_eq!(head.status, 200, "{api:?}");
            assert_eq!(head.header("content-type"), Some("text/event-stream"));
            assert_eq!(head.header("x-accel-buffering"), Some("no"));
            assert!(head.header("cache-control").is_some_and(|value| value.starts_with("no-cache")));
            for (number, event) in api.events().iter().enumerate() {
                assert_eq!(client.chunk(&head), *event, "{api:?} {named_in:?}");
                if number + 1 < api.events().len() {
                    gate.open();
                }
            }
            let rest = client.rest(&head);
            assert_eq!((rest.text().as_str(), rest.is_whole), ("", true), "{api:?} {named_in:?}");
        }
        let request = provider.last();
        match api {
            Api::Chat => assert_eq!(request.target, "/v1/chat/completions"),
            Api::Responses => assert_eq!(request.target, "/v1/responses"),
            Api::Messages => assert_eq!(request.target, "/v1/messages"),
            Api::Gemini => {
                assert_eq!(request.target, "/v1beta/models/tiny-1:streamGenerateContent?alt=sse");
            }
        }
        let usage = gateway.usage(&config);
        let tokens = if api == Api::Messages { (9, 5) } else { (7, 5) };
        if api == Api::Chat {
            assert_eq!((usage.calls, usage.ok, usage.calls_without_usage), (2, 2, 2));
        } else {
            assert_eq!((usage.input, usage.output), (2 * tokens.0, 2 * tokens.1), "{api:?}");
            assert_eq!((usage.calls, usage.ok, usage.calls_without_usage), (2, 2, 0), "{api:?}");
        }
        let path = match api {
            Api::Chat | Api::Responses => format!("/v1/llms/{}", config.id),
            Api::Messages | Api::Gemini => continue,
        };
        gateway.root().delete(&path).empty(204);
    }
}

/// Cases 4 and 10.
#[test]
fn response_passes_and_its_usage_is_counted() {
    const BODY: &str = r#"{"id":"r","output":[],"error":null,"usage":{"input_tokens":4,"output_tokens":6}}"#;
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, BODY);
    let config = gateway.config("prod", "OPENAI", &provider);
    for named_in in NamedIn::ALL {
        let body = json!({"model": config.model(named_in), "input": "hi", "store": false}).to_string();
        gateway.root().call(&config.path(named_in, "/openai/v1/responses"), body).is_success(BODY);
        assert_eq!(provider.last().json(), json!({"model": MODEL, "input": "hi", "store": false}));
    }
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.ok, usage.input, usage.output), (2, 2, 8, 12));
}

/// Cases 5 and 10.
#[test]
fn embeddings_in_base64_pass_byte_for_byte() {
    let body: String = format!(
        r#"{{"data":[{{"index":0,"embedding":"{}"}}],"usage":{{"prompt_tokens":8,"total_tokens":8}}}}"#,
        "AACAPwAAAEA/+==\\/".repeat(9000)
    );
    let gateway = gateway();
    let shared = Arc::new(body);
    let of_provider = Arc::clone(&shared);
    let provider = StreamProvider::start(move |_, connection| connection.json(200, of_provider.as_bytes()));
    let config = gateway.config("vectors", "OPENAI", &provider);
    for named_in in NamedIn::ALL {
        let request = format!(
            r#"{{"input":["a","b"],"model":"{}","encoding_format":"base64"}}"#,
            config.model(named_in)
        );
        let response = gateway.root().call(&config.path(named_in, "/openai/v1/embeddings"), request);
        response.is_success(&shared);
        assert_eq!(response.header("content-length"), Some(shared.len().to_string().as_str()));
        let sent = r#"{"input":["a","b"],"model":"tiny-1","encoding_format":"base64"}"#;
        assert_eq!(provider.last().text(), sent);
        assert_eq!(provider.last().target, "/v1/embeddings");
    }
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.input, usage.output, usage.calls_without_usage), (2, 16, 0, 0));
}

/// The configurations of an Anthropic and a Gemini provider.
fn claude(gateway: &Gateway, body: &'static str) -> (StreamProvider, CalledConfig) {
    let provider = StreamProvider::with_json(200, body);
    let config = gateway.workspace_config("claude", "ANTHROPIC", &provider);
    (provider, config)
}

/// Cases 6 and 10.
#[test]
fn message_with_token_in_either_header_reaches_the_provider_with_version_and_betas() {
    const BODY: &str = r#"{"type":"message","content":[],"usage":{"input_tokens":3,"output_tokens":4}}"#;
    const HEADERS: &[(&str, &str)] = &[
        ("anthropic-version", "2026-10-21"),
        ("anthropic-beta", "tools-2026-01-01,x"),
        ("anthropic-beta", "y"),
    ];
    let gateway = gateway();
    let (provider, config) = claude(&gateway, BODY);
    for named_in in NamedIn::ALL {
        for token in [("x-api-key", ""), ("authorization", "Bearer ")] {
            let body = format!(r#"{{"model":"{}","max_tokens":1,"messages":[]}}"#, config.model(named_in));
            let path = config.path(named_in, "/anthropic/v1/messages");
            post(&gateway, &path, token, HEADERS, &body).is_success(BODY);
            let request = provider.last();
            assert_eq!(request.target, "/v1/messages");
            assert_eq!(request.text(), r#"{"model":"tiny-1","max_tokens":1,"messages":[]}"#);
            assert_eq!(request.header("anthropic-version"), Some("2026-10-21"));
            assert_eq!(request.header("anthropic-beta"), Some("tools-2026-01-01,x, y"));
            check_key(&gateway, &request, "x-api-key", "");
            post(&gateway, &path, token, &[], &body).is_success(BODY);
            assert_eq!(provider.last().header("anthropic-version"), Some("2023-06-01"));
        }
    }
    assert_eq!(gateway.usage(&config).input, 8 * 3);
}

/// Cases 8 and 10.
#[test]
fn count_of_tokens_and_beta_are_forwarded_and_no_tokens_are_counted() {
    let gateway = gateway();
    let (provider, config) = claude(&gateway, r#"{"input_tokens": 2095}"#);
    for named_in in NamedIn::ALL {
        let body = json!({"model": config.model(named_in), "messages": []}).to_string();
        let path = config.path(named_in, "/anthropic/v1/messages/count_tokens?beta=true");
        gateway.root().call(&path, body).is_success(r#"{"input_tokens": 2095}"#);
        assert_eq!(provider.last().target, "/v1/messages/count_tokens?beta=true");
    }
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.ok, usage.input, usage.output), (2, 2, 0, 0));
    assert_eq!(usage.calls_without_usage, 0);
}

/// Cases 9 and 10.
#[test]
fn content_of_gemini_in_both_versions_reaches_the_provider() {
    const BODY: &str = concat!(
        r#"{"candidates":[{"content":{"parts":[]},"finishReason":"STOP"}],"#,
        r#""usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"thoughtsTokenCount":1}}"#
    );
    const REQUEST: &str = r#"{"contents": [{"parts": [{"text": "hi"}]}]}"#;
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, BODY);
    let config = gateway.workspace_config("gemini", "GOOGLE", &provider);
    for named_in in NamedIn::ALL {
        for version in ["v1", "v1beta"] {
            let model = config.model(named_in);
            let route = format!("/gemini/{version}/models/{model}:generateContent");
            let token = ("x-goog-api-key", "");
            let path = config.path(named_in, &route);
            post(&gateway, &path, token, &[("x-goog-api-client", "x")], REQUEST).is_success(BODY);
            let request = provider.last();
            assert_eq!(request.target, format!("/{version}/models/tiny-1:generateContent"), "{named_in:?}");
            assert_eq!(request.text(), REQUEST);
            assert_eq!(request.header("x-goog-api-client"), None);
            check_key(&gateway, &request, "x-goog-api-key", "");
        }
    }
    // The client for Python leaves the slash as it is, that for JavaScript encodes it.
    let encoded = "/gemini/v1beta/models/gemini%2Ftiny-1:generateContent";
    gateway.root().call(encoded, REQUEST).is_success(BODY);
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.input, usage.output), (5, 15, 15));
}

/// The models of embeddings in bodies of Gemini are replaced like that of the path.
#[test]
fn embeddings_of_gemini_have_the_model_of_the_provider_in_path_and_body() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, r#"{"embeddings":[]}"#);
    let config = gateway.workspace_config("gemini", "GOOGLE", &provider);
    for named_in in NamedIn::ALL {
        let model = config.model(named_in);
        let path = config.path(named_in, &format!("/gemini/v1beta/models/{model}:batchEmbedContents"));
        let body = json!({"requests": [{"model": format!("models/{model}"), "content": {}}]}).to_string();
        gateway.root().call(&path, body).is_success(r#"{"embeddings":[]}"#);
        let sent: Value = provider.last().json();
        assert_eq!(sent["requests"][0]["model"], "models/tiny-1");
        assert_eq!(provider.last().target, "/v1beta/models/tiny-1:batchEmbedContents");
    }
}
