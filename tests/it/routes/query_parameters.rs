//! Query parameters: what the documents describe is accepted, everything else is refused.

use std::collections::BTreeSet;

use llm_config_server::http::docs;
use llm_config_server::http::document::Document;
use llm_config_server::http::routes::{Route, RouteAuth};
use llm_config_store::testing::TestDatabase;
use serde_json::Value;

use super::{Fixture, all, is_api, is_of_gateway};
use crate::support::{Client, Response, TestApp};

fn app() -> TestApp {
    TestApp::with_database(TestDatabase::sqlite())
}

fn is_flashback(path: &str) -> bool {
    !path.starts_with("/v1") && !path.starts_with("/llm-config")
}

/// The message of a 400.
#[track_caller]
fn message(path: &str, response: &Response) -> String {
    let member = if is_flashback(path) { "message" } else { "error" };
    response.json(400)[member].as_str().expect("the message is a string").to_owned()
}

/// Asserts the message of a 400, and in `/v1` and `/llm-config` its fields.
#[track_caller]
fn check(client: &Client, path: &str, expected: &str, fields: &[&str]) {
    let response = client.get(path);
    assert_eq!(message(path, &response), expected, "{path}");
    if !is_flashback(path) {
        assert_eq!(response.error_fields(), fields, "{path}");
    }
}

