//! Errors that every route of `/v1` has in common, and their order.

use llm_config_core::access::OrgRole;
use serde_json::json;

use super::app;
use crate::support::{llm, llm_with_secret, merge_patch};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Every route below `/v1` that requires a token.
const ROUTES: &[(&str, &str)] = &[
    ("POST", "/v1/llms"),
    ("GET", "/v1/llms"),
    ("GET", "/v1/llms/550e8400-e29b-41d4-a716-446655440000"),
    ("PUT", "/v1/llms/550e8400-e29b-41d4-a716-446655440000"),
    ("DELETE", "/v1/llms/550e8400-e29b-41d4-a716-446655440000"),
    ("GET", "/v1/users/me"),
    ("GET", "/v1/users/550e8400-e29b-41d4-a716-446655440000"),
    ("GET", "/v1/users/email/root@localhost"),
    ("POST", "/v1/apikeys"),
    ("GET", "/v1/apikeys"),
    ("GET", "/v1/apikeys/550e8400-e29b-41d4-a716-446655440000"),
    ("PUT", "/v1/apikeys/550e8400-e29b-41d4-a716-446655440000"),
    ("DELETE", "/v1/apikeys/550e8400-e29b-41d4-a716-446655440000"),
];

#[test]
fn request_without_valid_token_is_401_on_every_route() {
    let app = app();
    let unknown = format!("gm_{}", "a".repeat(52));
    for token in [None, Some(""), Some("gm_"), Some("sk-something"), Some(unknown.as_str())] {
        let client = token.map_or_else(|| app.anonymous(), |token| app.client(token));
        for (method, path) in ROUTES {
            // A malformed id and body do not change the status.
            for (path, body) in
                [((*path).to_owned(), None), (path.replace(ID, "x"), Some(b"\xff".as_slice()))]
            {
                let body = body.filter(|_| matches!(*method, "POST" | "PUT"));
                let response = client.send(method, &path, &[("content-type", "text/plain")], body);
                response.goodmem_error(401, &["API key"]);
                assert_eq!(response.header("www-authenticate"), Some("Bearer"));
            }
        }
    }
}

#[test]
fn request_without_token_with_large_body_is_401() {
    let app = app();
    let body = vec![b' '; 4 * 1024 * 1024];
    app.anonymous().send("POST", "/v1/llms", &[], Some(&body)).goodmem_error(401, &[]);
}

#[test]
fn request_to_unknown_path_is_404_in_format_of_its_api() {
    let app = app();
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/llms/a/b",
        "/v1/llm",
        "/v1/users",
        "/v1/system",
        "/v1/v1/llms",
        "/V1/llms",
        "/v1/llms%2Fx",
        "/llm-config",
        "/llm-config/v1/x",
    ] {
        let response = app.root().get(path);
        if path.starts_with("/V1") {
            assert_eq!(response.json(404)["success"], false, "{path}");
        } else {
            response.goodmem_error(404, &["no such path"]);
        }
    }
    for path in ["/v10", "/ai", "/nothing", "/favicon.ico"] {
        let response = app.root().get(path).json(404);
        assert_eq!(
            response,
            json!({"success": false, "message": "Not found: this server has no such path"}),
            "{path}"
        );
    }
}

#[test]
fn request_with_repeated_slashes_is_served() {
    let app = app();
    for path in ["//v1/llms", "/v1//llms", "//ai/llm"] {
        app.root().get(path).json(200);
    }
}

#[test]
fn request_with_unsupported_method_is_405_with_allow() {
    let app = app();
    let path = app.root().create_llm_path(&llm());
    let check = |method: &str, path: &str, allow: &str| {
        for client in [app.root(), app.anonymous()] {
            let response = client.send(method, path, &[], None);
            response.goodmem_error(405, &["method"]);
            assert_eq!(response.header("allow"), Some(allow), "{method} {path}");
        }
    };
    check("PATCH", &path, "GET, HEAD, PUT, DELETE");
    check("POST", &path, "GET, HEAD, PUT, DELETE");
    check("DELETE", "/v1/llms", "GET, HEAD, POST");
    check("OPTIONS", "/v1/llms", "GET, HEAD, POST");
    check("PUT", "/v1/apikeys", "GET, HEAD, POST");
    check("POST", "/v1/users/me", "GET, HEAD");
    check("GET", "/v1/system/init", "POST");
    check("POST", "/v1/system/info", "GET, HEAD");
    let health = app.root().post_empty("/health");
    assert_eq!(
        health.json(405),
        json!({"success": false, "message": "Method not allowed: only GET is allowed here"})
    );
}

