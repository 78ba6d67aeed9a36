//! `POST /v1/ping:once`.

use std::time::Duration;

use llm_config_egress::testing::{Reply, ScriptedServer};
use serde_json::{Value, json};

use super::{app, database, made};
use crate::support::{Client, GENUINE, Installation, Manners, TestApp, llm, members, provider};

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
    assert_eq!(members(&result), RESULT);
    result
}

#[test]
fn every_provider_type_can_be_pinged_with_the_stored_key() {
    let database = database();
    let installation = Installation::on(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let types = [
        ("OPENAI", Manners::OpenAi),
        ("LITELLM_PROXY", Manners::OpenAi),
        ("OPEN_ROUTER", Manners::OpenRouter),
        ("VLLM", Manners::OpenAi),
        ("OLLAMA", Manners::Open),
        ("LLAMA_CPP", Manners::LlamaCpp),
        ("CUSTOM_OPENAI_COMPATIBLE", Manners::OpenAi),
    ];
    for (provider_type, manners) in types {
        let upstream = provider(manners, GENUINE);
        let id = made(&root, provider_type, &upstream, GENUINE);
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
        assert!(result["rttMs"].as_f64().expect("a number") > 0.0);
        let timing = |name: &str| result["timing"][name].as_u64().expect("nanoseconds");
        assert!(timing("clientSendTimeUnixNanos") <= timing("clientReceiveTimeUnixNanos"));
        let received = upstream.received();
        assert_eq!(received.len(), 1, "{provider_type}: one call");
        assert_eq!(result["bytesSent"], json!(received[0].body.len()));
        let sent: Value = serde_json::from_str(&received[0].body).expect("JSON");
        assert_eq!(members(&sent), ["max_tokens", "messages", "model", "stream"], "{provider_type}");
        assert_eq!((&sent["model"], &sent["max_tokens"]), (&json!("tiny"), &json!(1)));

        let wrong = made(&root, provider_type, &upstream, "sk-wrong-0123456789abcdef");
        let result = ping(&root, &json!({"targetId": wrong}));
        if manners == Manners::Open {
            assert_eq!(result["ok"], true, "{result}");
        } else {
            assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(401)), "{result}");
            assert_eq!(result["metadata"]["reason"], "bad_key");
            assert!(!result.to_string().contains("sk-wrong"), "{result}");
        }
    }
    server.stop();
}

fn pinged(app: &TestApp, script: impl Fn() -> Reply + Send + 'static) -> (ScriptedServer, String) {
    let upstream = ScriptedServer::start(move |_| script()).expect("a free port");
    let id = made(&app.root(), "VLLM", &upstream, GENUINE);
    (upstream, id)
}

#[test]
fn a_provider_that_gives_no_answer_is_a_result_that_is_not_ok() {
    let app = app();
    let gone = provider(Manners::OpenAi, GENUINE);
    let id = made(&app.root(), "VLLM", &gone, GENUINE);
    drop(gone);
    let result = ping(&app.root(), &json!({"targetId": id}));
    assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(502)), "{result}");
    assert_eq!(result["metadata"]["reason"], "unreachable");

    let (_slow, id) = pinged(&app, || {
        std::thread::sleep(Duration::from_millis(600));
        Reply::json(200, r#"{"choices":[]}"#)
    });
    let result = ping(&app.root(), &json!({"targetId": id, "timeoutMs": 100}));
    assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(504)), "{result}");
    assert_eq!(result["metadata"]["reason"], "timeout");

    let (_page, id) = pinged(&app, || Reply::text(200, "text/html", "<!doctype html><title>Login</title>"));
    let result = ping(&app.root(), &json!({"targetId": id}));
    assert_eq!((&result["ok"], &result["httpStatus"]), (&json!(false), &json!(200)), "{result}");
    assert_eq!(result["metadata"]["reason"], "not_an_llm_api");
}

#[test]
fn what_cannot_be_pinged_is_refused() {
    let app = app();
    let id = app.root().create(&llm())["llmId"].clone();
    let refused = |body: Value, status: u16, parts: &[&str]| {
        for path in ["/v1/ping:once", "/v1/ping:stream"] {
            app.root().post(path, &body).refused(status, parts);
        }
    };
    refused(json!({}), 400, &["targetId is required"]);
    refused(json!({"targetId": "x"}), 400, &["targetId"]);
    refused(json!({"targetId": "550e8400-e29b-41d4-a716-446655440000"}), 404, &[]);
    refused(json!({"targetId": id, "targetTypeHint": "EMBEDDER"}), 400, &["targetTypeHint"]);
    refused(json!({"targetId": id, "payloadType": "BINARY"}), 400, &["payloadType"]);
    refused(json!({"targetId": id, "payload": "a", "payloadSizeBytes": 1}), 400, &["exclude each other"]);
    refused(json!({"targetId": id, "payload": "a".repeat(65_537)}), 400, &["payload"]);
    refused(json!({"targetId": id, "timeoutMs": -1}), 400, &["timeoutMs must not be negative"]);
    app.root()
        .post("/v1/ping:stream", &json!({"targetId": id, "labels": {"A": "b"}}))
        .refused(400, &["labels"]);
    // One of a workspace belongs to the other API.
    let other = app.workspace_config(app.workspace());
    refused(json!({"targetId": other.to_string()}), 404, &[]);
    app.anonymous().post("/v1/ping:once", &json!({"targetId": id})).refused(401, &[]);
}

#[test]
fn pings_are_in_the_audit_log_as_calls() {
    let app = app();
    let upstream = provider(Manners::OpenAi, GENUINE);
    let id = made(&app.root(), "VLLM", &upstream, GENUINE);
    ping(&app.root(), &json!({"targetId": id}));
    let event = format!("credential.opened {id} call");
    assert!(app.audited().contains(&event), "{:?}", app.audited());
}
