//! `/v1/ping:once` and `/v1/ping:stream`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use llm_config_core::access::OrgRole;
use llm_config_egress::testing::{Reply, ScriptedServer};
use serde_json::{Value, json};

use super::{app, database};
use crate::support::{Client, GENUINE, Installation, Manners, TestApp, keyed, llm, members, provider, with};

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

/// Makes an LLM at `server` and returns its id.
#[track_caller]
fn made(client: &Client, provider_type: &str, server: &ScriptedServer, secret: &str) -> String {
    let endpoint = format!("http://127.0.0.1:{}/v1", server.port());
    let body = json!({
        "displayName": provider_type, "providerType": provider_type, "endpointUrl": endpoint,
        "modelIdentifier": "tiny",
    });
    client.create(&with(keyed(secret), &body))["llmId"].as_str().expect("an id").to_owned()
}

#[track_caller]
fn ping(client: &Client, body: &Value) -> Value {
    let result = client.post("/v1/ping:once", body).json(200);
    assert_eq!(members(&result), RESULT);
    result
}

/// The events of a stream of lines, each with its one member.
fn events(text: &str) -> Vec<Value> {
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(events.iter().all(|it| members(it).len() == 1), "{text}");
    events
}

#[test]
fn every_provider_type_can_be_pinged_with_the_stored_key() {
    let Some(database) = database() else { return };
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
    let Some(app) = app() else { return };
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
    let Some(app) = app() else { return };
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
fn a_series_tells_of_each_ping_and_ends_with_a_summary() {
    let Some(app) = app() else { return };
    let upstream = provider(Manners::OpenAi, GENUINE);
    let id = made(&app.root(), "VLLM", &upstream, GENUINE);
    let body = json!({"targetId": id, "count": 3, "intervalMs": 20, "payloadSizeBytes": 100});
    let answer = app.root().post("/v1/ping:stream", &body);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-ndjson")));
    let events = events(&answer.body);
    assert_eq!(events.len(), 4, "{}", answer.body);
    for (n, event) in events[..3].iter().enumerate() {
        assert_eq!(event["result"]["seq"], json!(n + 1));
        assert_eq!(event["result"]["ok"], true);
    }
    let summary = &events[3]["summary"];
    let counts = ["requests", "responses", "ok", "timeouts", "errors"].map(|it| summary[it].as_u64());
    assert_eq!(counts, [Some(3), Some(3), Some(3), Some(0), Some(0)]);
    let ranks = ["rttMinMs", "rttP50Ms", "rttP90Ms", "rttP99Ms", "rttMaxMs"];
    let ranks: Vec<_> = ranks.iter().map(|it| summary[it].as_f64().expect("a number")).collect();
    assert!(ranks.is_sorted() && ranks[0] > 0.0, "{summary}");
    assert!(summary.get("appliedLimits").is_none());
    assert!(upstream.received().iter().all(|it| it.body.len() > 100));
}

#[test]
fn what_is_too_much_is_lowered_and_said() {
    let Some(app) = app() else { return };
    let upstream = provider(Manners::OpenAi, GENUINE);
    let id = made(&app.root(), "VLLM", &upstream, GENUINE);
    let body = json!({
        "targetId": id, "count": 500, "intervalMs": 1, "maxInFlight": 64, "payloadSizeBytes": 100_000,
    });
    let answer = app.root().post("/v1/ping:stream", &body);
    let events = events(&answer.body);
    let limits = json!({"count": "100", "maxInFlight": "4", "payloadSizeBytes": "65536"});
    assert_eq!(events[0]["notice"]["code"], "LIMIT_APPLIED");
    assert_eq!(events[0]["notice"]["details"], limits);
    let summary = &events.last().expect("events")["summary"];
    assert_eq!((&summary["requests"], &summary["appliedLimits"]), (&json!(100), &limits));
    assert_eq!(upstream.received().len(), 100);
}

#[test]
fn a_series_is_also_told_as_server_sent_events() {
    let Some(app) = app() else { return };
    let upstream = provider(Manners::OpenAi, GENUINE);
    let id = made(&app.root(), "VLLM", &upstream, GENUINE);
    let body = json!({"targetId": id, "count": 1}).to_string();
    let headers = [("content-type", "application/json"), ("accept", "text/event-stream")];
    let answer = app.root().send("POST", "/v1/ping:stream", &headers, Some(body.as_bytes()));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
    let events: Vec<_> = answer.body.split_terminator("\n\n").collect();
    assert_eq!(events.len(), 2, "{}", answer.body);
    for (event, name) in events.iter().zip(["result", "summary"]) {
        let (first, data) = event.split_once('\n').expect("two lines");
        assert_eq!(first, format!("event: {name}"));
        let json: Value = serde_json::from_str(data.strip_prefix("data: ").expect("data")).expect("JSON");
        assert_eq!(members(&json), [name]);
    }
}

#[test]
fn a_series_stops_when_its_client_goes() {
    let Some(app) = app() else { return };
    let upstream = provider(Manners::OpenAi, GENUINE);
    let id = made(&app.root(), "VLLM", &upstream, GENUINE);
    let body = json!({"targetId": id, "count": 100, "intervalMs": 50}).to_string();
    let address = app.base.strip_prefix("http://").expect("a scheme");
    let token = app.root().token.expect("a token");
    let mut connection = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "POST /v1/ping:stream HTTP/1.1\r\nhost: {address}\r\nx-api-key: {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(head.as_bytes()).expect("a connection");
    let mut first = [0; 512];
    assert!(connection.read(&mut first).expect("an answer") > 0);
    drop(connection);
    // Quiet for ten intervals, within a generous time.
    let started = Instant::now();
    let mut seen = usize::MAX;
    while seen != upstream.received().len() {
        assert!(started.elapsed() < Duration::from_secs(10), "the series goes on");
        seen = upstream.received().len();
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(seen < 50, "{seen} pings");
}

#[test]
fn a_role_that_is_lowered_ends_the_way_to_this_machine_within_a_series() {
    let Some(app) = app() else { return };
    let user = app.user(OrgRole::Administrators);
    let upstream = provider(Manners::OpenAi, GENUINE);
    let id = made(&user.client, "VLLM", &upstream, GENUINE);
    let body = json!({"targetId": id, "count": 20, "intervalMs": 100});
    let told = std::thread::scope(|scope| {
        let series = scope.spawn(|| user.client.post("/v1/ping:stream", &body).body);
        while upstream.received().is_empty() {
            std::thread::yield_now();
        }
        app.change_role(user.id, OrgRole::User);
        series.join().expect("a series")
    });
    let events = events(&told);
    let results: Vec<_> = events.iter().filter_map(|it| it.get("result")).collect();
    assert_eq!(results[0]["ok"], true, "{told}");
    let last = results.last().expect("results");
    assert_eq!(last["metadata"]["reason"], "blocked_by_policy", "{told}");
    assert!(upstream.received().len() < 15, "{} calls", upstream.received().len());
}

#[test]
fn pings_are_in_the_audit_log_as_calls() {
    let Some(app) = app() else { return };
    let upstream = provider(Manners::OpenAi, GENUINE);
    let id = made(&app.root(), "VLLM", &upstream, GENUINE);
    ping(&app.root(), &json!({"targetId": id}));
    let event = format!("credential.opened {id} call");
    assert!(app.audited().contains(&event), "{:?}", app.audited());
}