#[test]
fn errors_of_metrics_have_format_of_v1_only_from_its_handler() {
    let app = app();
    app.anonymous().get("/metrics").goodmem_error(401, &["API key"]);
    app.user(OrgRole::User).client.get("/metrics").goodmem_error(403, &["READ_METRICS"]);
    app.root().post_empty("/metrics").flashback_error(405, &["GET"]);
    app.root().get("/metrics/x").flashback_error(404, &["no such path"]);
}

#[test]
fn update_reports_404_and_403_before_body_errors() {
    let app = app();
    let stranger = app.user(OrgRole::User).client;
    let path = app.root().create_llm_path(&llm());
    let key = app.root().post("/v1/apikeys", &json!({})).json(201)["apiKeyMetadata"]["apiKeyId"].clone();
    for body in ["{", "{}", r#"{"nonsense": 1}"#, r#"{"displayName": ""}"#] {
        stranger.text("PUT", &format!("/v1/llms/{ID}"), body).goodmem_error(404, &["LLM"]);
        stranger.text("PUT", &path, body).goodmem_error(403, &["UPDATE_LLM_ANY"]);
        app.root().text("PUT", &path, body).goodmem_error(400, &[]);
        stranger.text("PUT", &format!("/v1/apikeys/{ID}"), body).goodmem_error(404, &["API key"]);
        // This caller may not learn that the user root exists.
        stranger
            .text("PUT", &format!("/v1/apikeys/{}", key.as_str().unwrap()), body)
            .goodmem_error(404, &["API key"]);
    }
    stranger.text("PUT", "/v1/llms/malformed", "{").goodmem_error(400, &["id"]);
}

#[test]
fn create_reports_body_errors_before_403_before_409() {
    let app = app();
    let stranger = app.user(OrgRole::User).client;
    let me = app.root().get("/v1/users/me").json(200)["userId"].clone();
    let body = merge_patch(llm_with_secret("sk-0123456789"), &json!({"ownerId": me}));
    app.root().create_llm(&body);
    stranger
        .post("/v1/llms", &merge_patch(body.clone(), &json!({"displayName": ""})))
        .goodmem_error(400, &["displayName"]);
    stranger.post("/v1/llms", &body).goodmem_error(403, &["CREATE_LLM_ANY"]);
    app.root().post("/v1/llms", &body).goodmem_error(409, &["already"]);
}

#[test]
fn create_for_missing_owner_is_rejected() {
    let app = app();
    app.root()
        .post("/v1/llms", &merge_patch(llm(), &json!({"ownerId": ID})))
        .goodmem_error(400, &["ownerId"]);
    app.user(OrgRole::User)
        .client
        .post("/v1/llms", &merge_patch(llm(), &json!({"ownerId": ID})))
        .goodmem_error(403, &[]);
}

#[test]
fn every_response_has_request_id_and_keeps_valid_one() {
    let app = app();
    let id = |sent: &str| {
        let response = app.root().send("GET", "/v1/llms", &[("x-request-id", sent)], None);
        response.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id("trace-1_2.3"), "trace-1_2.3");
    for invalid_id in ["", "a b", "a\"b", "é", &"x".repeat(65)] {
        let generated_id = id(invalid_id);
        assert!(generated_id != invalid_id && generated_id.len() == 36, "{invalid_id}");
    }
    for path in ["/health", "/ready", "/", "/v1/nothing", "/v1/system/info"] {
        assert!(app.anonymous().get(path).header("x-request-id").is_some(), "{path}");
    }
}
