//! Tests of streamed responses.

use super::*;

#[track_caller]
fn check(body: &str, expected: &Value) {
    assert_eq!(unstreamed(body.as_bytes()).as_ref(), Some(expected), "{body}");
    assert!(is_decided(body), "{body}");
}

/// Checks a stream that began and has no output of the model.
#[track_caller]
fn check_undecided(body: &str) {
    assert_eq!(unstreamed(body.as_bytes()), None, "{body}");
    assert!(!is_decided(body) && ended_before_output(body.as_bytes()), "{body}");
}

fn is_decided(body: &str) -> bool {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, "application/x-ndjson".parse().unwrap())]);
    is_stream_decided(&headers, body.as_bytes())
}

#[test]
fn unstreamed_chat_is_first_event_with_output() {
    let role = r#"{"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#;
    let text = r#"{"model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}"#;
    let filters = r#"{"model":"","choices":[],"prompt_filter_results":[]}"#;
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    check_undecided(&format!("data: {role}\n\n"));
    check_undecided(&format!("data: {role}\n\ndata: [DONE]\n\n"));
    check_undecided("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}");
    check(&format!("data: {filters}\n\ndata: {role}\n\ndata: {text}\n\ndata: [DONE]\n\n"), &json(text));
    check(&format!(": PROCESSING\n\ndata:{text}\r\n\r\n"), &json(text));
    check(&format!("data: {role}\ndata: {text}\n"), &json(text));
    check(&format!("data: {text}"), &json(text));
    check_undecided(&format!("data: {role}\n\ndata: {{\"model\":\"m\",\"cho"));
    let thought = r#"{"model":"m","choices":[{"delta":{"content":null,"reasoning_content":"Ok"}}]}"#;
    check(&format!("data: {thought}\n\n"), &json(thought));
    let legacy = r#"{"choices":[{"text":"Hi"}]}"#;
    check(&format!("data: {legacy}\n\n"), &json(legacy));
}

#[test]
fn unstreamed_events_of_other_operations_have_the_form_without_streaming() {
    let created = r#"event: response.created
data: {"type":"response.created","response":{"model":"m","status":"in_progress","output":[],"error":null}}

"#;
    let response = json!({"output": [], "model": "m"});
    check_undecided(created);
    let delta = r#"event: response.output_text.delta
data: {"type":"response.output_text.delta","delta":"Hi"}

"#;
    check(&format!("{created}{delta}"), &response);
    let start = r#"event: message_start
data: {"type":"message_start","message":{"model":"m","content":[]}}

"#;
    let message = json!({"content": [], "model": "m"});
    check_undecided(start);
    let block = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0}\n\n";
    check(&format!("{start}event: ping\ndata: {{\"type\":\"ping\"}}\n\n{block}"), &message);
    let line = r#"{"model":"m","message":{"role":"assistant","content":"Hi"},"done":false}"#;
    check(&format!("{line}\n{line}\n"), &serde_json::from_str(line).unwrap());
    let line = r#"{"model":"m","response":"Hi","done":false}"#;
    check(&format!("{line}\n{{\"model\""), &serde_json::from_str(line).unwrap());
}

#[test]
fn unstreamed_error_event_is_the_error() {
    let plain = r#"{"error":{"message":"No credit","code":402}}"#;
    check(&format!("data: {plain}\n\n"), &serde_json::from_str(plain).unwrap());
    check(
        "id:1\nevent:error\n:HTTP_STATUS/400\ndata:{\"code\":\"Invalid\",\"message\":\"No\"}\n\n",
        &json!({"error": {"code": "Invalid", "message": "No"}}),
    );
    check("event: error\ndata: overloaded\n\n", &json!({"error": "overloaded"}));
    check("{\"error\":\"model 'm' not found\"}\n{}\n", &json!({"error": "model 'm' not found"}));
    let failed = r#"{"type":"response.failed","response":{"output":[],"error":{"code":"server_error"}}}"#;
    check(&format!("data: {failed}\n\n"), &json!({"output": [], "error": {"code": "server_error"}}));
    let of_google = r#"[{"error":{"code":400,"message":"No"}}]"#;
    check(&format!("data: {of_google}\n\n"), &json!({"error": {"code": 400, "message": "No"}}));
}

#[test]
fn unstreamed_other_body_is_none() {
    for body in ["", "Ollama is running", "<!doctype html>", "{\n  \"data\": [\n    {\"id\":\"a\"}\n", "data"]
    {
        assert_eq!(unstreamed(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn unstreamed_event_of_several_lines_is_joined() {
    let lines = "data: {\ndata: \"choices\":\ndata:  [{\"text\":\"}\\\"{\"}]\ndata: }\n\n";
    check(lines, &json!({"choices": [{"text": "}\"{"}]}));
}

#[test]
fn unstreamed_event_with_no_error_in_its_member_is_no_error() {
    for none in ["null", "false", "\"\"", "[]", "0"] {
        let text = format!("{{\"choices\":[{{\"text\":\"Hi\"}}],\"error\":{none}}}");
        check(&format!("data: {text}\n\n"), &serde_json::from_str(&text).unwrap());
        check_undecided(&format!("data: {{\"error\":{none},\"choices\":[]}}\n\n"));
    }
}

#[test]
fn large_hostile_stream_is_read_in_linear_time() {
    const LINES: usize = 100_000;
    let unclosed = format!("data:\"{}\n", "a".repeat(400_000));
    let created = format!(
        "data:{{\"type\":\"response.created\",\"response\":{{\"model\":\"{}\"}}}}\n",
        "m".repeat(400_000)
    );
    for body in [
        format!("{unclosed}{}", ":\n".repeat(LINES)),
        format!("{unclosed}{}", "data:{\n".repeat(LINES)),
        format!("{unclosed}{}", "data:}\n".repeat(LINES)),
        "data:{}\n".repeat(LINES),
        "data:[\n".repeat(LINES),
        "event:a\n".repeat(LINES),
        "{}\n".repeat(LINES),
        format!("{created}{}", "data:{\"type\":\"response.queued\"}\n".repeat(LINES / 5)),
    ] {
        assert!(!is_decided(&body));
    }
}
