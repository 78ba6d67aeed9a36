//! Bad input to checks and pings. None of the requests calls a provider.

use serde_json::{Value, json};

use super::case::{Case, Section, creation, json_request, llm_creation, raw_request, request_without_body};
use crate::support::{UNKNOWN_ID, assign};

fn once(description: &'static str, changes: &Value) -> Case {
    ping(description, "/v1/ping:once", changes)
}

fn series(description: &'static str, changes: &Value) -> Case {
    ping(description, "/v1/ping:stream", changes)
}

/// A ping of an unknown id, so that an accepted request calls no provider.
fn ping(description: &'static str, path: &'static str, changes: &Value) -> Case {
    let body = assign(json!({"targetId": UNKNOWN_ID}), changes);
    json_request(description, "POST", path, &body)
}

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { title: "## Validation and checks", cases: checks() },
        Section { title: "## `/v1/ping:once` and `/v1/ping:stream`", cases: pings() },
    ]
}

fn checks() -> Vec<Case> {
    const FLASHBACK: &str = "/llm-config/v1/checks/flashback";
    const GOODMEM: &str = "/llm-config/v1/checks/goodmem";
    let planned = |description, id: &str, body: &Value| {
        json_request(description, "POST", &format!("/llm-config/v1/configs/{id}/checks/planned"), body)
    };
    vec![
        request_without_body("an id that is not a UUID", "POST", "/ai/llm/zebra/validate"),
        request_without_body("the id of an LLM of `/v1/llms`", "POST", "/ai/llm/{llm}/validate"),
        request_without_body("another method", "GET", "/ai/llm/{config}/validate"),
        json_request("the body of the other API", "POST", FLASHBACK, &llm_creation(&json!({}))),
        json_request("an invalid endpoint", "POST", FLASHBACK, &creation(&json!({"endpoint": "zebra"}))),
        json_request(
            "an unknown workspace",
            "POST",
            FLASHBACK,
            &creation(&json!({"workspaceId": UNKNOWN_ID})),
        ),
        raw_request("a body that is not JSON", "POST", FLASHBACK, "zebra"),
        json_request("the body of the other API", "POST", GOODMEM, &creation(&json!({}))),
        json_request(
            "a provider of the other API",
            "POST",
            GOODMEM,
            &llm_creation(&json!({"providerType": "ANTHROPIC"})),
        ),
        request_without_body("no body", "POST", GOODMEM),
        json_request(
            "an unknown depth",
            "POST",
            &format!("{GOODMEM}?depth=zebra"),
            &llm_creation(&json!({})),
        ),
        request_without_body("an unknown depth", "POST", "/llm-config/v1/configs/{llm}/checks?depth=zebra"),
        request_without_body("an id that is not a UUID", "POST", "/llm-config/v1/configs/zebra/checks"),
        request_without_body("an id that is not a UUID", "GET", "/llm-config/v1/configs/zebra/checks"),
        request_without_body("an unknown id", "GET", &format!("/llm-config/v1/configs/{UNKNOWN_ID}/checks")),
        request_without_body("another method", "DELETE", "/llm-config/v1/configs/{llm}/checks"),
        planned("no change", "{llm}", &json!({})),
        planned("a field of the other API", "{llm}", &json!({"name": "zebra"})),
        planned(
            "another origin without the credential",
            "{llm}",
            &json!({"endpointUrl": "https://zebra.example:8443"}),
        ),
        planned(
            "another origin without the credential",
            "{config}",
            &json!({"endpoint": "https://zebra.example:8443"}),
        ),
        planned("a blank name", "{config}", &json!({"name": " "})),
        planned("an unknown id", UNKNOWN_ID, &json!({"name": "zebra"})),
    ]
}

fn pings() -> Vec<Case> {
    vec![
        request_without_body("no body", "POST", "/v1/ping:once"),
        json_request("no target", "POST", "/v1/ping:once", &json!({})),
        once("a target that is not a UUID", &json!({"targetId": "zebra"})),
        once("an unknown target", &json!({})),
        once("a configuration of the other API", &json!({"targetId": "{config}"})),
        once("the hint `EMBEDDER`", &json!({"targetTypeHint": "EMBEDDER"})),
        once("an unknown hint", &json!({"targetTypeHint": "zebra"})),
        once("the payload type `BINARY`", &json!({"payloadType": "BINARY"})),
        once("a payload and a size", &json!({"payload": "zebra", "payloadSizeBytes": 5})),
        once("a payload of 65,537 bytes", &json!({"payload": "a".repeat(65_537)})),
        once("a payload that is a number", &json!({"payload": 7})),
        once("a negative size", &json!({"payloadSizeBytes": -1})),
        once("a negative timeout", &json!({"timeoutMs": -1})),
        once("a timeout that is text", &json!({"timeoutMs": "zebra"})),
        once("a field of the stream", &json!({"count": 2})),
        request_without_body("another method", "GET", "/v1/ping:once"),
        request_without_body("an unknown word after the colon", "POST", "/v1/ping:zebra"),
        series("a negative count", &json!({"count": -1})),
        series("a count of 1.5", &json!({"count": 1.5})),
        series("a negative interval", &json!({"intervalMs": -1})),
        series("jitter that is text", &json!({"jitter": "zebra"})),
        series("labels that are a list", &json!({"labels": ["zebra"]})),
        series("a label with a capital letter", &json!({"labels": {"Zebra": "a"}})),
        series("an unknown target", &json!({})),
    ]
}
