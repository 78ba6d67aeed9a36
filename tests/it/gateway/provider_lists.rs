//! Lists of models that a provider is asked for: they are bounded like calls.

use std::time::Duration;

use llm_config_service::{CallSlotLimits, CallTimes};

use super::{gateway, gateway_with_limits, gateway_with_times};
use crate::support::{CalledConfig, Gate, Gateway, NamedIn, RawClient, StreamProvider};

/// A provider that begins a list, and never ends it.
fn dripping(reached: &Gate, closed: &Gate) -> StreamProvider {
    let (reached, closed) = (reached.clone(), closed.clone());
    StreamProvider::start(move |_, connection| {
        connection.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{");
        reached.open();
        connection.wait_for_close();
        closed.open();
    })
}

fn begin_list(gateway: &Gateway, config: &CalledConfig) -> RawClient {
    let mut client = RawClient::connect(&gateway.app.base);
    let path = config.path(NamedIn::Url, "/openai/v1/models");
    client.write_head("GET", &path, &[("authorization", &gateway.root().bearer())]);
    client
}

#[test]
fn list_that_a_provider_does_not_end_is_a_timeout() {
    let times = CallTimes { list: Duration::from_millis(300), ..CallTimes::default() };
    let gateway = gateway_with_times(times);
    let (reached, closed) = (Gate::default(), Gate::default());
    let provider = dripping(&reached, &closed);
    let config = gateway.workspace_config("team", "OTHER", &provider);
    begin_list(&gateway, &config).response().is_gateway_error(504, "provider_timeout");
    closed.pass("the connection to the provider stays open");
}

#[test]
fn list_beyond_the_limit_names_the_limit() {
    let gateway = gateway();
    let provider = StreamProvider::start(|_, connection| connection.json(200, vec![b' '; 1024 * 1024 + 1]));
    let config = gateway.workspace_config("team", "OTHER", &provider);
    let response = begin_list(&gateway, &config).response();
    response.is_gateway_error(502, "provider_response_too_large");
    assert!(response.text().contains("the response of the provider exceeds 1048576 bytes"));
}

#[test]
fn list_whose_client_leaves_ends_at_the_provider() {
    let gateway = gateway();
    let (reached, closed) = (Gate::default(), Gate::default());
    let provider = dripping(&reached, &closed);
    let config = gateway.workspace_config("team", "OTHER", &provider);
    let client = begin_list(&gateway, &config);
    reached.pass("the provider gets no request");
    drop(client);
    closed.pass("the connection to the provider stays open");
}

#[test]
fn list_when_the_process_stops_may_be_repeated() {
    let gateway = gateway();
    let (reached, closed) = (Gate::default(), Gate::default());
    let provider = dripping(&reached, &closed);
    let config = gateway.workspace_config("team", "OTHER", &provider);
    let mut client = begin_list(&gateway, &config);
    reached.pass("the provider gets no request");
    gateway.app.service.begin_shutdown(Duration::ZERO, Duration::ZERO);
    let response = client.response();
    response.is_gateway_error(503, "unavailable");
    assert_eq!(response.header("x-should-retry"), Some("true"));
}

#[test]
fn list_counts_among_the_calls_of_its_configuration() {
    let limits = CallSlotLimits { calls_of_config: Some(1), ..CallSlotLimits::default() };
    let gateway = gateway_with_limits(limits);
    let (reached, closed) = (Gate::default(), Gate::default());
    let provider = dripping(&reached, &closed);
    let config = gateway.workspace_config("team", "OTHER", &provider);
    let held = begin_list(&gateway, &config);
    reached.pass("the provider gets no request");
    begin_list(&gateway, &config).response().is_gateway_error(429, "gateway_limit");
    drop(held);
    closed.pass("the connection to the provider stays open");
    assert_eq!(provider.requests().len(), 1);
}
