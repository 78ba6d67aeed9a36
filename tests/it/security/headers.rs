//! Headers against caching and content sniffing.

use std::net::TcpListener;

use llm_config_store::testing::TestDatabase;
use serde_json::json;

use crate::support::{Client, Installation, Response, llm_with_secret, wait_for_coherence};

/// The values of a list header over all its lines, in lower case.
fn list(response: &Response, name: &str) -> Vec<String> {
    let lines = response.headers.iter().filter(|(header, _)| header == name);
    lines.flat_map(|(_, value)| value.split(',')).map(|value| value.trim().to_ascii_lowercase()).collect()
}

/// Asserts the status, `no-store`, `nosniff` and `vary`.
#[track_caller]
fn check(status: u16, response: &Response) {
    assert_eq!(response.status, status, "{}", response.body);
    assert_eq!(list(response, "cache-control"), ["no-store"], "{:?}", response.headers);
    assert_eq!(list(response, "x-content-type-options"), ["nosniff"], "{:?}", response.headers);
    let vary = list(response, "vary");
    assert!(
        ["authorization", "x-api-key"].iter().all(|header| vary.iter().any(|name| name == header)),
        "{vary:?}"
    );
}

#[test]
fn response_of_each_kind_has_no_store_and_nosniff() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let anonymous = server.anonymous();
        for path in ["/health", "/ready", "/v1/system/info"] {
            check(200, &anonymous.get(path));
        }
        for path in ["/v1/llms", "/v1/apikeys", "/v1/users/me", "/ai/llm", "/workspace", "/metrics"] {
            check(200, &root.get(path));
            check(401, &anonymous.get(path));
            check(405, &root.send("PATCH", path, &[], None));
        }
        let key = root.post("/v1/apikeys", &json!({}));
        assert!(key.json(201)["rawApiKey"].is_string(), "{}", key.body);
        check(201, &key);
        for path in ["/v1/nothing", "/llm-config/v1/nothing", "/docs/nothing", "/openapi/nothing.json"] {
            check(404, &root.get(path));
        }
        check(405, &anonymous.post_empty("/docs"));
        check(307, &anonymous.get("/"));
        check(400, &root.text("POST", "/v1/llms", "{"));
        check(413, &root.text("POST", "/v1/llms", &"x".repeat(1024 * 1024 + 1)));
        check(403, &root.get("/v1/llms?includeCredentials=true"));

        let llm = root.create_llm(&llm_with_secret("sk-0123456789"));
        let id = llm["llmId"].as_str().expect("the id is a string");
        check(200, &root.get(&format!("//v1/llms/{id}")));
        check(409, &root.post("/v1/llms", &llm_with_secret("sk-0123456789")));
        // The host does not exist; the stream reports it.
        let stream = root.post("/v1/ping:stream", &json!({"targetId": id, "count": 1}));
        assert_eq!(stream.header("content-type"), Some("application/x-ndjson"));
        check(200, &stream);
        installation.database.execute("UPDATE llm_configs SET capabilities = 'nonsense'");
        wait_for_coherence();
        check(500, &root.get(&format!("/v1/llms/{id}")));
    }
}

#[test]
fn init_response_with_token_has_no_store() {
    for installation in Installation::each() {
        let installation = installation.with("WAIT_FOR_INIT", "true");
        let server = installation.start();
        let init = || server.anonymous().post_empty("/v1/system/init");
        let first = init();
        assert!(first.json(200)["rootApiKey"].is_string(), "{}", first.body);
        check(200, &first);
        check(200, &init());
    }
}

#[test]
fn cors_response_extends_vary_header() {
    let installation =
        Installation::with_database(TestDatabase::sqlite()).with("CORS_ORIGINS", "https://console.example");
    let server = installation.start();
    let root = server.client(&server.token());
    let origin = ("origin", "https://console.example");
    let listed = root.send("GET", "/v1/llms", &[origin], None);
    check(200, &listed);
    assert_eq!(listed.header("access-control-allow-origin"), Some(origin.1));
    let preflight_method = ("access-control-request-method", "GET");
    let preflight = server.anonymous().send("OPTIONS", "/v1/llms", &[origin, preflight_method], None);
    check(200, &preflight);
    let refused = server.anonymous().send(
        "OPTIONS",
        "/v1/llms",
        &[("origin", "https://evil.example"), preflight_method],
        None,
    );
    check(403, &refused);
    refused.goodmem_error(
        403,
        &["this origin, method or header is not allowed; the operator lists origins in `--cors-origins`"],
    );
    let refused = server.anonymous().send(
        "OPTIONS",
        "/ai/llm",
        &[("origin", "https://evil.example"), preflight_method],
        None,
    );
    let message =
        "this origin, method or header is not allowed; the operator lists origins in `--cors-origins`";
    assert_eq!(refused.json(403)["message"], message.replacen('t', "T", 1));
    let gateway = "/openai/v1/chat/completions";
    let foreign = [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
    let refused = server.anonymous().send("OPTIONS", gateway, &foreign, None);
    assert_eq!(refused.json(403)["error"]["message"], message);
    assert_eq!(refused.header("x-llm-config-error"), Some("origin_not_allowed"));
    for response in [listed, preflight] {
        assert!(list(&response, "vary").contains(&"origin".to_owned()), "{:?}", response.headers);
    }
}

#[test]
fn metrics_on_own_address_have_no_store() {
    // No other test uses this address, so the port stays free.
    let port = TcpListener::bind("127.0.0.77:0")
        .expect("a port")
        .local_addr()
        .expect("the address of the listener")
        .port();
    let address = format!("127.0.0.77:{port}");
    let installation = Installation::with_database(TestDatabase::sqlite()).with("METRICS_LISTEN", &address);
    let _server = installation.start();
    let metrics = Client::new(&format!("http://{address}"), None);
    check(200, &metrics.get("/metrics"));
    check(404, &metrics.get("/nothing"));
    let response = metrics.post_empty("/metrics");
    check(405, &response);
    assert_eq!(
        response.body,
        r#"{"success":false,"message":"Method not allowed: only GET is allowed here"}"#
    );
}

#[test]
fn documentation_is_cacheable_and_has_nosniff() {
    let installation = Installation::with_database(TestDatabase::sqlite());
    let server = installation.start();
    for path in [
        "/docs",
        "/docs/",
        "/docs/index.css",
        "/openapi/goodmem.json",
        "/openapi/flashback.json",
        "/openapi/llm-config.json",
    ] {
        let response = server.anonymous().get(path);
        assert_eq!(response.status, 200, "{path}");
        assert_eq!(list(&response, "x-content-type-options"), ["nosniff"], "{path}");
        assert_eq!(response.header("cache-control"), None, "{path}");
        assert_eq!(response.header("vary"), None, "{path}");
    }
}
