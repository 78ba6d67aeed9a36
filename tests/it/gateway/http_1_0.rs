//! Streams to clients that speak HTTP/1.0: it has no chunks, so a body ends with its connection.

use super::gateway;
use crate::support::{Api, NamedIn, RawClient, StreamProvider};

/// What the client gets of a streamed call: head and body, and whether the connection ends with a reset.
fn call(api: Api, provider: &StreamProvider, connection: &str) -> (String, String, bool) {
    let gateway = gateway();
    let config = api.config(&gateway, provider);
    let (path, body) = (api.path(&config, NamedIn::Model), api.body(&config, NamedIn::Model));
    let (bearer, length) = (gateway.root().bearer(), body.len());
    let mut client = RawClient::connect(&gateway.app.base);
    // Providers on this machine are called for a loopback `host` only.
    let host = gateway.app.base.trim_start_matches("http://");
    client.write(format!(
        "POST {path} HTTP/1.0\r\nhost: {host}\r\nauthorization: {bearer}\r\nconnection: {connection}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    ));
    let (response, is_reset) = client.until_end();
    let (head, body) = response.split_once("\r\n\r\n").expect("a head");
    (head.to_ascii_lowercase(), body.to_owned(), is_reset)
}

#[test]
fn stream_to_http_1_0_client_has_no_chunks_and_ends_with_the_connection() {
    for api in Api::ALL {
        for connection in ["close", "keep-alive"] {
            let (head, body, is_reset) = call(api, &StreamProvider::with_events(api.events()), connection);
            assert!(head.starts_with("http/1.0 200 ok"), "{head}");
            for absent in ["transfer-encoding", "content-length", "keep-alive"] {
                assert!(!head.contains(absent), "{head}");
            }
            assert_eq!((body, is_reset), (api.events().concat(), false), "{api:?} {connection}");
        }
    }
}

#[test]
fn stream_to_http_1_0_client_that_breaks_off_ends_with_a_reset() {
    for api in Api::ALL {
        let provider = StreamProvider::start(move |_, connection| {
            connection.begin_events();
            connection.chunk(api.events()[0]);
            connection.cut();
        });
        let (_, body, is_reset) = call(api, &provider, "close");
        let fault = body.strip_prefix(api.events()[0]).unwrap_or_else(|| panic!("{api:?}: {body}"));
        assert!(fault.starts_with(api.fault()) && is_reset, "{api:?}: {fault} {is_reset}");
    }
}
