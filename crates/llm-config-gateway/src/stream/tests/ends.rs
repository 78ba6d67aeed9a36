//! Tests of how streams end.

use super::*;
use StreamEnd::{Broken, Clean};
use StreamOutcome::{Complete, Empty, Fault};

/// The begin of a stream of each dialect, and its end.
fn halves() -> Vec<(CallRoute, String, String)> {
    let responses = |data: &str, name: &str| events(&[(name, data)]);
    let begin = events(&[("message_start", MESSAGES_START), ("content_block_delta", MESSAGES_TEXT)]);
    vec![
        (CallRoute::ChatCompletions, frames(&[CHAT_TEXT]), frames(&[CHAT_STOP, CHAT_USAGE, "[DONE]"])),
        (
            CallRoute::Completions,
            frames(&[r#"{"choices":[{"text":"Hi","finish_reason":null}]}"#]),
            frames(&[r#"{"choices":[{"text":"","finish_reason":"length"}]}"#, "[DONE]"]),
        ),
        (
            CallRoute::Responses,
            responses(RESPONSES_TEXT, "response.output_text.delta"),
            responses(RESPONSES_END, "response.completed"),
        ),
        (
            CallRoute::Messages,
            begin,
            events(&[("message_delta", MESSAGES_DELTA), ("message_stop", MESSAGES_STOP)]),
        ),
        (CallRoute::StreamGenerateContent, frames(&[GEMINI_TEXT]), frames(&[GEMINI_END])),
    ]
}

#[test]
fn stream_with_mark_of_end_is_complete() {
    for (route, begin, end) in halves() {
        check(route, &(begin + &end), Clean, Complete, TailKind::Nothing);
    }
}

// Case 37: the caller makes the client's body end with an error after each of these.
#[test]
fn stream_that_breaks_in_the_middle_is_fault_with_frame() {
    for (route, begin, end) in halves() {
        check(route, &begin, Broken, Fault, TailKind::Fault);
        let inside = begin + &end[..20];
        check(route, &inside, Broken, Fault, TailKind::Nothing);
    }
}

// Case 38.
#[test]
fn stream_that_ends_cleanly_without_mark_is_fault_with_frame() {
    for (route, begin, _) in halves() {
        check(route, &begin, Clean, Fault, TailKind::Fault);
    }
}

// Case 39.
#[test]
fn stream_without_done_after_finish_reason_gets_done() {
    let usage_after_stop = frames(&[CHAT_TEXT, CHAT_STOP, CHAT_USAGE]);
    check(CallRoute::ChatCompletions, &usage_after_stop, Clean, Complete, TailKind::Done);
    check(CallRoute::ChatCompletions, &frames(&[CHAT_STOP]), Clean, Complete, TailKind::Done);
    // Not after a break, not inside a frame, and not twice.
    check(CallRoute::ChatCompletions, &usage_after_stop, Broken, Fault, TailKind::Fault);
    let cut = usage_after_stop.trim_end();
    check(CallRoute::ChatCompletions, cut, Clean, Complete, TailKind::Nothing);
    let done = frames(&[CHAT_STOP, "[DONE]"]);
    check(CallRoute::ChatCompletions, &done, Clean, Complete, TailKind::Nothing);
    check(CallRoute::ChatCompletions, &done, Broken, Complete, TailKind::Nothing);
    check(CallRoute::ChatCompletions, done.trim_end(), Clean, Complete, TailKind::Nothing);
}

// A request may ask for several choices, whose parts are mixed.
#[test]
fn stream_of_several_choices_is_finished_when_all_of_them_are() {
    let text = |index| {
        format!(r#"{{"choices":[{{"index":{index},"delta":{{"content":"a"}},"finish_reason":null}}]}}"#)
    };
    let stop = |index| format!(r#"{{"choices":[{{"index":{index},"delta":{{}},"finish_reason":"stop"}}]}}"#);
    let chat = |data: &[String], outcome, tail| {
        let data: Vec<_> = data.iter().map(String::as_str).collect();
        check(CallRoute::ChatCompletions, &frames(&data), Clean, outcome, tail);
    };
    for (first, second) in [(0, 1), (1, 0)] {
        let begin = [text(0), text(1), stop(first)];
        chat(&begin, Fault, TailKind::Fault);
        chat(&[&begin[..], &[stop(second)]].concat(), Complete, TailKind::Done);
        chat(&[&begin[..], &["[DONE]".to_owned()]].concat(), Complete, TailKind::Nothing);
    }
    chat(&[text(0), text(0), stop(0)], Complete, TailKind::Done);
    // A tool call has an index of its own.
    let tool =
        r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c"}]},"finish_reason":null}]}"#;
    chat(&[tool.to_owned(), stop(0)], Complete, TailKind::Done);

    let candidate =
        |index, reason| format!(r#"{{"candidates":[{{"index":{index},"content":{{}}{reason}}}]}}"#);
    let (begin, end) = (candidate(1, ""), candidate(0, r#","finishReason":"STOP""#));
    let gemini = |data: &[&str], outcome, tail| {
        check(CallRoute::StreamGenerateContent, &frames(data), Clean, outcome, tail);
    };
    gemini(&[&begin, &end], Fault, TailKind::Fault);
    let other = candidate(1, r#","finishReason":"STOP""#);
    gemini(&[&begin, &end, &other], Complete, TailKind::Nothing);
}

#[test]
fn stream_with_blank_finish_reason_is_not_finished() {
    for reason in ["null", " null", "\"\""] {
        let chunk = format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":{reason}}}]}}"#);
        check(CallRoute::ChatCompletions, &frames(&[&chunk]), Clean, Fault, TailKind::Fault);
    }
}

// Case 40.
#[test]
fn stream_without_frames_is_empty() {
    for (route, _, _) in halves() {
        check(route, "", Clean, Empty, TailKind::Fault);
        check(route, ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n", Clean, Empty, TailKind::Fault);
        check(route, "\n\n\nretry: 10\n\n", Broken, Empty, TailKind::Fault);
        check(route, ": keep", Clean, Empty, TailKind::Nothing);
        check(route, "data: {\"id\":", Clean, Empty, TailKind::Nothing);
    }
}

#[test]
fn stream_of_responses_ends_with_any_of_three_events() {
    for name in ["response.completed", "response.incomplete", "response.failed"] {
        let data =
            format!(r#"{{"sequence_number":3,"type":"{name}","response":{{"error":{{"code":"x"}}}}}}"#);
        let run = run_stream(CallRoute::Responses, &events(&[(name, &data)]), Clean);
        assert_eq!((run.outcome, run.tail, run.sequence), (Complete, TailKind::Nothing, Some(3)), "{name}");
        check(CallRoute::Responses, &frames(&[&data]), Broken, Complete, TailKind::Nothing);
    }
    let done = events(&[("response.output_text.delta", RESPONSES_TEXT)]) + &frames(&["[DONE]"]);
    check(CallRoute::Responses, &done, Clean, Fault, TailKind::Fault);
}

#[test]
fn stream_of_gemini_ends_with_feedback_to_blocked_prompt() {
    let blocked = r#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}}"#;
    check(CallRoute::StreamGenerateContent, &frames(&[blocked]), Clean, Complete, TailKind::Nothing);
    let rated = r#"{"candidates":[{"content":{}}],"promptFeedback":{"safetyRatings":[]}}"#;
    check(CallRoute::StreamGenerateContent, &frames(&[rated]), Clean, Fault, TailKind::Fault);
}

// Case 61: the caller leaves the tap out where `content-encoding` is set; here it is not.
#[test]
fn stream_that_is_compressed_passes_without_usage() {
    let body = b"\x1f\x8b\x08\x00\n\n\xff\xfe\r\n\r\n\x00usage";
    let mut tap = StreamTap::new(CallRoute::ChatCompletions, false);
    let parts: Vec<_> = tap.push(Bytes::from_static(body)).into_iter().collect();
    assert_eq!(parts, [Bytes::from_static(body)]);
    assert_eq!(tap.finish(Clean).usage, None);
}

#[test]
fn stream_is_at_frame_end_only_between_frames() {
    let mut tap = StreamTap::new(CallRoute::Messages, false);
    let mut is_at_frame_end = |chunk: &'static str| {
        tap.push(Bytes::from_static(chunk.as_bytes()));
        (tap.is_at_frame_end(), tap.has_frame())
    };
    assert_eq!(is_at_frame_end(""), (true, false));
    assert_eq!(is_at_frame_end(": x\n"), (false, false));
    assert_eq!(is_at_frame_end("\n"), (true, false));
    assert_eq!(is_at_frame_end("data: {}"), (false, false));
    assert_eq!(is_at_frame_end("\r\n"), (false, false));
    assert_eq!(is_at_frame_end("\r"), (true, true));
    assert_eq!(is_at_frame_end("\n"), (true, true));
    assert_eq!(is_at_frame_end("d"), (false, true));
}
