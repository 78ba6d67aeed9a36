//! Connections to providers, and requests that share the connection of a client.

use std::collections::HashSet;

use serde_json::json;

use super::gateway;
use crate::support::{NamedIn, RawClient, SentRequest, StreamProvider, api_key_credentials};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = "{\"choices\":[]}";

/// Case 49: no request reaches the provider twice.
#[test]
fn request_on_a_connection_that_closes_is_not_repeated() {
    let gateway = gateway();
    let provider = StreamProvider::start(|request, connection| {
        if request.text().contains("lost") {
            connection.cut();
        } else {
            connection.json(200, OK);
        }
    });
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, CHAT);
    // One connection, whose requests one thread of the server takes: each has connections of its own.
    let (mut client, bearer) = (RawClient::connect(&gateway.app.base), gateway.root().bearer());
    let mut call = |body: &str| {
        client.post(&path, &[("authorization", &bearer)], body);
        client.response()
    };
    for number in 0..4 {
        // The first is lost on a new connection, the others on one that was used.
        let response = call(&format!(r#"{{"x":"lost {number}"}}"#));
        response.is_gateway_error(502, "provider_connection_lost");
        assert_eq!(response.header("x-should-retry"), Some("false"));
        call("{}").is_success(OK);
    }
    let requests = provider.requests();
    assert_eq!(requests.len(), 8);
    assert_eq!(requests[1].connection, requests[2].connection, "connections are used again");
    assert_eq!(gateway.usage(&config).faults, 4);
}

/// Case 49: the provider closes each connection at once after its answer, when the next call may be under
/// way.
#[test]
fn call_on_a_connection_that_was_closed_succeeds_or_fails_and_is_sent_once() {
    let gateway = gateway();
    let provider = StreamProvider::start(|_, connection| {
        connection.json(200, OK);
        connection.cut();
    });
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, CHAT);
    for number in 0..30 {
        let response = gateway.root().call(&path, format!(r#"{{"x":{number}}}"#));
        match response.head.status {
            200 => response.is_success(OK),
            _ => response.is_gateway_error(502, "provider_connection_lost"),
        }
    }
    let requests = provider.requests();
    let bodies: HashSet<_> = requests.iter().map(SentRequest::text).collect();
    assert_eq!(bodies.len(), requests.len(), "a request has reached the provider twice");
}

/// Case 64.
#[test]
fn calls_of_two_configurations_at_one_origin_have_their_own_keys() {
    const KEYS: [&str; 2] = ["sk-first-0123456789", "sk-second-9876543210"];
    let gateway = gateway();
    let provider = StreamProvider::start(|_, connection| connection.json(200, OK));
    for key in KEYS {
        let changes = json!({"credentials": api_key_credentials(key), "modelIdentifier": key});
        gateway.config_with(key, "VLLM", &provider, &changes);
    }
    let (root, bearer) = (&gateway.root(), &gateway.root().bearer());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let mut client = RawClient::connect(root.base());
                for number in 0..50 {
                    let key = KEYS[(thread + number) % 2];
                    let body = json!({"model": key}).to_string();
                    client.post(CHAT, &[("authorization", bearer)], body);
                    client.response().is_success(OK);
                }
            });
        }
    });
    let requests = provider.requests();
    assert_eq!(requests.len(), 200);
    for request in &requests {
        let model = request.json()["model"].as_str().expect("a model").to_owned();
        assert_eq!(request.header("authorization"), Some(format!("Bearer {model}").as_str()));
    }
    let connections: HashSet<_> = requests.iter().map(|request| request.connection).collect();
    assert!(connections.len() < 100, "connections are used again: {}", connections.len());
}

/// Case 66.
#[test]
fn pipelined_requests_are_both_answered() {
    let gateway = gateway();
    let provider = StreamProvider::start(|request, connection| connection.json(200, &request.body));
    gateway.config("prod", "VLLM", &provider);
    let mut client = RawClient::connect(&gateway.app.base);
    let bearer = gateway.root().bearer();
    let request = |number: usize| {
        let body = format!(r#"{{"n":{number},"model":"prod"}}"#);
        let length = body.len();
        format!(
            "POST {CHAT} HTTP/1.1\r\nhost: localhost\r\nauthorization: {bearer}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    client.write(format!("{}{}", request(1), request(2)));
    client.response().is_success(r#"{"n":1,"model":"tiny-1"}"#);
    client.response().is_success(r#"{"n":2,"model":"tiny-1"}"#);
    drop(client);
    assert_eq!(provider.requests().len(), 2);
}
