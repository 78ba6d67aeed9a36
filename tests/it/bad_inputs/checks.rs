//! Checks and pings. None of them calls a provider.

use serde_json::{Value, json};

use super::case::{Case, Section, bare, bytes, creation, llm_creation, sent};
use crate::support::{UNKNOWN_ID, assign};

fn once(what: &'static str, changes: &Value) -> Case {
    ping(what, "/v1/ping:once", changes)
}

fn series(what: &'static str, changes: &Value) -> Case {
    ping(what, "/v1/ping:stream", changes)
}

/// A ping of an unknown id, so that an accepted one calls no provider.
fn ping(what: &'static str, path: &'static str, changes: &Value) -> Case {
    let body = assign(json!({"targetId": UNKNOWN_ID}), changes);
    sent(what, "POST", path, &body)
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
    let planned = |what, id: &str, body: &Value| {
        sent(what, "POST", &format!("/llm-config/v1/configs/{id}/checks/planned"), body)
    };
    vec![
        bare("an id that is no UUID", "POST", "/ai/llm/zebra/validate"),
        bare("an LLM of the other API", "POST", "/ai/llm/{llm}/validate"),
        bare("another method", "GET", "/ai/llm/{config}/validate"),
        sent("the body of the other API", "POST", FLASHBACK, &llm_creation(&json!({}))),
        sent("an invalid endpoint", "POST", FLASHBACK, &creation(&json!({"endpoint": "zebra"}))),
        sent("an unknown workspace", "POST", FLASHBACK, &creation(&json!({"workspaceId": UNKNOWN_ID}))),
        bytes("a body that is not JSON", "POST", FLASHBACK, "zebra"),
        sent("the body of the other API", "POST", GOODMEM, &creation(&json!({}))),
        sent(
            "a provider of the other API",
            "POST",
            GOODMEM,
            &llm_creation(&json!({"providerType": "ANTHROPIC"})),
        ),
        bare("no body", "POST", GOODMEM),
        sent("an unknown depth", "POST", &format!("{GOODMEM}?depth=zebra"), &llm_creation(&json!({}))),
        bare("an unknown depth", "POST", "/llm-config/v1/configs/{llm}/checks?depth=zebra"),
        bare("an id that is no UUID", "POST", "/llm-config/v1/configs/zebra/checks"),
        bare("an id that is no UUID", "GET", "/llm-config/v1/configs/zebra/checks"),
        bare("an unknown id", "GET", &format!("/llm-config/v1/configs/{UNKNOWN_ID}/checks")),
        bare("another method", "DELETE", "/llm-config/v1/configs/{llm}/checks"),
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
        bare("no body", "POST", "/v1/ping:once"),
        sent("no target", "POST", "/v1/ping:once", &json!({})),
        once("a target that is no UUID", &json!({"targetId": "zebra"})),
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
        bare("another method", "GET", "/v1/ping:once"),
        bare("another word behind the colon", "POST", "/v1/ping:zebra"),
        series("a negative count", &json!({"count": -1})),
        series("a count of 1.5", &json!({"count": 1.5})),
        series("a negative interval", &json!({"intervalMs": -1})),
        series("jitter that is text", &json!({"jitter": "zebra"})),
        series("labels that are a list", &json!({"labels": ["zebra"]})),
        series("a label with a capital letter", &json!({"labels": {"Zebra": "a"}})),
        series("an unknown target", &json!({})),
    ]
}
