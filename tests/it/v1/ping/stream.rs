//! `POST /v1/ping:stream`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::Duration;

use llm_config_core::access::OrgRole;
use llm_config_egress::testing::{Reply, ScriptedServer};
use serde_json::{Value, json};

use super::{app, create_at};
use crate::support::{FakeVendor, VALID_KEY, fake_provider, member_names, wait_until};

/// The events of an NDJSON stream; each is an object with one member.
fn events(text: &str) -> Vec<Value> {
    let events: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("valid JSON")).collect();
    assert!(events.iter().all(|event| member_names(event).len() == 1), "{text}");
    events
}

#[test]
fn ping_stream_returns_each_result_and_summary() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let id = create_at(&app.root(), "VLLM", &upstream, VALID_KEY);
    let body = json!({"targetId": id, "count": 3, "intervalMs": 20, "payloadSizeBytes": 100});
    let response = app.root().post("/v1/ping:stream", &body);
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/x-ndjson")));
    let events = events(&response.body);
    assert_eq!(events.len(), 4, "{}", response.body);
    for (n, event) in events[..3].iter().enumerate() {
        assert_eq!(event["result"]["seq"], json!(n + 1));
        assert_eq!(event["result"]["ok"], true);
    }
    let summary = &events[3]["summary"];
    let counts = ["requests", "responses", "ok", "timeouts", "errors"].map(|name| summary[name].as_u64());
    assert_eq!(counts, [Some(3), Some(3), Some(3), Some(0), Some(0)]);
    let ranks = ["rttMinMs", "rttP50Ms", "rttP90Ms", "rttP99Ms", "rttMaxMs"];
    let ranks: Vec<_> =
        ranks.iter().map(|name| summary[name].as_f64().expect("the member is a number")).collect();
    assert!(ranks.is_sorted() && ranks[0] > 0.0, "{summary}");
    assert!(summary.get("appliedLimits").is_none());
    assert!(upstream.received().iter().all(|request| request.body.len() > 100));
}

#[test]
fn ping_stream_beyond_limits_is_lowered_with_notice() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let id = create_at(&app.root(), "VLLM", &upstream, VALID_KEY);
    let body = json!({
        "targetId": id, "count": 500, "intervalMs": 1, "maxInFlight": 64, "payloadSizeBytes": 100_000,
    });
    let response = app.root().post("/v1/ping:stream", &body);
    let events = events(&response.body);
    let limits = json!({"count": "100", "maxInFlight": "4", "payloadSizeBytes": "65536"});
    assert_eq!(events[0]["notice"]["code"], "LIMIT_APPLIED");
    assert_eq!(events[0]["notice"]["details"], limits);
    let summary = &events.last().expect("events")["summary"];
    assert_eq!((&summary["requests"], &summary["appliedLimits"]), (&json!(100), &limits));
    assert_eq!(upstream.received().len(), 100);
}

#[test]
fn ping_stream_with_event_stream_accept_returns_sse() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let id = create_at(&app.root(), "VLLM", &upstream, VALID_KEY);
    let body = json!({"targetId": id, "count": 1}).to_string();
    let headers = [("content-type", "application/json"), ("accept", "text/event-stream")];
    let response = app.root().send("POST", "/v1/ping:stream", &headers, Some(body.as_bytes()));
    assert_eq!((response.status, response.header("content-type")), (200, Some("text/event-stream")));
    let events: Vec<_> = response.body.split_terminator("\n\n").collect();
    assert_eq!(events.len(), 2, "{}", response.body);
    for (event, name) in events.iter().zip(["result", "summary"]) {
        let (first, data) = event.split_once('\n').expect("two lines");
        assert_eq!(first, format!("event: {name}"));
        let json: Value =
            serde_json::from_str(data.strip_prefix("data: ").expect("data")).expect("valid JSON");
        assert_eq!(member_names(&json), [name]);
    }
}

#[test]
fn ping_stream_stops_after_client_disconnects() {
    const INTERVAL: Duration = Duration::from_millis(50);
    let app = app();
    let (sender, requests) = mpsc::channel();
    let upstream = ScriptedServer::start(move |_| {
        // Sending fails after the test has dropped the receiver.
        let _ = sender.send(());
        Reply::json(200, r#"{"choices":[{"message":{"role":"assistant","content":"p"}}]}"#)
    });
    let upstream = upstream.expect("a free port");
    let id = create_at(&app.root(), "VLLM", &upstream, VALID_KEY);
    let body = json!({"targetId": id, "count": 100, "intervalMs": INTERVAL.as_millis()}).to_string();
    let address = app.base.strip_prefix("http://").expect("the base URL has the scheme `http`");
    let token = app.root().token.expect("root has a token");
    let mut connection = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "POST /v1/ping:stream HTTP/1.1\r\nhost: {address}\r\nx-api-key: {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(head.as_bytes()).expect("a connection");
    let mut first = [0; 512];
    assert!(connection.read(&mut first).expect("a response") > 0);
    drop(connection);
    // The series has stopped when no request arrives for ten intervals.
    let mut count = 0;
    while requests.recv_timeout(10 * INTERVAL).is_ok() {
        count += 1;
        assert!(count < 50, "the series continues");
    }
}

#[test]
fn ping_stream_after_role_is_lowered_is_blocked_by_policy() {
    let app = app();
    let user = app.user(OrgRole::Administrators);
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let id = create_at(&user.client, "VLLM", &upstream, VALID_KEY);
    let body = json!({"targetId": id, "count": 20, "intervalMs": 100});
    let body_text = std::thread::scope(|scope| {
        let series = scope.spawn(|| user.client.post("/v1/ping:stream", &body).body);
        wait_until("no ping is sent", || !upstream.received().is_empty());
        app.change_role(user.id, OrgRole::User);
        series.join().expect("a series")
    });
    let events = events(&body_text);
    let results: Vec<_> = events.iter().filter_map(|event| event.get("result")).collect();
    assert_eq!(results[0]["ok"], true, "{body_text}");
    let last = results.last().expect("results");
    assert_eq!(last["metadata"]["reason"], "blocked_by_policy", "{body_text}");
    assert!(upstream.received().len() < 15, "{} calls", upstream.received().len());
}
