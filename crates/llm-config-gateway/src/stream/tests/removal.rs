//! Tests of the removal of usage chunks.

use super::*;
use StreamEnd::{Broken, Clean};

#[track_caller]
fn check_removal(stream: &str, end: StreamEnd, expected: &str, tail: TailKind) {
    let whole = run(CallRoute::ChatCompletions, true, [stream.as_bytes()], end);
    assert_eq!((whole.bytes.as_str(), whole.tail), (expected, tail), "{stream}");
    for size in [1, 2, 3, 7, 50] {
        let parts = run(CallRoute::ChatCompletions, true, stream.as_bytes().chunks(size), end);
        assert_eq!(parts, whole, "{size}");
    }
}

#[test]
fn removal_leaves_usage_chunk_out_and_reads_it() {
    let stream = frames(&[CHAT_TEXT, CHAT_STOP, CHAT_USAGE, "[DONE]"]);
    check_removal(&stream, Clean, &frames(&[CHAT_TEXT, CHAT_STOP, "[DONE]"]), TailKind::Nothing);
    let removed = run(CallRoute::ChatCompletions, true, [stream.as_bytes()], Clean);
    assert_eq!(removed.usage, Some(Usage { input: 9, output: 2, ..Usage::default() }));
    let spaced = r#"{ "choices" : [ ] , "usage" : { "prompt_tokens" : 9 } }"#;
    let stream = format!("data: {CHAT_STOP}\r\n\r\n: comment\r\ndata: {spaced}\r\n\r\ndata: [DONE]\r\n\r\n");
    let expected = format!("data: {CHAT_STOP}\r\n\r\ndata: [DONE]\r\n\r\n");
    check_removal(&stream, Clean, &expected, TailKind::Nothing);
    let stream = format!("data: {CHAT_STOP}\n\ndata: {CHAT_USAGE}\r\r\n");
    check_removal(&stream, Clean, &frames(&[CHAT_STOP]), TailKind::Done);
}

#[test]
fn removal_keeps_all_other_frames() {
    for data in [
        r#"{"choices":[],"prompt_filter_results":[{}]}"#,
        r#"{"choices":[],"usage":null}"#,
        r#"{"choices":[{"delta":{}}],"usage":{"prompt_tokens":5}}"#,
        r#"{"usage":{"prompt_tokens":5}}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":5},"error":{"code":500}}"#,
        r#"{"choices":[{"delta":{"content":"{\"choices\":[],\"usage\":{}}"}}]}"#,
    ] {
        let stream = frames(&[data, CHAT_STOP, "[DONE]"]);
        let removed = run(CallRoute::ChatCompletions, true, stream.as_bytes().chunks(5), Clean);
        assert_eq!(removed.bytes, stream, "{data}");
    }
}

#[test]
fn removal_at_end_without_empty_line_leaves_usage_chunk_out() {
    let stream = frames(&[CHAT_STOP, CHAT_USAGE]);
    for cut in [stream.trim_end(), &stream[..stream.len() - 1]] {
        check_removal(cut, Clean, &frames(&[CHAT_STOP]), TailKind::Done);
    }
    // Another frame passes, and nothing can follow it.
    let stream = frames(&[CHAT_TEXT, CHAT_STOP]);
    check_removal(stream.trim_end(), Clean, stream.trim_end(), TailKind::Nothing);
}

#[test]
fn removal_at_break_drops_held_part_of_frame() {
    let stream = frames(&[CHAT_TEXT, CHAT_STOP]);
    let cut = &stream[..stream.len() - 20];
    check_removal(cut, Broken, &frames(&[CHAT_TEXT]), TailKind::Fault);
    check_removal(cut, Clean, &frames(&[CHAT_TEXT]), TailKind::Fault);
}

#[test]
fn removal_holds_only_unfinished_frame() {
    let mut tap = StreamTap::new(CallRoute::ChatCompletions, true);
    let mut push = |chunk: &str| {
        let parts = tap.push(Bytes::copy_from_slice(chunk.as_bytes())).into_iter();
        let bytes: Vec<u8> = parts.flatten().collect();
        (String::from_utf8(bytes).unwrap(), tap.is_at_frame_end())
    };
    assert_eq!(push("data: 1\n\ndata:"), ("data: 1\n\n".to_owned(), true));
    assert_eq!(push(" 2\n"), (String::new(), true));
    assert_eq!(push("\ndata: 3\n\n"), ("data: 2\n\ndata: 3\n\n".to_owned(), true));
}

#[test]
fn removal_passes_held_frame_above_limit() {
    let long = "x".repeat(HELD_LIMIT);
    let large = format!(r#"{{"choices":[],"usage":{{"prompt_tokens":5}},"x":"{long}"}}"#);
    let stream = frames(&[CHAT_TEXT, &large, CHAT_STOP, CHAT_USAGE, "[DONE]"]);
    let expected = frames(&[CHAT_TEXT, &large, CHAT_STOP, "[DONE]"]);
    for size in [1, 1000, 60_000, 70_000, stream.len()] {
        let removed = run(CallRoute::ChatCompletions, true, stream.as_bytes().chunks(size), Clean);
        assert!(removed.bytes == expected, "{size}");
    }
    let mut tap = StreamTap::new(CallRoute::ChatCompletions, true);
    let begin = Bytes::from("data: ".to_owned() + &long[6..]);
    assert!(tap.push(begin).is_empty() && tap.is_at_frame_end());
    assert_eq!(
        tap.push(Bytes::from_static(b"x")).into_iter().map(|part| part.len()).sum::<usize>(),
        HELD_LIMIT + 1
    );
    assert!(!tap.is_at_frame_end());
}
