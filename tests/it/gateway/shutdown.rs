//! Calls that run when the process stops: each gets an answer of its API before the process ends.

use std::time::Duration;

use super::gateway;
use crate::support::{Api, Gate, Gateway, NamedIn, RawClient, StreamProvider};

const CHAT: &str = "/openai/v1/chat/completions";

/// Where the provider is when running calls are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    BeforeHead,
    InJson,
    InError,
    BeforeFirstEvent,
    InSilentStream,
}

/// A provider that stops at a stage, and opens the second gate when its connection is closed.
fn stopping_at(stage: Stage, reached: &Gate, closed: &Gate) -> StreamProvider {
    let (reached, closed) = (reached.clone(), closed.clone());
    StreamProvider::start(move |_, connection| {
        match stage {
            Stage::BeforeHead => {}
            Stage::InJson => _ = connection.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"cho"),
            Stage::InError => _ = connection.write("HTTP/1.1 500 x\r\ncontent-length: 99\r\n\r\n{\"err"),
            Stage::BeforeFirstEvent => connection.begin_events(),
            Stage::InSilentStream => {
                connection.begin_events();
                connection.chunk(Api::Chat.events()[0]);
            }
        }
        reached.open();
        connection.wait_for_close();
        closed.open();
    })
}

/// Running calls are cut from now on.
fn stop(gateway: &Gateway) {
    gateway.app.service.begin_shutdown(Duration::ZERO, Duration::ZERO);
}

/// Case 62.
#[test]
fn call_that_waits_for_its_provider_is_cut_and_not_to_be_repeated() {
    for stage in [Stage::BeforeHead, Stage::InJson, Stage::InError, Stage::BeforeFirstEvent] {
        let gateway = gateway();
        let (reached, closed) = (Gate::default(), Gate::default());
        let provider = stopping_at(stage, &reached, &closed);
        let config = gateway.config("prod", "CUSTOM_OPENAI_COMPATIBLE", &provider);
        let mut client = gateway.root().begin_call(CHAT, r#"{"model":"prod","stream":true}"#);
        reached.pass("the provider gets no request");
        stop(&gateway);
        let response = client.response();
        response.is_gateway_error(503, "unavailable");
        // It may have been billed.
        assert_eq!(response.header("x-should-retry"), Some("false"), "{stage:?}");
        closed.pass("the connection to the provider stays open");
        let usage = gateway.usage(&config);
        assert_eq!((usage.calls, usage.faults, usage.client_gone), (1, 1, 0), "{stage:?}");
    }
}

/// Case 62: the end of a silent stream does not wait for the next comment.
#[test]
fn silent_stream_is_cut_with_an_error_of_its_api() {
    let gateway = gateway();
    let (reached, closed) = (Gate::default(), Gate::default());
    let provider = stopping_at(Stage::InSilentStream, &reached, &closed);
    let api = Api::Chat;
    let config = api.config(&gateway, &provider);
    let path = api.path(&config, NamedIn::Model);
    let mut client = gateway.root().begin_call(&path, api.body(&config, NamedIn::Model));
    let head = client.head();
    assert_eq!(client.chunk(&head), api.events()[0]);
    stop(&gateway);
    let rest = client.rest(&head);
    assert!(!rest.is_whole && rest.text().starts_with(api.fault()), "{}", rest.text());
    assert!(rest.text().contains("the server is stopping"), "{}", rest.text());
    closed.pass("the connection to the provider stays open");
    assert_eq!(gateway.usage(&config).faults, 1);
}

/// A call whose body has not arrived was not sent, so another server may take it.
#[test]
fn call_whose_body_has_not_arrived_is_refused_and_may_be_repeated() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{}");
    gateway.config("prod", "VLLM", &provider);
    let bearer = gateway.root().bearer();
    let headers =
        [("authorization", bearer.as_str()), ("content-type", "application/json"), ("content-length", "99")];
    let mut client = RawClient::connect(&gateway.app.base);
    client.write_head("POST", CHAT, &headers);
    client.write("{\"mess");
    stop(&gateway);
    let response = client.response();
    response.is_gateway_error(503, "unavailable");
    assert_eq!(response.header("x-should-retry"), Some("true"));
    assert_eq!(provider.requests().len(), 0);
}
