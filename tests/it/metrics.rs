//! The formats of `/metrics`, with a token on the main address and without one on its own address.

use std::net::TcpListener;

use llm_config_store::testing::TestDatabase;

use crate::support::{Client, Installation, Response, Server, TestApp};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

fn scrape(client: &Client, accept: Option<&str>) -> Response {
    let headers: Vec<_> = accept.iter().map(|accept| ("accept", *accept)).collect();
    client.send("GET", "/metrics", &headers, None)
}

/// Asserts the content type of the format, and what only this format has.
#[track_caller]
fn check(client: &Client, accept: Option<&str>, expected: &str) {
    let response = scrape(client, accept);
    assert_eq!(response.status, 200, "{accept:?}");
    assert_eq!(response.header("content-type"), Some(expected), "{accept:?}");
    let mut vary = response.headers.iter().filter(|(name, _)| name == "vary");
    assert!(vary.any(|(_, value)| value == "Accept"), "{:?}", response.headers);
    let (lines, is_text): (Vec<_>, _) = (response.body.lines().collect(), expected == TEXT);
    let types = |name: &str| lines.contains(&format!("# TYPE {name} counter").as_str());
    assert_eq!(types("llm_config_http_requests_total"), is_text, "{}", response.body);
    assert_eq!(types("llm_config_http_requests"), !is_text, "{}", response.body);
    assert_eq!(response.body.ends_with("# EOF\n"), !is_text, "{}", response.body);
    assert!(
        response.body.contains("\nllm_config_http_requests_total{route=\"/health\""),
        "{}",
        response.body
    );
}

fn check_formats(client: &Client) {
    for accept in [None, Some("*/*"), Some("text/plain"), Some("text/plain;version=0.0.4"), Some("nonsense")]
    {
        check(client, accept, TEXT);
    }
    check(client, Some("application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=0.4"), OPEN_METRICS);
    check(client, Some("application/openmetrics-text;version=1.0.0;q=0.3, text/plain;q=0.4"), TEXT);
}

#[test]
fn get_metrics_has_the_format_that_accept_prefers() {
    let app = TestApp::with_database(TestDatabase::sqlite());
    app.anonymous().get("/health").json(200);
    check_formats(&app.root());
}

#[test]
fn get_metrics_in_text_describes_every_sample() {
    let app = TestApp::with_database(TestDatabase::sqlite());
    app.anonymous().get("/health").json(200);
    let text = scrape(&app.root(), None).body;
    let words = |prefix: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(prefix));
        lines.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    let (helps, types) = (words("# HELP "), words("# TYPE "));
    assert_eq!(helps, types);
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().expect("a name");
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
        assert!(
            types.iter().any(|family_name| Some(family_name.as_str()) == family || family_name == name),
            "{line}"
        );
    }
    assert!(!text.contains("# UNIT") && !text.contains("# EOF"), "{text}");
}

/// A server with metrics on an address of their own.
fn with_metrics_listener(host: &str) -> (Installation, Server, Client) {
    // No other test uses this host, so the port stays free.
    let listener = TcpListener::bind((host, 0)).expect("a port");
    let address = listener.local_addr().expect("the address of the listener").to_string();
    drop(listener);
    let installation = Installation::with_database(TestDatabase::sqlite()).with("METRICS_LISTEN", &address);
    let server = installation.start();
    (installation, server, Client::new(&format!("http://{address}"), None))
}

#[test]
fn metrics_on_own_address_have_the_same_formats_without_token() {
    let (_installation, server, metrics) = with_metrics_listener("127.0.0.78");
    server.anonymous().get("/health").json(200);
    check_formats(&metrics);
    let head = metrics.send("HEAD", "/metrics?unknown=1", &[], None);
    assert_eq!((head.status, head.header("content-type"), head.body.as_str()), (200, Some(TEXT), ""));
    let refused = metrics.send("POST", "/metrics", &[], None);
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
}
