//! Clients that send many requests ahead and read the responses later, or never.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::apps;
use crate::support::TestApp;

/// Requests whose responses are larger, all together, than the buffers of both ends.
const REQUESTS: usize = 150;

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
fn requests_ahead_wait_until_the_client_reads_and_are_all_answered() {
    let (app, _owner) = apps(llm_config_server::http::Options::default());
    let mut client = TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
    client.write_all(REQUEST.repeat(REQUESTS).as_bytes()).expect("the requests fit into the buffers");
    // Until nothing more is handled: the buffers of both ends are full.
    let mut before = usize::MAX;
    while handled(&app) != before {
        before = handled(&app);
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(
        (1..REQUESTS / 2).contains(&before),
        "{before} requests were handled for a client that reads nothing"
    );
    let (mut received, mut part) = (0, vec![0; 1 << 20]);
    let begin = b"HTTP/1.1 200 OK";
    let mut tail = Vec::new();
    while received < REQUESTS {
        let length = client.read(&mut part).expect("the responses arrive");
        assert_ne!(length, 0, "the connection ended after {received} responses");
        tail.extend_from_slice(&part[..length]);
        received += tail.windows(begin.len()).filter(|window| window == begin).count();
        tail.drain(..tail.len().saturating_sub(begin.len() - 1));
    }
}
