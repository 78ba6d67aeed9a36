//! Bodies of requests that do not end, and bodies of responses that no one reads.

use std::time::{Duration, Instant};

use llm_config_core::access::OrgRole;
use llm_config_server::http;
use serde_json::{Map, json};

use super::{SOON, apps};
use crate::support::{RawClient, TestApp, llm, wait_until};

/// The error names whole seconds.
const SECOND: Duration = Duration::from_secs(1);

/// Begins a POST whose body does not end.
fn begin(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> RawClient {
    let mut client = RawClient::connect(&app.base);
    let own = [("content-type", "application/json"), ("content-length", "1000")];
    client.write_head("POST", path, &[headers, &own].concat());
    client.write("{\"displayName\": \"");
    client
}

#[test]
fn body_that_does_not_end_is_answered_with_408_in_the_format_of_the_api() {
    let (app, _owner) = apps(http::Options { body_timeout: SECOND, ..http::Options::default() });
    let token = app.root().bearer();
    let authorization = [("authorization", &*token)];
    let sentence = "the body has not arrived within 1 seconds; send it again, faster";
    for (path, member, code) in [
        ("/v1/llms", "error", Some("DEADLINE_EXCEEDED")),
        ("/v1/apikeys", "error", Some("DEADLINE_EXCEEDED")),
        ("/llm-config/v1/checks/goodmem", "error", Some("DEADLINE_EXCEEDED")),
        ("/ai/llm", "message", None),
        ("/workspace", "message", None),
    ] {
        let mut client = begin(&app, path, &authorization);
        let started = Instant::now();
        let response = client.response();
        assert_eq!(response.head.status, 408, "{path}: {}", response.text());
        assert!(started.elapsed() < 4 * SECOND, "{path}");
        let json = response.json();
        let found = json[member].as_str().unwrap_or_default();
        assert!(found.eq_ignore_ascii_case(sentence), "{path}: {found}");
        assert_eq!(json["code"].as_str(), code, "{path}");
    }
    let page = begin(&app, "/console/login", &[("origin", &app.base)]).response();
    assert_eq!(page.head.status, 408, "{}", page.text());
    assert!(page.text().contains("The request took too long to arrive"), "{}", page.text());
}

/// The client of a request that is answered already cannot hold the connection either.
#[test]
fn body_that_is_not_read_and_drips_ends_the_connection() {
    let (app, _owner) = apps(http::Options { head_timeout: SOON, ..http::Options::default() });
    let mut client = begin(&app, "/v1/llms", &[]);
    assert_eq!(client.response().head.status, 401);
    let started = Instant::now();
    while client.write("x") {
        assert!(started.elapsed() < 4 * SECOND, "the connection does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Bodies of one user that have not ended hold at most 64 MiB, and each of these counts with 1 MiB.
#[test]
fn large_bodies_of_a_user_beyond_their_memory_are_refused() {
    const SIZE: usize = 1_000_000;
    // Twice as many as the memory holds: those that grow at once keep each other from it.
    const MOST: usize = 128;

    let body_timeout = Duration::from_mins(5);
    let (app, _owner) = apps(http::Options { body_timeout, ..http::Options::default() });
    let user = app.user(OrgRole::User).client;
    let send = |authorization: &str, bytes: usize| {
        let mut client = RawClient::connect(&app.base);
        let headers = [("authorization", authorization), ("content-length", &SIZE.to_string())];
        client.write_head("POST", "/v1/llms", &headers);
        client.write(vec![b'x'; bytes]);
        client
    };
    let mut held = Vec::new();
    let refused = loop {
        held.push(send(&user.bearer(), SIZE - 1));
        let response = send(&user.bearer(), SIZE).response();
        if response.head.status == 429 {
            break response;
        }
        assert_eq!(response.head.status, 400, "{}", response.text());
        assert!(held.len() < MOST, "no large body is refused");
    };
    assert!(refused.header("retry-after").is_some());
    assert!(refused.text().contains("requests of this user hold as much memory"), "{}", refused.text());
    let metrics = app.root().get("/metrics").body;
    assert!(
        metrics.contains("llm_config_limit_refusals_total{limit=\"request_memory_of_user\"}"),
        "{metrics}"
    );
    user.post("/v1/llms", &llm()).json(201);
    assert_eq!(send(&app.root().bearer(), SIZE).response().head.status, 400, "others are not disturbed");
    drop(held);
    wait_until("large bodies stay refused", || send(&user.bearer(), SIZE).response().head.status == 400);
}

/// Responses that a user does not read hold at most 64 MiB, whatever their number.
#[test]
fn large_responses_beyond_the_memory_of_their_reader_are_refused() {
    // So many that the list, of 5 MB, is larger than what the system keeps for a client.
    const KEYS: usize = 900;
    // Twice as many as the memory holds.
    const MOST: usize = 26;

    let (app, _owner) = apps(http::Options::default());
    let user = app.user(OrgRole::User).client;
    let labels = (0..20).map(|number| (format!("label-{number}"), "l".repeat(255).into()));
    let key = json!({ "labels": labels.collect::<Map<_, _>>() });
    for _ in 0..KEYS {
        user.post("/v1/apikeys", &key).json(201);
    }
    let send = |authorization: &str| {
        let mut client = RawClient::connect_with_small_buffer(&app.base);
        client.write_head("GET", "/v1/apikeys", &[("authorization", authorization)]);
        client
    };
    let authorization = user.bearer();
    let mut unread = Vec::new();
    let refused = loop {
        let mut client = send(&authorization);
        let head = client.head();
        if head.status == 429 {
            break head;
        }
        assert_eq!(head.status, 200);
        unread.push((client, head));
        assert!(unread.len() < MOST, "no response is refused");
    };
    assert_eq!(refused.header("retry-after"), Some("5"));
    assert!(unread.len() > 6, "{} responses", unread.len());
    assert_eq!(send(&app.root().bearer()).head().status, 200, "others are not disturbed");
    let (mut client, head) = unread.pop().expect("an unread response");
    assert!(client.rest(&head).is_whole, "a response that is read late");
    drop(unread);
    wait_until("responses stay refused", || send(&authorization).head().status == 200);
}
