//! `/v1/system`.

use serde_json::json;

use super::{app, database};
use crate::support::{TestApp, llm};

#[test]
fn get_info_without_token_returns_version() {
    let app = app();
    let info = app.anonymous().get("/v1/system/info").json(200);
    let version = env!("CARGO_PKG_VERSION");
    let expected = json!({
        "version": version,
        "major": 0,
        "minor": 1,
        "patch": 0,
        "dirty": false,
        "gitCommit": null,
        "gitDescribe": null,
        "buildTime": null,
        "capabilities": null,
    });
    assert_eq!(info, expected);
}

#[test]
fn init_on_initialised_server_ignores_body() {
    let app = app();
    let expected = json!({
        "alreadyInitialized": true,
        "message": "System is already initialized",
        "rootApiKey": null,
        "userId": null,
    });
    let json_type = [("content-type", "application/json")];
    for (headers, body) in [
        (&json_type[..], Some(b"".as_slice())),
        (&[], None),
        (&json_type, Some(b"{}")),
        (&json_type, Some(b"{")),
        (&[("content-type", "text/plain")], Some(b"hello")),
    ] {
        assert_eq!(app.anonymous().send("POST", "/v1/system/init", headers, body).json(200), expected);
    }
}

#[test]
fn init_with_wait_for_init_returns_root_token_once() {
    let database = database();
    let app = TestApp::with_wait_for_init(database);
    let headers = [("content-type", "application/json")];
    let first = app.anonymous().send("POST", "/v1/system/init", &headers, Some(b"")).json(200);
    let token = first["rootApiKey"].as_str().unwrap();
    let root = app.client(token);
    let me = root.get("/v1/users/me").json(200);
    let expected = json!({
        "alreadyInitialized": false,
        "message": "System initialized successfully",
        "rootApiKey": token,
        "userId": me["userId"],
    });
    assert_eq!(first, expected);
    let second = app.anonymous().post_empty("/v1/system/init").json(200);
    assert_eq!((&second["alreadyInitialized"], &second["rootApiKey"]), (&json!(true), &json!(null)));
    root.create_llm(&llm());
    assert_eq!(root.get("/v1/apikeys").json(200)["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn init_from_web_page_or_proxy_is_forbidden() {
    let database = database();
    let app = TestApp::with_wait_for_init(database);
    for header in [
        ("origin", "http://127.0.0.1"),
        ("origin", "null"),
        ("forwarded", "for=1.2.3.4"),
        ("via", "1.1 proxy"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-host", "localhost"),
        ("x-forwarded-anything", ""),
        ("host", "evil.example"),
        ("host", "localhost.evil.example"),
        ("host", "10.0.0.1:8080"),
    ] {
        let response = app.anonymous().send("POST", "/v1/system/init", &[header], None);
        response.goodmem_error(403, &["this machine"]);
        assert!(!response.body.contains("gm_"));
    }
    let init = app.anonymous().send("POST", "/v1/system/init", &[("host", "localhost:1")], None).json(200);
    assert!(init["rootApiKey"].is_string());
}

#[test]
fn init_concurrently_returns_one_token() {
    let database = database();
    let app = TestApp::with_wait_for_init(database);
    let anonymous = app.anonymous();
    let tokens: Vec<_> = std::thread::scope(|scope| {
        let call = || anonymous.post_empty("/v1/system/init").json(200)["rootApiKey"].clone();
        let calls: Vec<_> = (0..6).map(|_| scope.spawn(call)).collect();
        calls.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(tokens.iter().filter(|token| token.is_string()).count(), 1, "{tokens:?}");
}
