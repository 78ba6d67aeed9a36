//! Providers that repeat the credential: it reaches no client, and neither log, metrics nor audit trail.

use llm_config_store::testing::TestDatabase;
use serde_json::json;

use crate::support::{
    Installation, MODEL, RawResponse, StreamProvider, api_key_credentials, llm_at, merge_patch,
};

/// The part of the key that is searched for.
const CANARY: &str = "canary5e1f90b7d3";
const KEY: &str = "sk-canary5e1f90b7d3-4821";

const CHAT: &str = "/openai/v1/chat/completions";

const EVENT: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";

/// An error without the key.
const OTHER_ERROR: &str = r#"{"error":{"message":"C\u002B\u002B is not supported"}}"#;

/// A provider that repeats its key where the request tells.
fn echoing() -> StreamProvider {
    StreamProvider::start(|request, connection| {
        let key = request.header("authorization").expect("a key").trim_start_matches("Bearer ");
        let json = ("content-type", "application/json");
        let text = format!("{{\"choices\":[],\"note\":\"your key {key} is fine\"}}");
        match request.json()["where"].as_str().expect("a place") {
            "header" => connection.respond(
                200,
                &[json, ("x-ratelimit-key", key), ("x-request-id", key)],
                "{\"choices\":[]}",
            ),
            "json" => connection.json(200, text),
            "long json" => connection.json(200, format!("{}{text}", " ".repeat(100_000))),
            "error" => connection.json(400, format!("{{\"error\":{{\"message\":\"bad key {key}\"}}}}")),
            "shortened" => {
                connection.json(429, format!("{{\"error\":{{\"message\":\"bad key {}\"}}}}", &key[3..16]));
            }
            "refusal" => connection.json(401, format!("{{\"error\":{{\"message\":\"bad key {key}\"}}}}")),
            "first event" => connection.events(&[&format!("data: {{\"key\":\"{key}\"}}\n\n")]),
            "first error" => connection.events(&[&format!(
                "data: {{\"error\":{{\"message\":\"bad key {}\",\"code\":429}}}}\n\n",
                &key[3..16]
            )]),
            "event" => connection.events(&[EVENT, &format!("data: {{\"key\":\"{key}\"}}\n\n")]),
            "split event" => connection.events(&[EVENT, &key[..9], &key[9..], "\n\n"]),
            "location" => connection.respond(302, &[("location", &format!("http://x/?key={key}"))], ""),
            other => panic!("{other}"),
        }
    })
}

#[track_caller]
fn check_hidden(place: &str, text: &str) {
    assert!(!text.contains(CANARY) && !text.contains(&CANARY.to_uppercase()), "the key is in {place}");
}

/// Cases 14 and 31.
#[test]
fn key_that_a_provider_repeats_is_nowhere() {
    let installation = Installation::with_database(TestDatabase::sqlite());
    let installation = installation.with("LOG_FORMAT", "json").with("LOG_FILTER", "trace");
    let server = installation.start();
    let root = server.client(&server.token());
    let provider = echoing();
    let endpoint = format!("{}/v1", provider.base());
    let credentials = json!({"credentials": api_key_credentials(KEY), "displayName": "prod"});
    root.create_llm(&merge_patch(llm_at(&endpoint, MODEL, None), &credentials));
    let call = |place: &str| -> RawResponse {
        let is_stream = place.contains("event") || place == "first error";
        let body = json!({"model": "prod", "where": place, "stream": is_stream});
        let response = root.call(CHAT, body.to_string());
        check_hidden(place, &format!("{:?} {}", response.head, response.text()));
        response
    };
    call("header").is_success("{\"choices\":[]}");
    call("json").is_gateway_error(502, "credential_echoed");
    assert!(!call("long json").is_whole);
    call("error").is_gateway_error(400, "credential_echoed");
    call("shortened").is_gateway_error(429, "credential_echoed");
    // Case 30: a refusal of the stored credential, whatever else it says.
    call("refusal").is_gateway_error(502, "credential_refused");
    call("first event").is_gateway_error(502, "credential_echoed");
    call("first error").is_gateway_error(429, "credential_echoed");
    for place in ["event", "split event"] {
        let response = call(place);
        assert_eq!((response.head.status, response.is_whole), (200, false), "{place}");
        assert!(response.text().starts_with(EVENT), "{place}: {}", response.text());
    }
    call("location").is_gateway_error(502, "not_an_api_answer");

    // Keys of clients in the query.
    for query in [format!("key={CANARY}"), format!("model={CANARY}"), format!("x&api_key={CANARY}")] {
        for path in [CHAT, "/gemini/v1/models/prod:generateContent", "/anthropic/v1/models"] {
            let response = match path {
                "/anthropic/v1/models" => root.get(&format!("{path}?{query}")),
                _ => root.text("POST", &format!("{path}?{query}"), "{}"),
            };
            assert_eq!(response.header("x-llm-config-error"), Some("query_not_allowed"), "{}", response.body);
            assert_eq!(response.status, 400);
            check_hidden(&query, &response.body);
        }
    }

    check_hidden("the metrics", &root.get("/metrics").body);
    let log = server.stop();
    assert!(log.contains(CHAT) && log.lines().count() > 50);
    check_hidden("the log", &log);
    let audit = installation.database.texts("SELECT kind || ' ' || fields AS value FROM audit_events");
    assert!(!audit.is_empty());
    check_hidden("the audit trail", &audit.join("\n"));
}

/// The spelling of Gson, in which every key with padding differs; and of .NET, in which two characters of one
/// have twelve bytes.
#[test]
fn key_that_a_provider_escapes_is_withheld_and_its_single_characters_are_not() {
    let gateway = super::gateway();
    let provider = StreamProvider::start(|request, connection| {
        let key = request.header("authorization").expect("a key").trim_start_matches("Bearer ");
        let key = key.replace('=', "\\u003d");
        let note = format!("{{\"choices\":[],\"note\":\"{key}\"}}");
        match request.json()["where"].as_str().expect("a place") {
            "json" => connection.json(200, note),
            "event" => connection.events(&[EVENT, &format!("data: {note}\n\n")]),
            "error" => connection.json(400, format!("{{\"error\":{{\"message\":\"{}\"}}}}", &key[20..])),
            "other error" => connection.json(400, OTHER_ERROR),
            other => panic!("{other}"),
        }
    });
    let key = "wJalrXUtnFEMI7MDENGbPxRfi++CYEXAMPLEKE==";
    gateway.config_with("prod", "VLLM", &provider, &json!({"credentials": api_key_credentials(key)}));
    let call = |place: &str| {
        let body = json!({"model": "prod", "where": place, "stream": place == "event"});
        gateway.root().call(CHAT, body.to_string())
    };
    call("json").is_gateway_error(502, "credential_echoed");
    let response = call("event");
    assert!(!response.is_whole && !response.text().contains("wJalrXUtnFEMI"), "{}", response.text());
    call("error").is_gateway_error(400, "credential_echoed");
    assert_eq!(call("other error").text(), OTHER_ERROR);
}
