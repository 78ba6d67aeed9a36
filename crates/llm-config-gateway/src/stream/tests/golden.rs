//! Case 58: usage of each API, streamed and not, in the forms that the vendors document.

use super::*;
use crate::answer::AnswerTap;

const ZERO: Usage =
    Usage { input: 0, cached: 0, cache_write: 0, output: 0, reasoning: 0, audio_in: 0, audio_out: 0 };

#[track_caller]
fn check_body(route: CallRoute, body: &str, expected: Option<Usage>) {
    for size in [1, 13, body.len()] {
        let mut tap = AnswerTap::new(route);
        body.as_bytes().chunks(size).for_each(|chunk| tap.push(chunk));
        assert_eq!(tap.finish().usage, expected, "{route:?} {body}");
    }
}

#[track_caller]
fn check_usage(route: CallRoute, stream: &str, expected: Option<Usage>) {
    let run = run_stream(route, stream, StreamEnd::Clean);
    assert_eq!((run.usage, run.outcome), (expected, StreamOutcome::Complete), "{route:?} {stream}");
}

const CHAT: &str = r#"{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,
    "prompt_tokens_details":{"cached_tokens":1920,"cache_write_tokens":64,"audio_tokens":0},
    "completion_tokens_details":{"reasoning_tokens":256,"audio_tokens":0,
    "accepted_prediction_tokens":0,"rejected_prediction_tokens":7}}"#;

const CHAT_TOTALS: Usage =
    Usage { input: 2006, cached: 1920, cache_write: 64, output: 300, reasoning: 256, ..ZERO };