/// The names of the query parameters that the documents describe for a route.
fn described(route: &Route) -> BTreeSet<String> {
    let documents = Document::ALL.map(|document| docs::json(document).expect("the document is written"));
    let documents = documents.map(|json| serde_json::from_str::<Value>(&json).expect("valid JSON"));
    let parameters = documents.iter().filter_map(|document| {
        document["paths"][route.path][route.method.to_lowercase()]["parameters"].as_array()
    });
    let query = parameters.flatten().filter(|parameter| parameter["in"] == "query");
    query.map(|parameter| parameter["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn request_with_unknown_parameter_is_refused_on_every_api_route() {
    let fixture = Fixture::new();
    let root = fixture.app.root();
    for route in all().filter(|route| is_api(route)) {
        let name = format!("{} {}", route.method, route.path);
        let path = format!("{}?zebra=1&name", fixture.path(route.path));
        let response = root.send(route.method, &path, &[], None);
        let message = message(route.path, &response);
        for parameter in ["zebra", "name"] {
            let error = format!("{parameter} is not a query parameter of this request");
            assert!(message.contains(&error), "{name}: {message}");
        }
        match described(route).iter().next() {
            Some(known) => assert!(message.contains(known), "{name}: {message}"),
            None => assert!(message.ends_with(", which has no query parameters"), "{name}: {message}"),
        }
        if !is_flashback(route.path) {
            assert_eq!(response.error_fields(), ["name", "zebra"], "{name}");
        }
        // Authentication comes first, and nothing was changed.
        let status = fixture.app.anonymous().send(route.method, &path, &[], None).status;
        assert_eq!(status, if route.auth == RouteAuth::Token { 401 } else { 400 }, "{name}");
    }
    root.get(&format!("/v1/llms/{}", fixture.llm)).json(200);
    assert_eq!(root.ai_llms("").len(), 1);
}

#[test]
fn request_with_unknown_parameter_is_served_on_every_other_route() {
    let fixture = Fixture::new();
    for route in all().filter(|route| !is_api(route) && !is_of_gateway(route)) {
        let path = fixture.path(route.path);
        let expected = fixture.app.root().send(route.method, &path, &[], None).status;
        let status = fixture.app.root().send(route.method, &format!("{path}?zebra=1"), &[], None).status;
        assert!(status == expected && status < 400, "{} {path}: {status}", route.method);
    }
}

#[test]
fn request_with_unknown_parameter_is_refused_on_every_route_of_the_gateway() {
    let fixture = Fixture::new();
    for route in all().filter(|route| is_of_gateway(route)) {
        let (method, path) = (route.method, format!("{}?zebra=1", fixture.path(route.path)));
        let response = fixture.app.root().send(method, &path, &[], None);
        let code = response.header("x-llm-config-error");
        assert_eq!((response.status, code), (400, Some("query_not_allowed")), "{method} {path}");
        assert_eq!(fixture.app.anonymous().send(method, &path, &[], None).status, 401, "{method} {path}");
    }
}

#[test]
fn described_parameter_is_accepted_on_every_route() {
    let fixture = Fixture::new();
    for route in all().filter(|route| route.method == "GET") {
        for name in described(route) {
            let response = fixture.app.root().get(&format!("{}?{name}=", fixture.path(route.path)));
            let is_unknown = response.body.contains("is not a query parameter");
            assert!(!is_unknown, "{} {}: {}", route.method, route.path, response.body);
        }
    }
}

#[test]
fn mistyped_parameter_is_refused_with_the_similar_name() {
    let (app, lists) = (app(), "which has ownerId, providerType, label, includeCredentials, limit, cursor");
    let root = app.root();
    for (sent, similar) in [
        ("providertype", "providerType"),
        ("provider", "providerType"),
        ("provider-type", "providerType"),
        ("owner", "ownerId"),
        ("labels[team]", "label"),
        ("labels.team", "label"),
        ("includeCredential", "includeCredentials"),
    ] {
        let expected =
            format!("{sent} is not a query parameter of this request (did you mean {similar}?), {lists}");
        check(&root, &format!("/v1/llms?{sent}=OLLAMA"), &expected, &[sent]);
    }
    for sent in ["team", "page", "maxResults", "q"] {
        let expected = format!("{sent} is not a query parameter of this request, {lists}");
        check(&root, &format!("/v1/llms?{sent}=1"), &expected, &[sent]);
    }
    check(
        &root,
        "/ai/llm?workspace_id=x",
        "workspace_id is not a query parameter of this request (did you mean workspaceId?), which has \
         workspaceId, limit, cursor",
        &[],
    );
}

#[test]
fn unknown_parameters_are_refused_together_with_wrong_values() {
    let app = app();
    check(
        &app.root(),
        "/v1/llms?providertype=OLLAMA&ownerId=me&team=x&providerType=y&team=z",
        "ownerId must be a UUID, such as `018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a`; providerType must be one of \
         OPENAI, LITELLM_PROXY, OPEN_ROUTER, VLLM, OLLAMA, LLAMA_CPP, CUSTOM_OPENAI_COMPATIBLE; providertype \
         is not a query parameter of this request (did you mean providerType?); team is not a query \
         parameter of this request, which has ownerId, providerType, label, includeCredentials, limit, \
         cursor",
        &["ownerId", "providerType", "providertype", "team"],
    );
}

#[test]
fn two_values_in_two_spellings_are_refused() {
    let app = app();
    check(
        &app.root(),
        "/v1/llms?includeCredentials=true&include_credentials=false",
        "includeCredentials is given twice, with different values",
        &["includeCredentials"],
    );
}

#[test]
fn hostile_parameter_names_are_quoted_and_shortened() {
    let app = app();
    let root = app.root();
    let list = ", which has no query parameters";
    for (sent, shown) in [
        ("=x", r#""""#.to_owned()),
        ("a%20b", r#""a b""#.to_owned()),
        ("a%00%0A%E2%80%AEb", r#""a\0\n\u{202e}b""#.to_owned()),
        ("%FF", "\"\u{fffd}\"".to_owned()),
        ("%22%3E%3Cscript%3E", r#""\"><script>""#.to_owned()),
        (&"x".repeat(1000), format!("\"{}…\"", "x".repeat(64))),
    ] {
        let expected = format!("{shown} is not a query parameter of this request{list}");
        check(&root, &format!("/v1/users/me?{sent}"), &expected, &[&shown]);
    }
    let many: Vec<_> = (0..3000).map(|n| format!("p{n}")).collect();
    let response = root.get(&format!("/v1/llms?{}", many.join("&")));
    assert_eq!(response.error_fields().len(), 20);
    let message = message("/v1/llms", &response);
    assert!(
        message.ends_with("includeCredentials, limit, cursor; and 2980 more") && message.len() < 2000,
        "{message}"
    );
}

#[test]
fn parameters_of_the_official_clients_are_accepted_in_both_spellings() {
    let fixture = Fixture::new();
    let (root, user) = (fixture.app.root(), &fixture.user);
    for query in [
        format!("/v1/llms?ownerId={user}&providerType=VLLM&label.env=prod&label.team=a%20b"),
        format!("/v1/llms?owner_id={user}&provider_type=VLLM&label%5Benv%5D=prod&label%5Bteam%5D=a+b"),
        format!("/v1/llms/{}?includeCredentials=false", fixture.llm),
        format!("/v1/llms/{}?include_credentials=false", fixture.llm),
        format!("/v1/apikeys?subject_principal_id={user}&owner_principal_id={user}&lifecycle_state=USABLE"),
        format!("/v1/apikeys?subjectPrincipalId={user}&ownerPrincipalId={user}&lifecycleState=USABLE"),
        format!("/v1/users/{user}?include_deleted=true"),
        "/v1/users/email/ada@example.com?includeDeleted=false".to_owned(),
        format!("/ai/llm?workspaceId={}", fixture.workspace),
        format!("/ai/llm/stats?aiLlmId={}", fixture.config),
    ] {
        root.get(&query).json(200);
    }
}
