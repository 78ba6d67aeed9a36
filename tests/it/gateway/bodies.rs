//! Request bodies: what passes byte for byte, what is added, and what is refused.

use serde_json::{Value, json};

use super::gateway;
use crate::support::{CalledConfig, Gateway, MODEL, NamedIn, RawResponse, StreamProvider};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = r#"{"choices":[]}"#;

/// Asserts that a call is refused with this code and that the provider sees nothing of it.
#[track_caller]
fn check_refused(provider: &StreamProvider, response: &RawResponse, code: &str, parts: &[&str]) {
    response.is_gateway_error(400, code);
    assert_eq!(response.header("x-should-retry"), Some("false"));
    for part in parts {
        assert!(response.text().contains(part), "`{}` does not contain `{part}`", response.text());
    }
    assert_eq!(provider.requests().len(), 0, "{}", response.text());
}

/// Case 19.
#[test]
fn body_that_can_be_read_in_two_ways_is_refused() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    for body in [
        r#"{"model":"prod","model":"prod"}"#,
        r#"{"model":"prod","mod\u0065l":"other"}"#,
        r#"{"model":"prod","Model":"other"}"#,
        r#"{"model":"prod","stream":true,"stream":false}"#,
        r#"{"model":"prod","STREAM":true}"#,
        r#"["prod",true]"#,
        r#""prod""#,
        "",
        "\u{feff}{\"model\":\"prod\"}",
        r#"{"model":"prod"} x"#,
        r#"{"model":"prod""#,
        r#"{"model":7}"#,
        r#"{"model":"prod","stream":"true"}"#,
    ] {
        for named_in in NamedIn::ALL {
            let response = gateway.root().call(&config.path(named_in, CHAT), body);
            check_refused(&provider, &response, "invalid_body", &[]);
        }
    }
}

/// Case 20.
#[test]
fn unusual_body_arrives_byte_for_byte() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    let nested = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    for (before, after) in [
        ("{ \n\t\"z\" : 1 ,\"a\":{\"b\" : [ ] },\"model\" :   ", " ,\"unknown_field\":{\"x\":null} }\r\n "),
        ("{\"lone\":\"\\ud800\",\"model\":", ",\"big\":1e400,\"n\":123456789012345678901234567890}"),
        (&format!("{{\"deep\":{nested},\"model\":"), ",\"messages\":[{\"model\":\"inner\",\"stream\":1}]}"),
        ("{\"emoji\":\"\u{1f600}\\u00e9\",\"dup\":1,\"dup\":2,\"model\":", "}"),
    ] {
        for named_in in NamedIn::ALL {
            let body = format!("{before}\"{}\"{after}", config.model(named_in));
            gateway.root().call(&config.path(named_in, CHAT), body).is_success(OK);
            assert_eq!(provider.last().text(), format!("{before}\"{MODEL}\"{after}"));
        }
    }
}

/// Sends a chat completion with these members, and returns what was added.
#[track_caller]
fn added(
    gateway: &Gateway,
    provider: &StreamProvider,
    config: &CalledConfig,
    body: &Value,
) -> (Value, String) {
    let response = gateway.root().call(&config.path(NamedIn::Url, CHAT), body.to_string());
    assert_eq!(response.head.status, 200, "{}", response.text());
    let header = response.header("x-llm-config-added").unwrap_or_default().to_owned();
    (provider.last().json(), header)
}

/// Case 21.
#[test]
fn stored_defaults_are_added_unless_the_client_has_decided() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let defaults = json!({"defaultSamplingParams": {"maxTokens": 64, "temperature": 0.5, "topP": 0.9}});
    let config = gateway.config_with("prod", "VLLM", &provider, &defaults);
    for (body, expected, header) in [
        (
            json!({"model": MODEL}),
            json!({"model": MODEL, "max_tokens": 64, "temperature": 0.5, "top_p": 0.9}),
            "max_tokens,temperature,top_p",
        ),
        (
            json!({"model": MODEL, "temperature": 1, "top_p": 0.1}),
            json!({"model": MODEL, "temperature": 1, "top_p": 0.1, "max_tokens": 64}),
            "max_tokens",
        ),
        (
            json!({"model": MODEL, "max_completion_tokens": 5, "temperature": null}),
            json!({"model": MODEL, "max_completion_tokens": 5, "temperature": null, "top_p": 0.9}),
            "top_p",
        ),
        (
            json!({"model": MODEL, "max_tokens": null, "temperature": 0, "top_p": 1}),
            json!({"model": MODEL, "max_tokens": null, "temperature": 0, "top_p": 1}),
            "",
        ),
    ] {
        assert_eq!(added(&gateway, &provider, &config, &body), (expected, header.to_owned()), "{body}");
    }
}

