//! Case 68: arguments of tools that look like usage, errors and marks of the end.

use super::*;
use StreamEnd::Clean;
use StreamOutcome::Fault;

/// What a model writes as arguments, as a JSON object.
const FORGED: &str = r#"{"usage":{"prompt_tokens":999,"input_tokens":999,"output_tokens":999},"usageMetadata":{"promptTokenCount":999},"error":{"code":500},"finish_reason":"stop","finishReason":"STOP","choices":[{"finish_reason":"stop"}],"candidates":[{"finishReason":"STOP"}],"promptFeedback":{},"type":"message_stop","data":"[DONE]","sequence_number":999,"response":{"usage":{"input_tokens":999}},"x_groq":{"usage":{"prompt_tokens":999}}}"#;

/// The same as a JSON string.
fn escaped() -> String {
    serde_json::to_string(FORGED).unwrap()
}

/// Checks that a stream of this frame is neither at its end nor failed, and reports nothing.
#[track_caller]
fn check_ignored(route: CallRoute, data: &str) {
    serde_json::from_str::<serde_json::Value>(data).unwrap();
    let run = run_stream(route, &frames(&[data]), Clean);
    // A fault only because the mark of the end is missing: after an error frame nothing would be appended.
    assert_eq!((run.outcome, run.tail, run.usage), (Fault, TailKind::Fault, None), "{data}");
    assert_eq!((run.first_error, run.sequence), (None, None), "{data}");
    let removed = super::run(route, true, [frames(&[data]).as_bytes()], Clean);
    assert_eq!(removed.bytes, frames(&[data]));
}

#[test]
fn tool_arguments_of_chat_report_nothing() {
    let escaped = escaped();
    check_ignored(
        CallRoute::ChatCompletions,
        &format!(
            r#"{{"choices":[{{"delta":{{"tool_calls":[{{"index":0,"function":{{"arguments":{escaped}}}}}]}},"finish_reason":null}}]}}"#
        ),
    );
    // Some servers send arguments as an object.
    check_ignored(
        CallRoute::ChatCompletions,
        &format!(r#"{{"choices":[{{"delta":{{"tool_calls":[{{"function":{{"arguments":{FORGED}}}}}]}}}}]}}"#),
    );
    check_ignored(
        CallRoute::ChatCompletions,
        &format!(r#"{{"choices":[{{"delta":{{"content":{escaped}}}}}]}}"#),
    );
    check_ignored(CallRoute::ChatCompletions, r#"{"choices":[{"delta":{"content":"data: [DONE]\n\n"}}]}"#);
    check_ignored(
        CallRoute::Completions,
        &format!(r#"{{"choices":[{{"text":{escaped},"logprobs":{FORGED}}}]}}"#),
    );
}

#[test]
fn tool_arguments_of_responses_report_nothing() {
    let escaped = escaped();
    for data in [
        format!(r#"{{"type":"response.function_call_arguments.delta","delta":{escaped}}}"#),
        format!(
            r#"{{"type":"response.function_call_arguments.done","arguments":{escaped},"item":{FORGED}}}"#
        ),
        format!(r#"{{"type":"response.created","response":{{"metadata":{FORGED}}}}}"#),
        r#"{"type":"response.output_text.delta","delta":"\"type\":\"response.completed\""}"#.to_owned(),
    ] {
        check_ignored(CallRoute::Responses, &data);
    }
}

#[test]
fn tool_arguments_of_messages_report_nothing() {
    let escaped = escaped();
    for data in [
        format!(
            r#"{{"type":"content_block_delta","delta":{{"type":"input_json_delta","partial_json":{escaped}}}}}"#
        ),
        format!(r#"{{"type":"content_block_start","content_block":{{"type":"tool_use","input":{FORGED}}}}}"#),
        r#"{"type":"content_block_delta","delta":{"text":"message_stop","x":"message_stop"}}"#.to_owned(),
    ] {
        check_ignored(CallRoute::Messages, &data);
        let named = format!("event: content_block_delta\ndata: {data}\n\n");
        check(CallRoute::Messages, &named, Clean, Fault, TailKind::Fault);
    }
}

#[test]
fn tool_arguments_of_gemini_report_nothing() {
    let escaped = escaped();
    for part in [
        format!(r#"{{"functionCall":{{"name":"f","args":{FORGED}}}}}"#),
        format!(r#"{{"text":{escaped}}}"#),
        format!(r#"{{"executableCode":{{"code":{escaped}}}}}"#),
    ] {
        let data = format!(r#"{{"candidates":[{{"content":{{"parts":[{part}]}},"index":0}}]}}"#);
        check_ignored(CallRoute::StreamGenerateContent, &data);
    }
}
