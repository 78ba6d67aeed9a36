//! What is true of every route: who is asked first, and the shape of refusals.

use llm_config_core::access::OrgRole;
use serde_json::json;

use super::app;
use crate::support::{keyed, llm, with};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Every route below `/v1` that needs a token.
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
fn without_a_valid_token_everything_is_401() {
    let app = app();
    let unknown = format!("gm_{}", "a".repeat(52));
    for token in [None, Some(""), Some("gm_"), Some("sk-something"), Some(unknown.as_str())] {
        let client = token.map_or_else(|| app.anonymous(), |token| app.client(token));
        for (method, path) in ROUTES {
            // Whatever else is wrong with the request.
            for (path, body) in
                [((*path).to_owned(), None), (path.replace(ID, "x"), Some(b"\xff".as_slice()))]
            {
                let body = body.filter(|_| matches!(*method, "POST" | "PUT"));
                let answer = client.send(method, &path, &[("content-type", "text/plain")], body);
                answer.refused(401, &["API key"]);
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            }
        }
    }
}

#[test]
fn an_unauthenticated_body_of_any_size_is_401() {
    let app = app();
    let body = vec![b' '; 4 * 1024 * 1024];
    app.anonymous().send("POST", "/v1/llms", &[], Some(&body)).refused(401, &[]);
}

#[test]
fn unknown_paths_are_404_in_the_dialect_of_their_place() {
    let app = app();
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/llms/",
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
        let answer = app.root().get(path);
        if path.starts_with("/V1") {
            assert_eq!(answer.json(404)["success"], false, "{path}");
        } else {
            answer.refused(404, &["nothing at this path"]);
        }
    }
    for path in ["/", "/v10", "/ai", "/nothing", "/favicon.ico"] {
        let answer = app.root().get(path).json(404);
        assert_eq!(answer, json!({"success": false, "message": "there is nothing at this path"}), "{path}");
    }
}

#[test]
fn repeated_slashes_are_one() {
    let app = app();
    for path in ["//v1/llms", "/v1//llms", "//ai/llm"] {
        app.root().get(path).json(200);
    }
}

#[test]
fn a_known_path_with_another_method_is_405_and_says_which_it_has() {
    let app = app();
    let path = app.root().created(&llm());
    let check = |method: &str, path: &str, allow: &str| {
        for client in [app.root(), app.anonymous()] {
            let answer = client.send(method, path, &[], None);
            answer.refused(405, &["method"]);
            assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        }
    };
    check("PATCH", &path, "GET, PUT, DELETE");
    check("POST", &path, "GET, PUT, DELETE");
    check("DELETE", "/v1/llms", "GET, POST");
    check("OPTIONS", "/v1/llms", "GET, POST");
    check("PUT", "/v1/apikeys", "GET, POST");
    check("POST", "/v1/users/me", "GET");
    check("GET", "/v1/system/init", "POST");
    check("POST", "/v1/system/info", "GET");
    let health = app.root().send("POST", "/health", &[], None);
    assert_eq!(health.json(405), json!({"success": false, "message": "this path does not have this method"}));
}

#[test]
fn changes_ask_for_the_object_and_the_right_before_the_body() {
    let app = app();
    let stranger = app.user(OrgRole::User).client;
    let path = app.root().created(&llm());
    let key = app.root().post("/v1/apikeys", &json!({})).json(201)["apiKeyMetadata"]["apiKeyId"].clone();
    for body in ["{", "{}", r#"{"nonsense": 1}"#, r#"{"displayName": ""}"#] {
        stranger.text("PUT", &format!("/v1/llms/{ID}"), body).refused(404, &["LLM"]);
        stranger.text("PUT", &path, body).refused(403, &["UPDATE_LLM_ANY"]);
        app.root().text("PUT", &path, body).refused(400, &[]);
        stranger.text("PUT", &format!("/v1/apikeys/{ID}"), body).refused(404, &["API key"]);
        // They may not know that root has an account.
        stranger
            .text("PUT", &format!("/v1/apikeys/{}", key.as_str().unwrap()), body)
            .refused(404, &["API key"]);
    }
    stranger.text("PUT", "/v1/llms/malformed", "{").refused(400, &["id"]);
}

#[test]
fn creations_ask_for_the_body_before_the_right_and_the_right_before_duplicates() {
    let app = app();
    let stranger = app.user(OrgRole::User).client;
    let me = app.root().get("/v1/users/me").json(200)["userId"].clone();
    let body = with(keyed("sk-0123456789"), &json!({"ownerId": me}));
    app.root().create(&body);
    stranger
        .post("/v1/llms", &with(body.clone(), &json!({"displayName": ""})))
        .refused(400, &["displayName"]);
    stranger.post("/v1/llms", &body).refused(403, &["CREATE_LLM_ANY"]);
    app.root().post("/v1/llms", &body).refused(409, &["already"]);
}

#[test]
fn an_owner_who_does_not_exist_is_a_fault_of_the_request() {
    let app = app();
    app.root().post("/v1/llms", &with(llm(), &json!({"ownerId": ID}))).refused(400, &["ownerId"]);
    app.user(OrgRole::User).client.post("/v1/llms", &with(llm(), &json!({"ownerId": ID}))).refused(403, &[]);
}

#[test]
fn every_answer_has_a_request_id_and_keeps_a_plain_one() {
    let app = app();
    let id = |sent: &str| {
        let answer = app.root().send("GET", "/v1/llms", &[("x-request-id", sent)], None);
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id("trace-1_2.3"), "trace-1_2.3");
    for odd in ["", "a b", "a\"b", "é", &"x".repeat(65)] {
        let fresh = id(odd);
        assert!(fresh != odd && fresh.len() == 36, "{odd}");
    }
    for path in ["/health", "/ready", "/", "/v1/nothing", "/v1/system/info"] {
        assert!(app.anonymous().get(path).header("x-request-id").is_some(), "{path}");
    }
}
