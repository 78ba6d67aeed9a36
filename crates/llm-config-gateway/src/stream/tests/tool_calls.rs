//! Case 67: streams of tool calls in the forms that four vendors document.

use super::*;

/// Checks that a stream passes byte for byte and is complete.
#[track_caller]
fn check_tool_call(route: CallRoute, stream: &str, expected: (u64, u64)) {
    for size in [1, 10, 100, 1000, stream.len()] {
        for removes in [false, true] {
            let run = run(route, removes, stream.as_bytes().chunks(size), StreamEnd::Clean);
            assert!(run.bytes == stream, "{size}: {}", run.bytes);
            assert_eq!((run.outcome, run.tail), (StreamOutcome::Complete, TailKind::Nothing));
            assert_eq!(run.usage.map(|usage| (usage.input, usage.output)), Some(expected));
        }
    }
}

#[test]
fn tool_calls_of_open_ai_chat_pass() {
    let chunk = |delta: &str, reason: &str| {
        format!(
            r#"{{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"fp","choices":[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{reason}}}],"usage":{{"prompt_tokens":82,"completion_tokens":17}}}}"#
        )
    };
    let data = [
        chunk(
            r#"{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"get_weather","arguments":""}}],"refusal":null}"#,
            "null",
        ),
        chunk(r#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}"#, "null"),
        chunk(r#"{"tool_calls":[{"index":0,"function":{"arguments":"\"Zür"}}]}"#, "null"),
        chunk(r#"{"tool_calls":[{"index":0,"function":{"arguments":"ich\"}"}}]}"#, "null"),
        chunk(
            r#"{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"now","arguments":"{}"}}]}"#,
            "null",
        ),
        chunk("{}", r#""tool_calls""#),
        "[DONE]".to_owned(),
    ];
    check_tool_call(CallRoute::ChatCompletions, &frames(&data.each_ref().map(String::as_str)), (82, 17));
}

#[test]
fn tool_calls_of_open_ai_responses_pass() {
    let stream = events(&[
        (
            "response.created",
            r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","error":null,"output":[],"usage":null}}"#,
        ),
        (
            "response.output_item.added",
            r#"{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"get_weather","arguments":"","status":"in_progress"}}"#,
        ),
        (
            "response.function_call_arguments.delta",
            r#"{"type":"response.function_call_arguments.delta","sequence_number":2,"item_id":"fc_1","output_index":0,"delta":"{\"city\":","obfuscation":"aB3"}"#,
        ),
        (
            "response.function_call_arguments.done",
            r#"{"type":"response.function_call_arguments.done","sequence_number":3,"item_id":"fc_1","output_index":0,"arguments":"{\"city\":\"Zürich\"}"}"#,
        ),
        (
            "response.completed",
            r#"{"type":"response.completed","sequence_number":4,"response":{"id":"resp_1","status":"completed","error":null,"output":[{"type":"function_call","arguments":"{\"city\":\"Zürich\"}"}],"usage":{"input_tokens":60,"input_tokens_details":{"cached_tokens":0},"output_tokens":19,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":79}}}"#,
        ),
    ]);
    check_tool_call(CallRoute::Responses, &stream, (60, 19));
}

#[test]
fn tool_calls_of_anthropic_pass() {
    let stream = events(&[
        (
            "message_start",
            r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":472,"output_tokens":2}}}"#,
        ),
        (
            "content_block_start",
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        ),
        ("ping", r#"{"type": "ping"}"#),
        (
            "content_block_delta",
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3h"}}"#,
        ),
        ("content_block_stop", r#"{"type":"content_block_stop","index":0}"#),
        (
            "content_block_start",
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}}"#,
        ),
        (
            "content_block_delta",
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}"#,
        ),
        (
            "content_block_delta",
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"location\": \"San"}}"#,
        ),
        ("content_block_stop", r#"{"type":"content_block_stop","index":1}"#),
        (
            "message_delta",
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}"#,
        ),
        ("message_stop", r#"{"type":"message_stop"}"#),
    ]);
    check_tool_call(CallRoute::Messages, &stream, (472, 89));
}

#[test]
fn tool_calls_of_gemini_pass() {
    let data = [
        r#"{"candidates": [{"content": {"parts": [{"functionCall": {"name": "get_weather","args": {"city": "Zürich","days": [1, 2]}},"thoughtSignature": "CsQBAdHtim8="}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 56,"totalTokenCount": 56},"modelVersion": "m","responseId": "r"}"#,
        r#"{"candidates": [{"content": {"parts": [{"text": ""}],"role": "model"},"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 56,"candidatesTokenCount": 16,"thoughtsTokenCount": 44,"totalTokenCount": 116}}"#,
    ];
    check_tool_call(CallRoute::StreamGenerateContent, &frames_with(&data, "\r\n\r\n"), (56, 60));
}
