//! Clients that send many requests ahead and read the responses later, or never.

use std::time::Duration;

use super::apps;
use crate::support::{RawClient, TestApp};

/// Requests that come one by one, so that the server looks at the connection for each.
const REQUESTS: usize = 400;

/// The responses that the buffers of both ends hold, and some more.
const HELD: usize = 100;

const REQUEST: &str = "GET /openapi/goodmem.json HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// How many requests for the document were handled.
fn handled(app: &TestApp) -> usize {
    let metrics = app.root().get("/metrics");
    let lines = metrics.body.lines();
    let of_document =
        |line: &&str| line.starts_with("llm_config_http_requests_total") && line.contains("/openapi/");
    lines.filter(of_document).filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok()).sum()
}

#[test]
fn requests_ahead_wait_until_the_client_reads() {
    let (app, _owner) = apps(llm_config_server::http::Options::default());
    let mut client = RawClient::connect_with_small_buffer(&app.base);
    for _ in 0..REQUESTS {
        assert!(client.write(REQUEST));
        std::thread::sleep(Duration::from_millis(3));
    }
    // Until nothing more is handled: the buffers of both ends are full.
    let mut before = usize::MAX;
    while handled(&app) != before {
        before = handled(&app);
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!((1..HELD).contains(&before), "{before} requests are handled for a client that reads nothing");
    for _ in 0..2 * HELD {
        assert_eq!(client.response().head.status, 200);
    }
    assert!(handled(&app) > before);
}
