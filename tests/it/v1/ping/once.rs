//! `POST /v1/ping:once`.

use std::sync::mpsc;

use llm_config_egress::testing::{Reply, ScriptedServer};
use serde_json::{Value, json};

use super::{app, create_at, database};
use crate::support::{
    Client, FakeVendor, Installation, TestApp, VALID_KEY, fake_provider, llm, member_names,
};

const RESULT: [&str; 10] = [
    "bytesReceived",
    "bytesSent",
    "endpoint",
    "errorMessage",
    "httpStatus",
    "metadata",
    "ok",
    "rttMs",
    "seq",
    "timing",
];

#[track_caller]
fn ping(client: &Client, body: &Value) -> Value {
    let result = client.post("/v1/ping:once", body).json(200);
    assert_eq!(member_names(&result), RESULT);
    result
}

#[test]
fn ping_with_every_provider_type_sends_stored_key() {
    let database = database();
    let installation = Installation::with_database(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let types = [
        ("OPENAI", FakeVendor::OpenAi),
        ("LITELLM_PROXY", FakeVendor::OpenAi),
        ("OPEN_ROUTER", FakeVendor::OpenRouter),
        ("VLLM", FakeVendor::OpenAi),
        ("OLLAMA", FakeVendor::NoAuthentication),
        ("LLAMA_CPP", FakeVendor::LlamaCpp),
        ("CUSTOM_OPENAI_COMPATIBLE", FakeVendor::OpenAi),
    ];
    for (provider_type, vendor) in types {
        let upstream = fake_provider(vendor, VALID_KEY);
        let id = create_at(&root, provider_type, &upstream, VALID_KEY);
        let result = ping(&root, &json!({"targetId": id, "targetTypeHint": "LLM"}));
        assert_eq!(result["ok"], true, "{provider_type}: {result}");
        assert_eq!((&result["seq"], &result["httpStatus"]), (&json!(1), &json!(200)), "{result}");
        let resolved = format!("http://127.0.0.1:{}/v1/chat/completions", upstream.port());
        let endpoint = json!({
            "targetType": "LLM", "targetId": id, "resolvedEndpoint": resolved, "provider": provider_type,
            "modelIdentifier": "tiny",
        });
        assert_eq!(result["endpoint"], endpoint);
        assert_eq!(result["errorMessage"], Value::Null);
        assert!(result["rttMs"].as_f64().expect("the member is a number") > 0.0);
        let timing = |name: &str| result["timing"][name].as_u64().expect("nanoseconds");
        assert!(timing("clientSendTimeUnixNanos") <= timing("clientReceiveTimeUnixNanos"));
        let received = upstream.received();
        assert_eq!(received.len(), 1, "{provider_type}: not one call");
        assert_eq!(result["bytesSent"], json!(received[0].body.len()));
        let received_body: Value = serde_json::from_str(&received[0].body).expect("valid JSON");
        assert_eq!(
            member_names(&received_body),
            ["max_tokens", "messages", "model", "stream"],
            "{provider_type}"
        );
        assert_eq!((&received_body["model"], &received_body["max_tokens"]), (&json!("tiny"), &json!(1)));

        let id_with_wrong_key = create_at(&root, provider_type, &upstream, "sk-wrong-0123456789abcdef");
        let result = ping(&root, &json!({"targetId": id_with_wrong_key}));
        if vendor == FakeVendor::NoAuthentication {
            assert_eq!(result["ok"], true, "{result}");
        } else {
            assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(401)), "{result}");
            assert_eq!(result["metadata"]["reason"], "bad_key");
            assert!(!result.to_string().contains("sk-wrong"), "{result}");
        }
    }
    server.stop();
}

/// Starts a provider that sends this reply to every request. Returns the provider and the id of an LLM that
/// uses it.
fn llm_at_scripted_provider(
    app: &TestApp,
    script: impl Fn() -> Reply + Send + 'static,
) -> (ScriptedServer, String) {
    let upstream = ScriptedServer::start(move |_| script()).expect("a free port");
    let id = create_at(&app.root(), "VLLM", &upstream, VALID_KEY);
    (upstream, id)
}

#[test]
fn ping_without_valid_response_is_not_ok() {
    let app = app();
    let stopped = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let id = create_at(&app.root(), "VLLM", &stopped, VALID_KEY);
    drop(stopped);
    let result = ping(&app.root(), &json!({"targetId": id}));
    assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(502)), "{result}");
    assert_eq!(result["metadata"]["reason"], "unreachable");

    let (release, released) = mpsc::channel::<()>();
    let (_stalled, id) = llm_at_scripted_provider(&app, move || {
        // Blocks until the test drops the sender, which is after the time-out.
        released.recv().expect_err("the sender is dropped");
        Reply::json(200, r#"{"choices":[]}"#)
    });
    let result = ping(&app.root(), &json!({"targetId": id, "timeoutMs": 100}));
    drop(release);
    assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(504)), "{result}");
    assert_eq!(result["metadata"]["reason"], "timeout");

    let (_page, id) = llm_at_scripted_provider(&app, || {
        Reply::text(200, "text/html", "<!doctype html><title>Login</title>")
    });
    let result = ping(&app.root(), &json!({"targetId": id}));
    assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(200)), "{result}");
    assert_eq!(result["metadata"]["reason"], "not_an_llm_api");
}

#[test]
fn ping_with_invalid_body_or_target_is_rejected() {
    let app = app();
    let id = app.root().create_llm(&llm())["llmId"].clone();
    let rejected = |body: Value, status: u16, parts: &[&str]| {
        for path in ["/v1/ping:once", "/v1/ping:stream"] {
            app.root().post(path, &body).goodmem_error(status, parts);
        }
    };
    rejected(json!({}), 400, &["targetId is required"]);
    rejected(json!({"targetId": "x"}), 400, &["targetId"]);
    rejected(json!({"targetId": "550e8400-e29b-41d4-a716-446655440000"}), 404, &[]);
    rejected(json!({"targetId": id, "targetTypeHint": "EMBEDDER"}), 400, &["targetTypeHint"]);
    rejected(json!({"targetId": id, "payloadType": "BINARY"}), 400, &["payloadType"]);
    rejected(
        json!({"targetId": id, "payload": "a", "payloadSizeBytes": 1}),
        400,
        &["payload must not be sent together with payloadSizeBytes"],
    );
    rejected(json!({"targetId": id, "payload": "a".repeat(65_537)}), 400, &["payload"]);
    rejected(json!({"targetId": id, "timeoutMs": -1}), 400, &["timeoutMs must not be negative"]);
    app.root()
        .post("/v1/ping:stream", &json!({"targetId": id, "labels": {"A": "b"}}))
        .goodmem_error(400, &["labels"]);
    // Configurations of workspaces belong to `/ai/llm`.
    let other = app.workspace_config(app.workspace());
    rejected(json!({"targetId": other.to_string()}), 404, &[]);
    app.anonymous().post("/v1/ping:once", &json!({"targetId": id})).goodmem_error(401, &[]);
}

#[test]
fn ping_is_audited_as_ping() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let id = create_at(&app.root(), "VLLM", &upstream, VALID_KEY);
    ping(&app.root(), &json!({"targetId": id}));
    let event = format!("credential.opened {id} ping");
    assert!(app.audit_events().contains(&event), "{:?}", app.audit_events());
}
