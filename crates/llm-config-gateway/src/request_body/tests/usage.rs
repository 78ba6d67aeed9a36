//! Asking for the usage of streams.

use llm_config_providers::CallRoute;

use super::{RULES, check, splice_bytes};
use crate::request_body::SpliceRules;

const ASKS: SpliceRules<'static> = SpliceRules { asks_for_usage: true, ..RULES };
const CHAT: CallRoute = CallRoute::ChatCompletions;

#[track_caller]
fn check_asked(body: &str, expected: &str) {
    check(CHAT, body, &ASKS, expected, "stream_options");
    assert!(splice_bytes(CHAT, body.as_bytes(), &ASKS).expect("an accepted body").1.asked_for_usage);
}

#[track_caller]
fn check_not_asked(route: CallRoute, body: &str, rules: &SpliceRules<'_>) {
    let (found, spliced) = splice_bytes(route, body.as_bytes(), rules).expect("an accepted body");
    let expected = body.replace("\"m\"", "\"up/m\"");
    assert_eq!(String::from_utf8(found).expect("UTF-8"), expected);
    assert!(!spliced.asked_for_usage && spliced.added.is_empty(), "{body}");
}

// Case 23 of the gateway's contract.
#[test]
fn splice_of_stream_without_options_asks_for_usage() {
    check_asked(
        r#"{"model":"m","stream":true}"#,
        r#"{"model":"up/m","stream":true,"stream_options":{"include_usage":true}}"#,
    );
    check_asked(
        r#"{"stream_options":{},"stream":true,"model":"m"}"#,
        r#"{"stream_options":{"include_usage":true},"stream":true,"model":"up/m"}"#,
    );
    check_asked(
        r#"{"model":"m","stream":true,"stream_options": { "x":1 } }"#,
        r#"{"model":"up/m","stream":true,"stream_options": { "x":1 ,"include_usage":true} }"#,
    );
    check_asked(
        r#"{"model":"m","stream":true,"stream_options":{ }}"#,
        r#"{"model":"up/m","stream":true,"stream_options":{ "include_usage":true}}"#,
    );
}

// Case 24 of the gateway's contract.
#[test]
fn splice_of_stream_whose_client_decided_asks_for_nothing() {
    for options in [
        r#"{"include_usage":true}"#,
        r#"{"include_usage":false}"#,
        r#"{"include_usage":null}"#,
        r#"{"includ\u0065_usage":false}"#,
        "null",
        "[]",
        "\"x\"",
    ] {
        let body = format!(r#"{{"model":"m","stream":true,"stream_options":{options}}}"#);
        check_not_asked(CHAT, &body, &ASKS);
    }
}

#[test]
fn splice_of_call_that_has_no_usage_chunk_asks_for_nothing() {
    for body in [r#"{"model":"m"}"#, r#"{"model":"m","stream":false}"#, r#"{"model":"m","stream":null}"#] {
        check_not_asked(CHAT, body, &ASKS);
    }
    let stream = r#"{"model":"m","stream":true}"#;
    for route in [CallRoute::Completions, CallRoute::Responses, CallRoute::Embeddings, CallRoute::Messages] {
        check_not_asked(route, stream, &ASKS);
    }
    // Case 25 of the gateway's contract.
    check_not_asked(CHAT, stream, &RULES);
}
