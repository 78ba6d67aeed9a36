//! The client's own bytes arrive as they are.

use bytes::Bytes;
use llm_config_providers::CallRoute;

use super::{RULES, check, check_refused, splice_bytes};
use crate::request_body::{RequestBody, SpliceRules};

const CHAT: CallRoute = CallRoute::ChatCompletions;

#[test]
fn splice_replaces_only_the_model() {
    check(CHAT, r#"{"model":"m"}"#, &RULES, r#"{"model":"up/m"}"#, "");
    check(CHAT, r#"{"model":null,"n":1}"#, &RULES, r#"{"model":"up/m","n":1}"#, "");
    check(
        CHAT,
        " {\n \"b\" : [ 1 ,2 ],\t\"model\"\r\n:  \"m\"  , \"a\":{ } } \n",
        &RULES,
        " {\n \"b\" : [ 1 ,2 ],\t\"model\"\r\n:  \"up/m\"  , \"a\":{ } } \n",
        "",
    );
    // The name keeps its escapes, and a nested `model` is none of ours.
    let body = r#"{"tools":[{"model":"x"}],"mod\u0065l":"m"}"#;
    check(CHAT, body, &RULES, r#"{"tools":[{"model":"x"}],"mod\u0065l":"up/m"}"#, "");
}

#[test]
fn splice_adds_absent_model_at_the_end() {
    check(CHAT, "{}", &RULES, r#"{"model":"up/m"}"#, "model");
    check(CHAT, "{ \n}", &RULES, "{ \n\"model\":\"up/m\"}", "model");
    check(CHAT, "{\"n\":1 } ", &RULES, "{\"n\":1 ,\"model\":\"up/m\"} ", "model");
    let body = r#"{"messages":[]}"#;
    check(CallRoute::Messages, body, &RULES, r#"{"messages":[],"model":"up/m"}"#, "model");
}

#[test]
fn splice_where_url_names_the_model_adds_none() {
    let azure = SpliceRules { sends_model: false, ..RULES };
    check(CHAT, r#"{"n":1}"#, &azure, r#"{"n":1}"#, "");
    check(CHAT, r#"{"model":"m"}"#, &azure, r#"{"model":"up/m"}"#, "");
}

#[test]
fn splice_escapes_the_model() {
    let odd = SpliceRules { model: "a\"b\\c\n\u{e9}", ..RULES };
    check(CHAT, r#"{"model":"m"}"#, &odd, "{\"model\":\"a\\\"b\\\\c\\n\u{e9}\"}", "");
}

// Case 20 of the gateway's contract.
#[test]
fn splice_of_unusual_values_keeps_their_bytes() {
    for value in [
        r#""\ud800""#,
        r#"["\udc00\ud800"]"#,
        "1e400",
        "-0.0",
        "123456789012345678901234567890.10e-0",
        r#"{"a":1,"a":2,"A":3}"#,
        r#""a\/b\u0041""#,
        "[ ]",
        "{\t}",
        "\"\u{feff}\u{2028}\"",
        r#""\u0000""#,
    ] {
        for template in ["{\"model\":\"m\",\"x\":VALUE}", "{\"x\" :VALUE ,\"model\":\"m\"}"] {
            let body = template.replace("VALUE", value);
            check(CHAT, &body, &RULES, &body.replace("\"m\"", "\"up/m\""), "");
        }
    }
}

#[test]
fn splice_of_invalid_utf_8_in_other_fields_keeps_its_bytes() {
    let (found, _) =
        splice_bytes(CHAT, b"{\"x\":\"\xff\xc3\",\"model\":\"m\"}", &RULES).expect("an accepted body");
    assert_eq!(found, b"{\"x\":\"\xff\xc3\",\"model\":\"up/m\"}");
    check_refused(CHAT, b"{\"model\":\"\xff\"}", &RULES, "invalid_body", None);
}

#[test]
fn splice_of_deep_nesting_keeps_its_bytes() {
    for depth in [1_000, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let value = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let body = format!("{{\"x\":{value},\"model\":\"m\"}}");
            check(CHAT, &body, &RULES, &body.replace("\"m\"", "\"up/m\""), "");
            // Also in values that are kept, and in nested objects that are read.
            let body = format!("{{\"stream\":true,\"stream_options\":{{\"x\":{value}}},\"model\":\"m\"}}");
            check(CHAT, &body, &RULES, &body.replace("\"m\"", "\"up/m\""), "");
        }
    }
}

#[test]
fn splice_of_large_body_copies_nothing() {
    let body = format!("{{\"model\":\"m\",\"x\":\"{}\"}}", "a".repeat(5_000_000));
    let body = Bytes::from(body);
    let spliced = RequestBody::read(CHAT, &body)
        .and_then(|read| read.splice(&body, &SpliceRules { sends_model: true, ..RULES }))
        .expect("an accepted body");
    let range = body.as_ptr_range();
    let copied: usize =
        spliced.parts.iter().filter(|part| !range.contains(&part.as_ptr())).map(Bytes::len).sum();
    assert_eq!(copied, "\"up/m\"".len());
}
