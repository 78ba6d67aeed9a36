//! Tests of responses that are no streams of events.

use super::*;

#[track_caller]
fn check(route: CallRoute, body: &[u8], expected: Option<(u64, u64)>) {
    for size in [1, 7, body.len().max(1)] {
        let mut tap = AnswerTap::new(route);
        body.chunks(size).for_each(|chunk| tap.push(chunk));
        let usage = tap.finish().usage.map(|usage| (usage.input, usage.output));
        assert_eq!(usage, expected, "{route:?} {}", String::from_utf8_lossy(body));
    }
}

#[test]
fn answer_with_usage_of_groq_is_read() {
    let body = br#"{"choices":[],"x_groq":{"id":"r","usage":{"prompt_tokens":3,"completion_tokens":4}}}"#;
    check(CallRoute::ChatCompletions, body, Some((3, 4)));
}

// Case 61.
#[test]
fn answer_that_is_compressed_has_no_usage() {
    let body = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabV*-NLOU\xb2R0\xd4Q*(\xca\xcf-(\x89/\xc9\x00";
    check(CallRoute::ChatCompletions, body, None);
    check(CallRoute::Messages, b"{\"usage\":\x8b\x00{\"input_tokens\":5}}", None);
}

// Case 68.
#[test]
fn answer_with_forged_usage_in_tool_arguments_ignores_it() {
    let chat = br#"{"choices":[{"message":{"tool_calls":[{"function":{"name":"f",
        "arguments":"{\"usage\":{\"prompt_tokens\":999}}"}}]},"finish_reason":"tool_calls"}],
        "usage":{"prompt_tokens":3,"completion_tokens":4}}"#;
    check(CallRoute::ChatCompletions, chat, Some((3, 4)));
    let messages = br#"{"usage":{"input_tokens":3,"output_tokens":4},"content":[{"type":"tool_use",
        "input":{"usage":{"input_tokens":999,"output_tokens":999},"error":{"code":500}}}]}"#;
    check(CallRoute::Messages, messages, Some((3, 4)));
    let gemini = br#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f",
        "args":{"usageMetadata":{"promptTokenCount":999}}}}]}}],
        "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}}"#;
    check(CallRoute::GenerateContent, gemini, Some((3, 4)));
    let without = br#"{"content":[{"type":"tool_use","input":{"usage":{"input_tokens":999}}}]}"#;
    check(CallRoute::Messages, without, None);
}

#[test]
fn answer_that_is_array_of_responses_takes_last_usage() {
    let body = br#"[{"candidates":[{"content":{"parts":[{"text":"a"}]}}],
        "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1}}
        ,{"candidates":[{"finishReason":"STOP"}],
        "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":6,"thoughtsTokenCount":2}}]"#;
    check(CallRoute::StreamGenerateContent, body, Some((3, 8)));
}

/// An error that names no status.
const UNSTATED: ErrorOnly = ErrorOnly { status: None };

#[track_caller]
fn check_error(body: &str, expected: Option<ErrorOnly>) {
    assert_eq!(error_only(body.as_bytes()), expected, "{body}");
}

// Case 35.
#[test]
fn error_without_result_is_error_with_its_status() {
    check_error(r#"{"error":{"code":429,"message":"slow down"}}"#, Some(ErrorOnly { status: Some(429) }));
    check_error(r#"{"error":{"code":"503"},"user_id":"u"}"#, Some(ErrorOnly { status: Some(503) }));
    check_error(
        r#"{"error":{"code":"rate_limit_exceeded","status":429}}"#,
        Some(ErrorOnly { status: Some(429) }),
    );
    check_error(r#"{"error":{"code":503,"status":"UNAVAILABLE"}}"#, Some(ErrorOnly { status: Some(503) }));
    check_error(r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, Some(UNSTATED));
    check_error(r#"{"error":"out of memory","choices":null}"#, Some(UNSTATED));
    check_error(r#"{"status":500,"error":"Internal Server Error"}"#, Some(ErrorOnly { status: Some(500) }));
    check_error(r#"[{"error":{"code":400}}]"#, Some(ErrorOnly { status: Some(400) }));
    for code in ["200", "399", "600", "70000", "-429", "429.0", "\"+429\"", "\" 429\"", "[429]", "null"] {
        check_error(&format!(r#"{{"error":{{"code":{code}}}}}"#), Some(UNSTATED));
    }
}

#[test]
fn error_beside_result_is_no_error() {
    check_error(r#"{"error":null,"choices":[]}"#, None);
    check_error(r#"{"error":{"code":500},"choices":[]}"#, None);
    check_error(r#"{"status":"failed","error":{"code":"server_error"},"output":[]}"#, None);
    check_error(r#"{"error":null}"#, None);
    check_error(r#"{"error":false}"#, None);
    check_error(r#"{"detail":"not found"}"#, None);
    check_error(r#"[{"error":{}},{"error":{}}]"#, None);
    for body in ["", "[]", "error", "{\"error\":{}", "7", "[1]", "{\"a\":{\"error\":{}}}"] {
        check_error(body, None);
    }
}

#[test]
fn json_is_told_from_other_text() {
    for (body, is_whole, is_begin) in [
        ("{\"a\":1}\n", true, true),
        (" [1]", true, true),
        ("{\"a\":", false, true),
        (" ", false, true),
        ("", false, true),
        ("upstream connect error", false, false),
        ("<html>", false, false),
    ] {
        assert_eq!(
            (is_json(body.as_bytes()), begins_like_json(body.as_bytes())),
            (is_whole, is_begin),
            "{body}"
        );
    }
}
