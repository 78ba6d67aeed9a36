//! Large bodies.

use llm_config_service::CallSlotLimits;

use super::{gateway, gateway_with_limits};
use crate::support::{NamedIn, RawClient, StreamProvider};

const OK: &str = "{\"choices\":[]}";
const MIB: usize = 1024 * 1024;

/// A body of this size without a model.
fn body(size: usize) -> String {
    let frame = r#"{"image":""}"#.len();
    format!(r#"{{"image":"{}"}}"#, "A".repeat(size - frame))
}

/// Sends a body in chunks of this size, without a length.
fn write_chunked(client: &mut RawClient, path: &str, bearer: &str, body: &[u8], chunk: usize) {
    let headers =
        [("authorization", bearer), ("content-type", "application/json"), ("transfer-encoding", "chunked")];
    client.write_head("POST", path, &headers);
    for part in body.chunks(chunk) {
        if !client.write([format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat()) {
            return;
        }
    }
    client.write("0\r\n\r\n");
}

/// Case 46.
#[test]
fn body_below_the_limit_passes_and_one_above_is_refused() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, "/openai/v1/embeddings");
    let bearer = gateway.root().bearer();
    let large = body(31 * MIB);
    gateway.root().call(&path, &large).is_success(OK);
    let sent = provider.last();
    let expected = format!(r#"{},"model":"tiny-1"}}"#, large.trim_end_matches('}'));
    assert!(sent.text() == expected, "the body differs");
    assert_eq!(sent.header("content-length"), Some(expected.len().to_string().as_str()));

    let mut client = RawClient::connect(&gateway.app.base);
    write_chunked(&mut client, &path, &bearer, large.as_bytes(), MIB);
    client.response().is_success(OK);
    assert!(provider.last().text() == expected, "the body differs");

    let too_large = body(33 * MIB);
    let mut client = RawClient::connect(&gateway.app.base);
    client.post(&path, &[("authorization", &bearer)], &too_large);
    let response = client.response();
    response.is_gateway_error(413, "body_too_large");
    assert!(response.text().contains("33554432"), "{}", response.text());
    let mut client = RawClient::connect(&gateway.app.base);
    write_chunked(&mut client, &path, &bearer, too_large.as_bytes(), MIB);
    client.response().is_gateway_error(413, "body_too_large");
    assert_eq!(provider.requests().len(), 2);
}

/// Case 46.
#[test]
fn bodies_in_memory_are_counted_together() {
    let bodies = 4 * 64 * 1024;
    let gateway = gateway_with_limits(CallSlotLimits { bodies, ..CallSlotLimits::default() });
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, "/openai/v1/embeddings");
    let bearer = gateway.root().bearer();
    let (small, large) = (body(60 * 1024), body(100 * 1024));
    for _ in 0..5 {
        gateway.root().call(&path, &small).is_success(OK);
    }
    let response = gateway.root().call(&path, &large);
    response.is_gateway_error(429, "gateway_limit");
    assert_eq!(
        (response.header("x-should-retry"), response.header("retry-after")),
        (Some("true"), Some("1"))
    );
    let mut client = RawClient::connect(&gateway.app.base);
    write_chunked(&mut client, &path, &bearer, large.as_bytes(), 4096);
    client.response().is_gateway_error(429, "gateway_limit");
    gateway.root().call(&path, &small).is_success(OK);
    assert_eq!(provider.requests().len(), 6);
}

/// Case 48.
#[test]
fn client_that_waits_for_100_continue_gets_it_before_its_body() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    let large = body(5 * MIB);
    let (length, bearer) = (large.len().to_string(), gateway.root().bearer());
    let mut client = RawClient::connect(&gateway.app.base);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("content-length", &length),
        ("expect", "100-continue"),
    ];
    client.write_head("POST", &config.path(NamedIn::Url, "/openai/v1/embeddings"), &headers);
    assert_eq!(client.head().status, 100);
    client.write(large);
    client.response().is_success(OK);
    assert_eq!(provider.last().header("expect"), None);
}
