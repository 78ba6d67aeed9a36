//! The time limits of calls.

use std::time::Duration;

use llm_config_service::CallTimes;

use super::gateway_with_times;
use crate::support::{Api, Gate, NamedIn, RawClient, StreamProvider};

/// A time after which a test expects the limit to strike.
const SOON: Duration = Duration::from_millis(300);

/// Case 44.
#[test]
fn silence_of_the_provider_before_its_answer_is_a_timeout() {
    let gateway = gateway_with_times(CallTimes { first_byte: SOON, ..CallTimes::default() });
    let closed = Gate::default();
    let of_provider = closed.clone();
    let provider = StreamProvider::start(move |_, connection| {
        connection.wait_for_close();
        of_provider.open();
    });
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, "/openai/v1/chat/completions");
    let response = gateway.root().call(&path, "{}");
    response.is_gateway_error(504, "provider_timeout");
    assert_eq!(response.header("x-should-retry"), Some("false"));
    closed.pass("the connection to the provider stays open");
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.faults, usage.calls_without_usage), (1, 1, 1));
}

/// Case 44.
#[test]
fn silence_of_the_provider_in_a_stream_gets_comments_and_then_an_error() {
    let times = CallTimes {
        silence: Duration::from_secs(2),
        keep_alive: Duration::from_millis(200),
        ..CallTimes::default()
    };
    let gateway = gateway_with_times(times);
    for api in [Api::Chat, Api::Messages, Api::Gemini] {
        let provider = StreamProvider::start(move |_, connection| {
            connection.begin_events();
            connection.chunk(api.events()[0]);
            connection.wait_for_close();
        });
        let config = api.config(&gateway, &provider);
        let path = api.path(&config, NamedIn::Model);
        let response = gateway.root().call(&path, api.body(&config, NamedIn::Model));
        assert_eq!((response.head.status, response.is_whole), (200, false), "{api:?}");
        let text = response.text();
        let rest = text.strip_prefix(api.events()[0]).expect("the first event");
        let fault = rest.trim_start_matches(": keep-alive\n\n");
        assert!(
            fault.starts_with(api.fault()) && fault.contains("did not respond in time"),
            "{api:?} {text}"
        );
        assert_eq!(rest.len() > fault.len(), api != Api::Gemini, "{api:?} {text}");
        assert_eq!(gateway.usage(&config).faults, 1);
    }
}

/// Case 44: while the status is held back, it is sent without an event after a while.
#[test]
fn stream_without_event_is_begun_after_a_while_and_kept_alive() {
    let times =
        CallTimes { first_event: SOON, keep_alive: Duration::from_millis(200), ..CallTimes::default() };
    let gateway = gateway_with_times(times);
    let gate = Gate::default();
    let of_provider = gate.clone();
    let api = Api::Chat;
    let provider = StreamProvider::start(move |_, connection| {
        connection.begin_events();
        of_provider.pass("the client gets no status");
        api.events().iter().for_each(|event| _ = connection.chunk(event));
        connection.end_chunks();
    });
    let config = api.config(&gateway, &provider);
    let body = api.body(&config, NamedIn::Model);
    let mut client = gateway.root().begin_call(&api.path(&config, NamedIn::Model), body);
    let head = client.head();
    assert_eq!(head.status, 200);
    assert_eq!(client.chunk(&head), ": keep-alive\n\n");
    gate.open();
    let rest = client.rest(&head);
    assert!(rest.is_whole);
    assert!(rest.text().ends_with(&api.events().concat()), "{}", rest.text());
}

/// The limit of a whole answer ends a stream that is never silent.
#[test]
fn stream_that_never_ends_is_cut_after_the_total_time() {
    let times = CallTimes { total: Duration::from_secs(1), ..CallTimes::default() };
    let gateway = gateway_with_times(times);
    let api = Api::Chat;
    let closed = Gate::default();
    let of_provider = closed.clone();
    let provider = StreamProvider::start(move |_, connection| {
        connection.begin_events();
        while connection.chunk(api.events()[0]) {
            std::thread::yield_now();
        }
        of_provider.open();
    });
    let config = api.config(&gateway, &provider);
    let path = api.path(&config, NamedIn::Model);
    let response = gateway.root().call(&path, api.body(&config, NamedIn::Model));
    assert!(!response.is_whole);
    closed.pass("the provider still sends");
    assert_eq!(gateway.usage(&config).faults, 1);
}

/// Case 47.
#[test]
fn body_that_arrives_too_slowly_is_refused_and_blocks_no_one() {
    let times = CallTimes { body: Duration::from_secs(2), ..CallTimes::default() };
    let gateway = gateway_with_times(times);
    let provider = StreamProvider::with_json(200, "{\"choices\":[]}");
    let config = gateway.config("prod", "VLLM", &provider);
    let path = config.path(NamedIn::Url, "/openai/v1/chat/completions");
    let bearer = gateway.root().bearer();
    let begin = |_| {
        let mut client = RawClient::connect(&gateway.app.base);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("content-length", "99"),
        ];
        client.write_head("POST", &path, &headers);
        client.write("{\"mess");
        client
    };
    // More than the server has threads.
    let mut slow: Vec<_> = (0..8).map(begin).collect();
    gateway.root().call(&path, "{}").is_success("{\"choices\":[]}");
    for client in &mut slow {
        client.response().is_gateway_error(408, "body_too_slow");
        assert!(client.is_closed(), "the rest of the body would be read as a request");
    }
    assert_eq!(provider.requests().len(), 1);
    assert_eq!(gateway.usage(&config).calls, 1);
}
