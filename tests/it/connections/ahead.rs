//! Requests that a client sends before it has the responses to those before.

use serde_json::json;

use super::apps;
use crate::support::RawClient;

const REQUESTS: usize = 300;

fn get(path: &str, line_end: &str) -> String {
    format!("GET {path} HTTP/1.1{line_end}host: localhost{line_end}{line_end}")
}

fn post(body: &str) -> String {
    format!("POST /v1/llms HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn requests_ahead_are_answered_in_order() {
    let (app, _owner) = apps(llm_config_server::http::Options::default());
    for line_end in ["\r\n", "\n"] {
        let mut client = RawClient::connect(&app.base);
        let paths = ["/health", "/unknown"];
        let requests = (0..REQUESTS).map(|number| get(paths[number % 2], line_end));
        client.write(requests.collect::<String>());
        for number in 0..REQUESTS {
            let status = client.response().head.status;
            assert_eq!(status, [200, 404][number % 2], "response {number}");
        }
    }
}

#[test]
fn requests_ahead_with_bodies_that_look_like_heads_are_answered_in_order() {
    let (app, _owner) = apps(llm_config_server::http::Options::default());
    let mut client = RawClient::connect(&app.base);
    // No token: the bodies are refused unread.
    let body = get("/health", "\r\n").repeat(40);
    client.write([post(&body), get("/health", "\r\n")].concat());
    assert_eq!(client.response().head.status, 401);

    let mut client = RawClient::connect(&app.base);
    let authorization = format!("authorization: {}\r\n", app.root().bearer());
    let body = json!({ "displayName": "a" }).to_string().replace(':', ":\r\n\r\n\n\n");
    let padded = format!("{body}{}", "\n\n".repeat(20_000));
    let request = |body: &str| post(body).replacen("host", &format!("{authorization}host"), 1);
    client.write([request(&body), get("/health", "\n"), request(&padded), get("/unknown", "\r\n")].concat());
    for expected in [400, 200, 400, 404] {
        assert_eq!(client.response().head.status, expected);
    }
}

#[test]
fn request_in_single_bytes_after_another_is_answered() {
    let (app, _owner) = apps(llm_config_server::http::Options::default());
    let mut client = RawClient::connect(&app.base);
    client.write(get("/openapi/goodmem.json", "\r\n"));
    for byte in get("/health", "\r\n").bytes() {
        client.write([byte]);
    }
    assert_eq!(client.response().head.status, 200);
    assert!(client.response().text().contains(r#""status":"ok""#));
}
