//! The ends of streams: a client must notice every answer that is not whole.

use super::gateway;
use crate::support::{Api, CalledConfig, Gateway, NamedIn, RawResponse, StreamProvider};

fn call(gateway: &Gateway, api: Api, config: &CalledConfig) -> RawResponse {
    let path = api.path(config, NamedIn::Model);
    gateway.root().call(&path, api.body(config, NamedIn::Model))
}

/// How the provider ends a stream after its first events.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The connection ends without the last chunk.
    Cut,
    /// The body ends as whole ones do.
    Clean,
    /// The connection ends in the middle of an event.
    InsideEvent,
}

/// A provider that sends the first `count` events.
fn stopping(api: Api, count: usize, end: End) -> StreamProvider {
    StreamProvider::start(move |_, connection| {
        connection.begin_events();
        for event in &api.events()[..count] {
            connection.chunk(event);
        }
        match end {
            End::Cut => connection.cut(),
            End::Clean => connection.end_chunks(),
            End::InsideEvent => {
                connection.chunk("data: {\"choi");
                connection.cut();
            }
        }
    })
}

/// Cases 37 and 38.
#[test]
fn stream_that_breaks_off_ends_with_an_error_of_its_api_and_without_its_end() {
    for api in Api::ALL {
        for end in [End::Cut, End::Clean] {
            let gateway = gateway();
            let provider = stopping(api, 1, end);
            let config = api.config(&gateway, &provider);
            let response = call(&gateway, api, &config);
            assert_eq!((response.head.status, response.is_whole), (200, false), "{api:?} {end:?}");
            let text = response.text();
            let fault = text.strip_prefix(api.events()[0]).unwrap_or_else(|| panic!("{api:?}: {text}"));
            assert!(fault.starts_with(api.fault()), "{api:?} {end:?}: {fault}");
            assert!(fault.ends_with("\n\n") && !fault.contains("[DONE]"), "{api:?}: {fault}");
            if api == Api::Responses {
                assert!(fault.contains("\"sequence_number\":1"), "{fault}");
            }
            let usage = gateway.usage(&config);
            assert_eq!((usage.calls, usage.faults, usage.ok), (1, 1, 0), "{api:?} {end:?}");
        }
    }
}

/// Case 37: nothing follows a part of an event.
#[test]
fn stream_that_breaks_off_inside_an_event_ends_without_another_byte() {
    let gateway = gateway();
    let api = Api::Chat;
    let provider = stopping(api, 1, End::InsideEvent);
    let config = api.config(&gateway, &provider);
    let response = call(&gateway, api, &config);
    assert!(!response.is_whole);
    assert_eq!(response.text(), format!("{}data: {{\"choi", api.events()[0]));
    assert_eq!(gateway.usage(&config).faults, 1);
}

/// Case 36.
#[test]
fn error_in_the_middle_of_a_stream_passes_and_ends_it_without_its_end() {
    for (api, error) in [
        (Api::Chat, "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"),
        (Api::Responses, "event: error\ndata: {\"type\":\"error\",\"code\":\"x\",\"sequence_number\":1}\n\n"),
        (
            Api::Messages,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
        ),
        (Api::Gemini, "data: {\"error\": {\"code\": 503, \"status\": \"UNAVAILABLE\"}}\r\n\r\n"),
    ] {
        let gateway = gateway();
        let provider = StreamProvider::start(move |_, connection| {
            connection.events(&[api.events()[0], error]);
        });
        let config = api.config(&gateway, &provider);
        let response = call(&gateway, api, &config);
        assert!(!response.is_whole, "{api:?}");
        assert_eq!(response.text(), format!("{}{error}", api.events()[0]), "{api:?}");
        let usage = gateway.usage(&config);
        assert_eq!((usage.calls, usage.faults), (1, 1), "{api:?}");
    }
}

/// Case 39.
#[test]
fn stream_without_terminator_whose_model_has_ended_gets_it() {
    let gateway = gateway();
    let api = Api::Chat;
    let provider = stopping(api, 3, End::Clean);
    let config = api.config(&gateway, &provider);
    call(&gateway, api, &config).is_success(&api.events().concat());
    assert_eq!(gateway.usage(&config).ok, 1);
}

/// Whole streams of all APIs have no addition, also if their end and their last event arrive together.
#[test]
fn whole_stream_passes_without_addition() {
    for api in Api::ALL {
        let gateway = gateway();
        let whole = api.events().concat();
        let provider = StreamProvider::start(move |_, connection| {
            let body = format!("{:x}\r\n{whole}\r\n0\r\n\r\n", whole.len());
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked";
            connection.write(format!("{head}\r\n\r\n{body}"));
        });
        let config = api.config(&gateway, &provider);
        call(&gateway, api, &config).is_success(&api.events().concat());
        assert_eq!(gateway.usage(&config).ok, 1);
    }
}

/// The only event of a stream may lack the empty line behind it.
#[test]
fn stream_of_one_event_without_its_empty_line_passes() {
    let gateway = gateway();
    let api = Api::Gemini;
    let event = api.events()[1].trim_end();
    let provider = StreamProvider::start(move |_, connection| connection.events(&[event]));
    let config = api.config(&gateway, &provider);
    call(&gateway, api, &config).is_success(event);
    let usage = gateway.usage(&config);
    assert_eq!((usage.ok, usage.input, usage.output), (1, 7, 5));
}

/// A JSON answer that breaks off does not look whole either.
#[test]
fn json_answer_that_breaks_off_does_not_look_whole() {
    let gateway = gateway();
    let provider = StreamProvider::start(|request, connection| {
        let length = if request.text().contains("long") { 100_000 } else { 10 };
        connection.write(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", length + 1));
        connection.write(vec![b' '; length]);
        connection.cut();
    });
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, "/openai/v1/embeddings");
    gateway.root().call(&path, "{}").is_gateway_error(502, "provider_connection_lost");
    let long = gateway.root().call(&path, r#"{"input":"long"}"#);
    assert_eq!((long.head.status, long.is_whole), (200, false));
    assert_eq!(gateway.usage(&config).faults, 2);
}

/// Case 63.
#[test]
fn endless_event_flows() {
    const PIECE: &[u8] = &[b'x'; 64 * 1024];
    for kind in ["VLLM", "CUSTOM_OPENAI_COMPATIBLE"] {
        let gateway = gateway();
        let provider = StreamProvider::start(|_, connection| {
            connection.begin_events();
            connection.chunk("data: ");
            (0..80).for_each(|_| _ = connection.chunk(PIECE));
            connection.end_chunks();
        });
        let config = gateway.config("prod", kind, &provider);
        let path = config.path(NamedIn::Url, "/openai/v1/chat/completions");
        let response = gateway.root().call(&path, r#"{"stream":true}"#);
        assert_eq!(response.head.status, 200);
        assert_eq!(response.body.len(), 6 + 80 * PIECE.len(), "{kind}");
        let usage = gateway.usage(&config);
        assert_eq!((usage.calls, usage.calls_without_usage, usage.input), (1, 1, 0), "{kind}");
    }
}

/// Case 59.
#[test]
fn stream_without_usage_is_counted_as_one() {
    let gateway = gateway();
    let api = Api::Messages;
    let provider = StreamProvider::with_events(&[
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    ]);
    let config = api.config(&gateway, &provider);
    assert!(call(&gateway, api, &config).is_whole);
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.ok, usage.calls_without_usage), (1, 1, 1));
    assert_eq!((usage.input, usage.output), (0, 0));
    assert!(usage.bytes_in > 40 && usage.bytes_out > 100, "{usage:?}");
}
