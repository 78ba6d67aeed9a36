//! Tests of error frames.

use super::*;
use StreamEnd::Clean;
use StreamOutcome::Fault;

#[track_caller]
fn check_first(route: CallRoute, stream: &str, expected: Option<ErrorOnly>) {
    let run = run_stream(route, stream, Clean);
    assert_eq!(run.first_error, expected, "{route:?} {stream}");
    if expected.is_some() {
        assert_eq!((run.outcome, run.tail), (Fault, TailKind::Nothing));
    }
}

// Case 35.
#[test]
fn first_frame_with_only_an_error_is_first_error() {
    let error = |status| Some(ErrorOnly { status });
    let comments = "\u{feff}: OPENROUTER PROCESSING\n\n:\r\n\r\nretry: 5\n\n";
    let upstream = frames(&[r#"{"error":{"code":429,"message":"slow down"},"user_id":"u"}"#]);
    for route in [CallRoute::ChatCompletions, CallRoute::Completions, CallRoute::Responses] {
        check_first(route, &upstream, error(Some(429)));
        check_first(route, &(comments.to_owned() + &upstream), error(Some(429)));
    }
    let overloaded = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    check_first(CallRoute::Messages, &events(&[("error", overloaded)]), error(None));
    check_first(CallRoute::Messages, &frames(&[overloaded]), error(None));
    let failed = r#"{"type":"error","code":"server_error","message":"m","param":null,"sequence_number":0}"#;
    check_first(CallRoute::Responses, &events(&[("error", failed)]), error(None));
    check_first(CallRoute::ChatCompletions, "event: error\ndata: out of memory\n\n", error(None));
    check_first(CallRoute::ChatCompletions, "event: error\ndata: {\"status\":\"503\"}\n\n", error(Some(503)));
    let google = r#"{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"#;
    check_first(CallRoute::StreamGenerateContent, &format!("data: {google}\r\n\r\n"), error(Some(503)));
    // The only event may lack its empty line.
    check_first(CallRoute::ChatCompletions, upstream.trim_end(), error(Some(429)));
    check_first(CallRoute::Messages, events(&[("error", overloaded)]).trim_end(), error(None));
    // The data of an event may have several lines.
    check_first(CallRoute::ChatCompletions, "data: {\"error\":\ndata: {\"code\":500}}\n\n", error(Some(500)));
}

#[test]
fn first_frame_with_result_is_no_first_error() {
    check_first(CallRoute::ChatCompletions, &frames(&[CHAT_TEXT, r#"{"error":{"code":500}}"#]), None);
    check_first(CallRoute::ChatCompletions, &frames(&[r#"{"error":{},"choices":[]}"#]), None);
    check_first(CallRoute::ChatCompletions, &frames(&[r#"{"error":null}"#]), None);
    check_first(CallRoute::ChatCompletions, ": only a comment\n\n", None);
    check_first(CallRoute::ChatCompletions, "data: {\"error\":{}", None);
}

// Case 36.
#[test]
fn error_frame_in_the_middle_passes_and_gets_nothing_after_it() {
    let error = r#"{"error":{"code":"server_error","message":"m"}}"#;
    let partial = r#"{"error":{"code":502},"choices":[{"delta":{},"finish_reason":"error"}]}"#;
    for stream in [
        frames(&[CHAT_TEXT, error]),
        frames(&[CHAT_TEXT, partial]),
        frames(&[CHAT_STOP, error]),
        frames(&[CHAT_TEXT, error, CHAT_STOP, "[DONE]"]),
        frames(&[CHAT_TEXT, r#"{"error":"out of memory"}"#]),
        frames(&[CHAT_TEXT]) + "event: error\ndata: x\n\n",
    ] {
        for end in [Clean, StreamEnd::Broken] {
            check(CallRoute::ChatCompletions, &stream, end, Fault, TailKind::Nothing);
        }
    }
    let anthropic = r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#;
    let stream = events(&[("message_start", MESSAGES_START), ("error", anthropic)]);
    check(CallRoute::Messages, &stream, Clean, Fault, TailKind::Nothing);
    let responses = r#"{"type":"error","sequence_number":9,"code":"x","message":"m"}"#;
    let stream = frames(&[RESPONSES_TEXT, responses]);
    check(CallRoute::Responses, &stream, Clean, Fault, TailKind::Nothing);
    let gemini = r#"{"error":{"code":503,"status":"UNAVAILABLE"}}"#;
    check(CallRoute::StreamGenerateContent, &frames(&[GEMINI_TEXT, gemini]), Clean, Fault, TailKind::Nothing);
}

#[test]
fn sequence_is_that_of_last_event() {
    let stream = frames(&[RESPONSES_TEXT, r#"{"type":"x","sequence_number":17}"#, r#"{"type":"y"}"#]);
    let run = run_stream(CallRoute::Responses, &stream, StreamEnd::Broken);
    assert_eq!((run.sequence, run.tail), (Some(17), TailKind::Fault));
    let nested = r#"{"type":"z","response":{"sequence_number":99},"delta":"{\"sequence_number\":98}"}"#;
    let run = run_stream(CallRoute::Responses, &frames(&[RESPONSES_TEXT, nested]), Clean);
    assert_eq!(run.sequence, Some(4));
}