#[test]
fn usage_of_chat_completions_is_as_reported() {
    for route in [CallRoute::ChatCompletions, CallRoute::Completions] {
        let body = format!(r#"{{"id":"c","choices":[{{"finish_reason":"stop"}}],"usage":{CHAT}}}"#);
        check_body(route, &body, Some(CHAT_TOTALS));
        check_body(route, r#"{"id":"c","choices":[{"finish_reason":"stop"}]}"#, None);
        let chunk = format!(r#"{{"id":"c","choices":[],"usage":{}}}"#, CHAT.replace('\n', ""));
        let stream = frames(&[CHAT_TEXT, CHAT_STOP, &chunk, "[DONE]"]);
        check_usage(route, &stream, Some(CHAT_TOTALS));
        check_usage(route, &frames(&[CHAT_TEXT, CHAT_STOP, "[DONE]"]), None);
    }
}

#[test]
fn usage_of_chat_compatible_vendors_is_read_where_they_report_it() {
    let route = CallRoute::ChatCompletions;
    // OpenRouter: always, with its cost, in the last chunk, whose choices are not empty.
    let open_router = r#"{"id":"gen","provider":"x","choices":[{"index":0,"delta":{"content":""},"finish_reason":null}],"usage":{"prompt_tokens":194,"completion_tokens":2,"total_tokens":196,"cost":0.00095,"cost_details":{"upstream_inference_cost":null},"prompt_tokens_details":{"cached_tokens":4}}}"#;
    let stream = ": OPENROUTER PROCESSING\n\n".to_owned() + &frames(&[CHAT_STOP, open_router, "[DONE]"]);
    check_usage(route, &stream, Some(Usage { input: 194, cached: 4, output: 2, ..ZERO }));
    // Mistral: in the chunk with the finish reason.
    let mistral = r#"{"id":"m","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":16,"total_tokens":50,"completion_tokens":34}}"#;
    check_usage(
        route,
        &frames(&[CHAT_TEXT, mistral, "[DONE]"]),
        Some(Usage { input: 16, output: 34, ..ZERO }),
    );
    // Groq: in a member of its own.
    let groq = r#"{"id":"g","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req","usage":{"queue_time":0.1,"prompt_tokens":18,"completion_tokens":5,"total_tokens":23}}}"#;
    check_usage(route, &frames(&[CHAT_TEXT, groq, "[DONE]"]), Some(Usage { input: 18, output: 5, ..ZERO }));
    // vLLM with `continuous_usage_stats`: cumulative, in each chunk.
    let so_far = |count: u64| {
        format!(
            r#"{{"choices":[{{"delta":{{}},"finish_reason":null}}],"usage":{{"prompt_tokens":7,"completion_tokens":{count}}}}}"#
        )
    };
    let stream = frames(&[&so_far(1), &so_far(2), CHAT_STOP, &so_far(3), "[DONE]"]);
    check_usage(route, &stream, Some(Usage { input: 7, output: 3, ..ZERO }));
}

#[test]
fn usage_of_responses_is_that_of_terminal_event() {
    let usage = concat!(
        r#"{"input_tokens":328,"input_tokens_details":{"cached_tokens":128,"cache_write_tokens":32},"#,
        r#""output_tokens":52,"output_tokens_details":{"reasoning_tokens":40},"total_tokens":380}"#
    );
    let expected = Usage { input: 328, cached: 128, cache_write: 32, output: 52, reasoning: 40, ..ZERO };
    let body = format!(r#"{{"id":"resp","object":"response","error":null,"output":[],"usage":{usage}}}"#);
    check_body(CallRoute::Responses, &body, Some(expected));
    let created =
        r#"{"type":"response.created","sequence_number":0,"response":{"status":"in_progress","usage":null}}"#;
    for kind in ["response.completed", "response.incomplete", "response.failed"] {
        let end = format!(r#"{{"type":"{kind}","sequence_number":9,"response":{{"usage":{usage}}}}}"#);
        let stream = events(&[("response.created", created), (kind, &end)]);
        check_usage(CallRoute::Responses, &stream, Some(expected));
    }
    let failed = r#"{"type":"response.failed","sequence_number":1,"response":{"usage":null}}"#;
    check_usage(CallRoute::Responses, &events(&[("response.failed", failed)]), None);
}

#[test]
fn usage_of_embeddings_is_input_only() {
    let body = r#"{"object":"list","data":[{"embedding":"AAAA","index":0}],"usage":{"prompt_tokens":8,"total_tokens":8}}"#;
    check_body(CallRoute::Embeddings, body, Some(Usage { input: 8, ..ZERO }));
    let body = r#"{"embedding":{"values":[0.1,-2e-3]},"usageMetadata":{"promptTokenCount":6}}"#;
    check_body(CallRoute::EmbedContent, body, Some(Usage { input: 6, ..ZERO }));
    check_body(CallRoute::BatchEmbedContents, r#"{"embeddings":[{"values":[0.1]}]}"#, None);
}

#[test]
fn usage_of_messages_adds_cached_input() {
    let body = r#"{"type":"message","content":[{"type":"text","text":"Hi"}],"usage":{"input_tokens":21,"cache_creation_input_tokens":188,"cache_read_input_tokens":1000,"cache_creation":{"ephemeral_5m_input_tokens":188,"ephemeral_1h_input_tokens":0},"output_tokens":393,"service_tier":"standard"}}"#;
    let expected = Usage { input: 1209, cached: 1000, cache_write: 188, output: 393, ..ZERO };
    check_body(CallRoute::Messages, body, Some(expected));
}

#[test]
fn usage_of_messages_stream_takes_last_of_several_deltas() {
    let start = r#"{"type":"message_start","message":{"id":"msg","content":[],"usage":{"input_tokens":21,"cache_creation_input_tokens":188,"cache_read_input_tokens":1000,"output_tokens":1}}}"#;
    let delta =
        |usage: &str| format!(r#"{{"type":"message_delta","delta":{{"stop_reason":null}},"usage":{usage}}}"#);
    let deltas = [
        delta(r#"{"output_tokens":89}"#),
        delta(
            r#"{"input_tokens":10682,"cache_read_input_tokens":null,"output_tokens":200,"server_tool_use":{"web_search_requests":1}}"#,
        ),
        delta(r#"{"output_tokens":393}"#),
    ];
    let stream = events(&[
        ("message_start", start),
        ("ping", r#"{"type": "ping"}"#),
        ("content_block_delta", MESSAGES_TEXT),
        ("message_delta", &deltas[0]),
        ("message_delta", &deltas[1]),
        ("message_delta", &deltas[2]),
        ("message_stop", MESSAGES_STOP),
    ]);
    let expected = Usage { input: 10682 + 188 + 1000, cached: 1000, cache_write: 188, output: 393, ..ZERO };
    check_usage(CallRoute::Messages, &stream, Some(expected));
}

#[test]
fn usage_of_counting_is_zero() {
    check_body(CallRoute::MessagesCountTokens, r#"{"input_tokens":14}"#, Some(ZERO));
    let body = r#"{"totalTokens":31,"promptTokensDetails":[{"modality":"TEXT","tokenCount":31}]}"#;
    check_body(CallRoute::CountTokens, body, Some(ZERO));
}

#[test]
fn usage_of_gemini_adds_tool_use_and_thoughts() {
    let usage = concat!(
        r#"{"promptTokenCount":1000,"cachedContentTokenCount":800,"toolUsePromptTokenCount":50,"#,
        r#""candidatesTokenCount":20,"thoughtsTokenCount":70,"totalTokenCount":1140}"#
    );
    let expected = Usage { input: 1050, cached: 800, output: 90, reasoning: 70, ..ZERO };
    let chunk = format!(r#"{{"candidates":[{{"finishReason":"STOP"}}],"usageMetadata":{usage}}}"#);
    check_body(CallRoute::GenerateContent, &chunk, Some(expected));
    check_usage(CallRoute::StreamGenerateContent, &frames(&[GEMINI_TEXT, &chunk]), Some(expected));
    // Without `alt=sse` the stream is an array.
    check_body(CallRoute::StreamGenerateContent, &format!("[{GEMINI_TEXT}\n,\r\n{chunk}]"), Some(expected));
}