/// Case 22.
#[test]
fn model_without_sampling_gets_no_sampling_default_but_that_of_the_client() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let changes = json!({
        "defaultSamplingParams": {"maxTokens": 64, "temperature": 0.5},
        "capabilities": {"supportsSamplingParameters": false},
    });
    let config = gateway.config_with("prod", "VLLM", &provider, &changes);
    let (sent, header) = added(&gateway, &provider, &config, &json!({"model": MODEL, "top_p": 0.3}));
    assert_eq!(sent, json!({"model": MODEL, "top_p": 0.3, "max_tokens": 64}));
    assert_eq!(header, "max_tokens");
}

const CHUNKS: &[&str] = &[
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n",
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":3,\
     \"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n",
    "data: [DONE]\n\n",
];

fn usage_provider() -> StreamProvider {
    StreamProvider::start(|request, connection| {
        let asked = request.json()["stream_options"]["include_usage"] == true;
        connection.begin_events();
        for frame in CHUNKS.iter().filter(|frame| asked || !frame.contains("\"choices\":[],")) {
            connection.chunk(frame);
        }
        connection.end_chunks();
    })
}

/// Case 23.
#[test]
fn usage_that_the_client_did_not_ask_for_is_counted_and_not_shown() {
    let gateway = gateway();
    let provider = usage_provider();
    let config = gateway.config("prod", "VLLM", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod","stream":true}"#);
    response.is_success(&[CHUNKS[0], CHUNKS[1], CHUNKS[3]].concat());
    assert_eq!(response.header("x-llm-config-added"), Some("stream_options"));
    let sent = r#"{"model":"tiny-1","stream":true,"stream_options":{"include_usage":true}}"#;
    assert_eq!(provider.last().text(), sent);
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.input, usage.output, usage.cached), (1, 11, 3, 4));
    assert_eq!(usage.calls_without_usage, 0);
}

/// Case 24.
#[test]
fn usage_that_the_client_decides_about_is_left_to_it() {
    let gateway = gateway();
    let provider = usage_provider();
    let config = gateway.config("prod", "VLLM", &provider);
    let ask = |asked: bool| {
        let body = json!({"model": "prod", "stream": true, "stream_options": {"include_usage": asked}});
        let response = gateway.root().call(CHAT, body.to_string());
        assert_eq!(response.header("x-llm-config-added"), None);
        assert_eq!(provider.last().json()["stream_options"], json!({"include_usage": asked}));
        response
    };
    ask(true).is_success(&CHUNKS.concat());
    assert_eq!(gateway.usage(&config).input, 11);
    ask(false).is_success(&[CHUNKS[0], CHUNKS[1], CHUNKS[3]].concat());
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.input, usage.calls_without_usage), (2, 11, 1));
}

