//! Tests of streams.

mod chunks;
mod ends;
mod errors;
mod frames;
mod golden;
mod removal;
mod tool_arguments;
mod tool_calls;

use super::*;
use crate::usage::Usage;

/// What became of a stream.
#[derive(Debug, PartialEq)]
struct Run {
    /// What the client got.
    bytes: String,
    outcome: StreamOutcome,
    tail: TailKind,
    usage: Option<Usage>,
    first_error: Option<ErrorOnly>,
    sequence: Option<u64>,
}

fn run<'a>(
    route: CallRoute,
    removes: bool,
    chunks: impl IntoIterator<Item = &'a [u8]>,
    end: StreamEnd,
) -> Run {
    let mut tap = StreamTap::new(route, removes);
    let mut bytes = Vec::new();
    for chunk in chunks {
        let forwarded = tap.push(Bytes::copy_from_slice(chunk));
        forwarded.into_iter().for_each(|part| bytes.extend_from_slice(&part));
    }
    let (early_error, sequence) = (tap.first_error(), tap.last_sequence());
    let StreamSummary { outcome, first_error, tail, usage, rest } = tap.finish(end);
    assert!(early_error.is_none() || early_error == first_error);
    rest.into_iter().for_each(|part| bytes.extend_from_slice(&part));
    Run { bytes: String::from_utf8(bytes).unwrap(), outcome, tail, usage, first_error, sequence }
}

/// Runs a stream in one chunk and byte by byte, and checks that nothing depends on it.
#[track_caller]
fn run_stream(route: CallRoute, stream: &str, end: StreamEnd) -> Run {
    let whole = run(route, false, [stream.as_bytes()], end);
    assert_eq!(run(route, false, stream.as_bytes().chunks(1), end), whole);
    assert_eq!(whole.bytes, stream);
    whole
}

#[track_caller]
fn check(route: CallRoute, stream: &str, end: StreamEnd, outcome: StreamOutcome, tail: TailKind) {
    let run = run_stream(route, stream, end);
    assert_eq!((run.outcome, run.tail), (outcome, tail), "{route:?} {end:?} {stream}");
}

/// The frames with these data.
fn frames(data: &[&str]) -> String {
    frames_with(data, "\n\n")
}

/// The frames with these data, each followed by these line ends.
fn frames_with(data: &[&str], end: &str) -> String {
    data.iter().map(|data| format!("data: {data}{end}")).collect::<Vec<_>>().concat()
}

/// The frames of these events; each type is in the data and on the line of the event.
fn events(events: &[(&str, &str)]) -> String {
    events.iter().map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")).collect::<Vec<_>>().concat()
}

const CHAT_TEXT: &str =
    r#"{"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null}"#;
const CHAT_STOP: &str =
    r#"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#;
const CHAT_USAGE: &str =
    r#"{"id":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}"#;

const RESPONSES_TEXT: &str = r#"{"type":"response.output_text.delta","sequence_number":4,"delta":"Hi"}"#;
const RESPONSES_END: &str = r#"{"type":"response.completed","sequence_number":5,"response":{"status":"completed","usage":{"input_tokens":9,"output_tokens":2}}}"#;

const MESSAGES_START: &str =
    r#"{"type":"message_start","message":{"content":[],"usage":{"input_tokens":9,"output_tokens":1}}}"#;
const MESSAGES_TEXT: &str =
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#;
const MESSAGES_DELTA: &str =
    r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#;
const MESSAGES_STOP: &str = r#"{"type":"message_stop"}"#;

const GEMINI_TEXT: &str =
    r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}],"usageMetadata":{"promptTokenCount":9}}"#;
const GEMINI_END: &str = r#"{"candidates":[{"content":{"parts":[{"text":"!"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2}}"#;
