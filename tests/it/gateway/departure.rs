//! Clients that leave, half leave, or stop reading: the call at the provider ends with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use llm_config_service::CallSlotLimits;

use super::{app, gateway, gateway_with_limits};
use crate::support::{Api, CalledConfig, Gate, Gateway, NamedIn, RawClient, StreamProvider, wait_until};

/// A gateway whose tokens have one call at a time, so that the next call tells whether the last one has
/// ended.
fn gateway_with_one_call() -> Gateway {
    gateway_with_limits(CallSlotLimits { calls_of_token: 1, ..CallSlotLimits::default() })
}

fn begin(gateway: &Gateway, api: Api, config: &CalledConfig) -> RawClient {
    gateway.root().begin_call(&api.path(config, NamedIn::Model), api.body(config, NamedIn::Model))
}

/// Asserts that one call is counted as left by its client, and that its slot is free.
#[track_caller]
fn check_gone(gateway: &Gateway, config: &CalledConfig) {
    wait_until("the call does not end", || gateway.usage(config).client_gone == 1);
    let usage = gateway.usage(config);
    assert_eq!((usage.calls, usage.ok, usage.faults, usage.calls_without_usage), (1, 0, 0, 1));
    // A second call would be refused for lack of a slot.
    let response = gateway.root().call("/openai/v1/chat/completions", r#"{"model":"beside"}"#);
    response.is_success("{\"choices\":[]}");
}

/// A provider that answers calls of another configuration.
fn beside(gateway: &Gateway) -> StreamProvider {
    let provider = StreamProvider::with_json(200, "{\"choices\":[]}");
    gateway.config("beside", "VLLM", &provider);
    provider
}

/// Where the provider is when the client leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    BeforeHead,
    BeforeFirstEvent,
    /// The stream goes on.
    InBody,
    /// The stream is silent.
    InSilentBody,
}

/// How the client leaves.
#[derive(Clone, Copy, Debug)]
enum Leave {
    Close,
    HalfClose,
    Reset,
}

/// A call whose client leaves; asserts that the connection to the provider is closed.
#[track_caller]
fn check_departure(stage: Stage, leave: Leave) {
    let gateway = gateway_with_one_call();
    let _beside = beside(&gateway);
    let (reached, closed) = (Gate::default(), Gate::default());
    let of_provider = (reached.clone(), closed.clone());
    let api = Api::Chat;
    let provider = StreamProvider::start(move |_, connection| {
        let (reached, closed) = &of_provider;
        if stage != Stage::BeforeHead {
            connection.begin_events();
        }
        if matches!(stage, Stage::InBody | Stage::InSilentBody) {
            connection.chunk(api.events()[0]);
        }
        reached.open();
        if stage == Stage::InBody {
            while connection.chunk(api.events()[1]) {
                std::thread::yield_now();
            }
        }
        connection.wait_for_close();
        closed.open();
    });
    let config = api.config(&gateway, &provider);
    let mut client = begin(&gateway, api, &config);
    reached.pass("the provider gets no request");
    if matches!(stage, Stage::InBody | Stage::InSilentBody) {
        let head = client.head();
        assert_eq!(client.chunk(&head), api.events()[0]);
    }
    let kept = match leave {
        Leave::Close => {
            drop(client);
            None
        }
        Leave::HalfClose => {
            client.half_close();
            Some(client)
        }
        Leave::Reset => {
            client.reset();
            None
        }
    };
    closed.pass("the connection to the provider stays open");
    check_gone(&gateway, &config);
    drop(kept);
}

/// Case 41.
#[test]
fn client_that_closes_before_the_head_ends_the_call() {
    check_departure(Stage::BeforeHead, Leave::Close);
    check_departure(Stage::BeforeHead, Leave::Reset);
}

/// Case 41.
#[test]
fn client_that_closes_before_the_first_event_ends_the_call() {
    check_departure(Stage::BeforeFirstEvent, Leave::Close);
}

/// Case 41.
#[test]
fn client_that_closes_in_the_body_ends_the_call() {
    check_departure(Stage::InBody, Leave::Close);
    check_departure(Stage::InSilentBody, Leave::Reset);
}

/// Case 42.
#[test]
fn client_that_half_closes_before_the_first_byte_ends_the_call() {
    check_departure(Stage::BeforeHead, Leave::HalfClose);
    check_departure(Stage::BeforeFirstEvent, Leave::HalfClose);
}

/// Case 42.
#[test]
fn client_that_half_closes_in_the_body_gets_the_rest() {
    let gateway = gateway();
    let gate = Gate::default();
    let of_provider = gate.clone();
    let api = Api::Chat;
    let provider = StreamProvider::start(move |_, connection| {
        connection.begin_events();
        connection.chunk(api.events()[0]);
        of_provider.pass("the client has not half-closed");
        api.events()[1..].iter().for_each(|event| _ = connection.chunk(event));
        connection.end_chunks();
    });
    let config = api.config(&gateway, &provider);
    let mut client = begin(&gateway, api, &config);
    let head = client.head();
    assert_eq!(client.chunk(&head), api.events()[0]);
    client.half_close();
    gate.open();
    let rest = client.rest(&head);
    assert_eq!((rest.text(), rest.is_whole), (api.events()[1..].concat(), true));
    assert_eq!(gateway.usage(&config).ok, 1);
}

/// Case 43: little is taken from the provider for a client that does not read, and the call ends.
#[test]
fn client_that_stops_reading_takes_no_memory_and_ends_the_call() {
    const CHUNK: usize = 64 * 1024;
    /// More than all socket buffers on the way together.
    const BOUND: usize = 48 * 1024 * 1024;
    let first = app();
    let gateway = Gateway::new(first.second_server_with_write_timeout(Duration::from_secs(2)));
    let (taken, closed) = (Arc::new(AtomicUsize::new(0)), Gate::default());
    let of_provider = (Arc::clone(&taken), closed.clone());
    let provider = StreamProvider::start(move |_, connection| {
        let (taken, closed) = &of_provider;
        let event = format!("data: {}\n\n", "x".repeat(CHUNK));
        connection.begin_events();
        while taken.fetch_add(event.len(), Ordering::SeqCst) < 4 * BOUND && connection.chunk(&event) {}
        closed.open();
    });
    let config = gateway.config("prod", "CUSTOM_OPENAI_COMPATIBLE", &provider);
    let mut client = RawClient::connect_with_small_buffer(&gateway.app.base);
    let bearer = gateway.root().bearer();
    let path = config.path(NamedIn::Url, "/openai/v1/chat/completions");
    client.post(&path, &[("authorization", &bearer)], r#"{"stream":true}"#);
    let head = client.head();
    assert_eq!(head.status, 200);
    closed.pass("the connection to the provider stays open");
    let taken = taken.load(Ordering::SeqCst);
    assert!(taken < BOUND, "{taken} bytes were taken for a client that does not read");
    wait_until("the call does not end", || gateway.usage(&config).client_gone == 1);
}
