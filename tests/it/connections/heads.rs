//! Heads that do not end, and connections without one.

use std::time::{Duration, Instant};

use llm_config_server::http;

use super::{SOON, apps, used_connection};
use crate::support::{RawClient, TestApp};

/// No test takes longer, unless the server does not end a connection.
const PATIENCE: Duration = Duration::from_secs(4);

fn impatient() -> (TestApp, TestApp) {
    apps(http::Options { head_timeout: SOON, ..http::Options::default() })
}

/// Writes a byte of a header again and again until the connection ends, and returns how long that took.
fn drip(client: &mut RawClient) -> Duration {
    let started = Instant::now();
    while client.write("x") {
        assert!(started.elapsed() < PATIENCE, "the connection does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    started.elapsed()
}

#[test]
fn first_head_that_does_not_end_is_answered_with_408() {
    let (app, _owner) = impatient();
    let mut client = RawClient::connect(&app.base);
    client.write("GET /health HTTP/1.1\r\nx: ");
    assert_eq!(client.head().status, 408);
}

#[test]
fn later_head_that_does_not_end_ends_the_connection() {
    let (app, _owner) = impatient();
    for begun in ["G", "GET /health HTTP/1.1\r\nx: "] {
        let mut client = used_connection(&app);
        let started = Instant::now();
        client.write(begun);
        assert_eq!(client.until_end(), (String::new(), false), "{begun}");
        assert!(started.elapsed() < PATIENCE, "{begun}");
    }
}

#[test]
fn later_head_that_drips_ends_the_connection() {
    let (app, _owner) = impatient();
    let mut client = used_connection(&app);
    client.write("GET /health HTTP/1.1\r\nx: ");
    let took = drip(&mut client);
    assert!(took >= SOON / 2, "{took:?}");
}

#[test]
fn connection_without_another_request_ends() {
    let (app, _owner) = impatient();
    let mut client = used_connection(&app);
    let started = Instant::now();
    assert!(client.is_closed());
    assert!((SOON / 2..PATIENCE).contains(&started.elapsed()), "{:?}", started.elapsed());
}

#[test]
fn requests_within_the_time_keep_the_connection() {
    let (app, _owner) = impatient();
    let mut client = used_connection(&app);
    let started = Instant::now();
    while started.elapsed() < 3 * SOON / 2 {
        client.write_head("GET", "/health", &[]);
        assert_eq!(client.response().head.status, 200);
        std::thread::sleep(SOON / 5);
    }
}

/// The time for the next head does not run while a request is served.
#[test]
fn request_that_takes_longer_than_the_time_for_a_head_is_answered() {
    let (app, _owner) = impatient();
    let body = r#"{"displayName": "team"}"#;
    let mut client = RawClient::connect(&app.base);
    let length = body.len().to_string();
    let (token, json) = (app.root().bearer(), "application/json");
    let headers = [("authorization", &*token), ("content-type", json), ("content-length", &*length)];
    client.write_head("POST", "/v1/llms", &headers);
    for byte in body.as_bytes() {
        client.write([*byte]);
        std::thread::sleep(3 * SOON / 2 / u32::try_from(body.len()).unwrap());
    }
    // The configuration is incomplete; the body was read.
    let response = client.response();
    assert_eq!(response.head.status, 400, "{:?} {}", response.head, response.text());
}

#[test]
fn response_that_the_client_takes_late_is_whole() {
    let (app, _owner) = impatient();
    let mut client = RawClient::connect_with_small_buffer(&app.base);
    client.write_head("GET", "/openapi/goodmem.json", &[]);
    std::thread::sleep(2 * SOON);
    let response = client.response();
    assert!(response.head.status == 200 && response.is_whole);
    assert!(response.body.len() > 100_000, "{}", response.body.len());
}
