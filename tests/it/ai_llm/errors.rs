//! Errors that every route of this API has in common.

use serde_json::{Value, json};

use super::app;
use crate::support::{ai_llm, member_names};

#[test]
fn every_error_has_flashback_format() {
    let app = app();
    let (root, path) = (app.root(), "/ai/llm");
    let big = format!("{{\"name\": \"{}\"}}", "x".repeat(1024 * 1024));
    let deep = format!("{{\"name\": {}{}}}", "[".repeat(5000), "]".repeat(5000));
    let json = "application/json";
    for (content_type, body, status) in [
        (json, "", 400),
        (json, "{", 400),
        (json, "nonsense", 400),
        (json, "[]", 400),
        (json, "\"text\"", 400),
        (json, "null", 400),
        (json, "{} {}", 400),
        (json, "{\"name\": \"a\", \"name\": \"b\"}", 400),
        (json, deep.as_str(), 400),
        ("text/plain", "{}", 400),
        ("application/x-www-form-urlencoded", "name=a", 400),
        ("multipart/form-data; boundary=x", "--x--", 400),
        ("", "{}", 400),
        (json, big.as_str(), 413),
    ] {
        let response = root.send("POST", path, &[("content-type", content_type)], Some(body.as_bytes()));
        response.flashback_error(status, &[]);
    }
    root.send("POST", path, &[], Some(&[0xff, 0xfe, b'{', b'}'])).flashback_error(400, &["UTF-8"]);
    for (method, path, status) in [
        ("PATCH", "/ai/llm", 405),
        ("DELETE", "/ai/llm", 405),
        ("PUT", "/ai/llm", 405),
        ("POST", "/ai/llm/available", 405),
        ("POST", "/ai/llm/stats", 405),
        ("POST", "/workspace/x", 405),
        ("PATCH", "/organization/users/x", 405),
        ("GET", "/ai/llm/550e8400-e29b-41d4-a716-446655440000", 405),
        ("GET", "/ai", 404),
        ("GET", "/ai/llms", 404),
        ("GET", "/api/ai/llm", 404),
        ("POST", "/ai/models", 404),
        ("GET", "/repo", 404),
        ("GET", "/repo/x/ai/apikey", 404),
        ("GET", "/apikeys", 404),
        ("GET", "/aistats/daily", 404),
        ("POST", "/ai/llm/550e8400-e29b-41d4-a716-446655440000/validate", 404),
    ] {
        root.send(method, path, &[], None).flashback_error(status, &[]);
    }
}

#[test]
fn request_with_repeated_slashes_is_served_without_redirect() {
    let app = app();
    let id = app.root().create_ai_llm(&ai_llm(app.workspace()));
    for path in ["//ai/llm", "///ai//llm", "/ai//llm"] {
        let list = app.root().get(path).success();
        assert_eq!(list["aiLlms"][0]["id"], id.to_string(), "{path}");
    }
    assert_eq!(app.root().get("//ai/llm/stats?aiLlmId=x").success()["stats"], json!([]));
    app.root().put(&format!("//ai/llm/{id}"), &json!({"name": "x"})).success();
    // A redirect would turn POST into GET.
    for (method, status) in [("GET", 200), ("POST", 400)] {
        let response = app.root().send(method, "/ai/llm/", &[], None);
        assert!(response.status == status && response.header("location").is_none(), "{}", response.status);
    }
    app.root().delete(&format!("//ai/llm/{id}")).success();
}

#[test]
fn request_without_valid_bearer_token_is_401_before_other_errors() {
    let app = app();
    let token = app.root().token.unwrap();
    let id = "550e8400-e29b-41d4-a716-446655440000";
    for (method, path) in [
        ("GET", "/ai/llm".to_owned()),
        ("POST", "/ai/llm".to_owned()),
        ("GET", "/ai/llm/available".to_owned()),
        ("GET", "/ai/llm/stats".to_owned()),
        ("PUT", format!("/ai/llm/{id}")),
        ("DELETE", format!("/ai/llm/{id}")),
        ("GET", "/workspace".to_owned()),
        ("PUT", format!("/workspace/{id}")),
        ("GET", "/organization/users".to_owned()),
        ("DELETE", format!("/organization/users/{id}")),
    ] {
        for value in [
            None,
            Some("Bearer".to_owned()),
            Some(format!("Basic {token}")),
            Some(format!("Bearer {token}a")),
        ] {
            let headers: Vec<_> = value.iter().map(|value| ("authorization", value.as_str())).collect();
            let response = app.anonymous().send(method, &path, &headers, None);
            response.flashback_error(401, &["access token"]);
            assert_eq!(response.header("www-authenticate"), Some("Bearer"));
        }
        let bearer = format!("Bearer {token}");
        let response = app.anonymous().send(method, &path, &[("authorization", &bearer)], None);
        assert!(matches!(response.status, 200 | 400 | 404), "{method} {path}: {}", response.status);
    }
}

#[test]
fn request_with_fetch_headers_is_served() {
    let app = app();
    let bearer = format!("Bearer {}", app.root().token.unwrap());
    let headers = [
        ("authorization", bearer.as_str()),
        ("accept", "*/*"),
        ("accept-language", "*"),
        ("sec-fetch-mode", "cors"),
        ("user-agent", "node"),
        ("accept-encoding", "gzip, deflate"),
    ];
    let list: Value = app.anonymous().send("GET", "/ai/llm", &headers, None).success();
    assert_eq!(member_names(&list), ["aiLlms", "success"]);
    let body = ai_llm(app.workspace()).to_string();
    let typed = [headers.as_slice(), &[("content-type", "application/json; charset=utf-8")]].concat();
    app.anonymous().send("POST", "/ai/llm", &typed, Some(body.as_bytes())).success();
}