/// Case 25.
#[test]
fn provider_of_unknown_kind_is_not_asked_for_usage() {
    let gateway = gateway();
    let provider = usage_provider();
    let config = gateway.config("prod", "CUSTOM_OPENAI_COMPATIBLE", &provider);
    let response = gateway.root().call(CHAT, r#"{"model":"prod","stream":true}"#);
    response.is_success(&[CHUNKS[0], CHUNKS[1], CHUNKS[3]].concat());
    assert_eq!(provider.last().text(), r#"{"model":"tiny-1","stream":true}"#);
    assert_eq!(gateway.usage(&config).calls_without_usage, 1);
}

/// Case 26.
#[test]
fn reference_to_state_at_the_provider_is_refused() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    gateway.config("prod", "OPENAI", &provider);
    gateway.workspace_config("claude", "ANTHROPIC", &provider);
    gateway.workspace_config("gemini", "GOOGLE", &provider);
    let gemini = "/gemini/v1beta/models/gemini/x:generateContent";
    let count = "/gemini/v1beta/models/gemini/x:countTokens";
    for (path, model, field, value) in [
        ("/openai/v1/responses", "prod", "previous_response_id", json!("resp_1")),
        ("/openai/v1/responses", "prod", "conversation", json!({"id": "conv_1"})),
        ("/openai/v1/responses", "prod", "background", json!(true)),
        ("/openai/v1/responses", "prod", "prompt", json!({"id": "pmpt_1"})),
        ("/anthropic/v1/messages", "claude/x", "container", json!("c")),
        (gemini, "gemini/x", "cachedContent", json!("cachedContents/1")),
        (gemini, "gemini/x", "cached_content", json!("cachedContents/1")),
        (count, "gemini/x", "generateContentRequest", json!({"cachedContent": "cachedContents/1"})),
    ] {
        let response = gateway.root().call(path, json!({"model": model, field: value}).to_string());
        check_refused(&provider, &response, "stateful_reference", &[field]);
    }
    let harmless = json!({"model": "prod", "background": false, "previous_response_id": null, "store": true});
    gateway.root().call("/openai/v1/responses", harmless.to_string()).is_success(OK);
}

#[test]
fn tool_that_names_another_model_is_refused_where_one_is_stored() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    gateway.config("prod", "OPEN_ROUTER", &provider);
    gateway.workspace_config("team", "OTHER", &provider);
    let schema = json!({"type": "object", "properties": {"model": {"type": "string"}}});
    let function = json!({"type": "function", "function": {"name": "x", "parameters": schema}});
    for (path, field, value, place) in [
        (
            "/anthropic/v1/messages",
            "tools",
            json!([{"type": "advisor_20260301", "name": "advisor", "model": "other"}]),
            "tools[].model",
        ),
        (
            CHAT,
            "tools",
            json!([function, {"type": "openrouter:advisor", "parameters": {"model": "other"}}]),
            "tools[].parameters.model",
        ),
        (
            CHAT,
            "plugins",
            json!([{"id": "fusion", "analysis_models": ["other"]}]),
            "plugins[].analysis_models",
        ),
        (CHAT, "providerOptions", json!({"gateway": {"models": ["other"]}}), "providerOptions"),
    ] {
        let response = gateway.root().call(path, json!({"model": "prod", field: value}).to_string());
        check_refused(&provider, &response, "model_not_allowed", &[place]);
    }
    let tools = json!([{"type": "openrouter:advisor", "parameters": {"model": "other"}}]);
    for (model, tools) in [("prod", json!([function])), ("team/x", tools)] {
        gateway.root().call(CHAT, json!({"model": model, "tools": tools}).to_string()).is_success(OK);
        assert_eq!(provider.last().json()["tools"], tools);
    }
}

/// Case 27.
#[test]
fn field_that_redirects_a_proxy_is_refused() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    gateway.config("proxy", "LITELLM_PROXY", &provider);
    for field in ["api_base", "base_url", "api_key", "user_config"] {
        let body = json!({"model": "proxy", field: "http://evil.example"}).to_string();
        let response = gateway.root().call(CHAT, body);
        check_refused(&provider, &response, "field_not_allowed", &[field]);
    }
    gateway.config("other", "VLLM", &provider);
    gateway.root().call(CHAT, r#"{"model":"other","api_base":"x"}"#).is_success(OK);
    assert_eq!(provider.last().json()["api_base"], "x");
}

/// Case 28.
#[test]
fn api_that_the_endpoint_does_not_speak_is_refused_with_those_it_speaks() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let openai = gateway.config("prod", "OPENAI", &provider);
    let claude = gateway.workspace_config("claude", "ANTHROPIC", &provider);
    let messages = gateway.root().call("/anthropic/v1/messages", r#"{"model":"prod"}"#);
    check_refused(&provider, &messages, "dialect_not_spoken", &["OpenAI"]);
    assert_eq!(messages.json()["type"], "error");
    let gemini = gateway.root().call("/gemini/v1/models/claude/x:generateContent", "{}");
    check_refused(&provider, &gemini, "dialect_not_spoken", &["OpenAI", "Anthropic"]);
    assert_eq!(gemini.json()["error"]["status"], "INVALID_ARGUMENT");
    assert_eq!((gateway.usage(&openai).refused, gateway.usage(&claude).refused), (1, 1));
    assert_eq!(gateway.usage(&openai).calls, 0);
}

/// Bodies must be JSON in UTF-8 that is not compressed.
#[test]
fn body_of_other_type_is_refused() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    gateway.config("prod", "VLLM", &provider);
    let bearer = gateway.root().bearer();
    for headers in [
        [("content-type", "text/plain"), ("x-a", "b")],
        [("content-type", "application/json; charset=utf-16"), ("x-a", "b")],
        [("content-type", "application/json"), ("content-encoding", "gzip")],
    ] {
        let mut client = crate::support::RawClient::connect(&gateway.app.base);
        let own = [("authorization", bearer.as_str()), ("content-length", "16")];
        client.write_head("POST", CHAT, &[&headers[..], &own].concat());
        client.write(r#"{"model":"prod"}"#);
        check_refused(&provider, &client.response(), "invalid_body", &[]);
    }
}
