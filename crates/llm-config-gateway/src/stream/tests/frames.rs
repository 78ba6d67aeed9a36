//! Tests of frames: their line ends and their size.

use super::*;
use StreamEnd::Clean;
use StreamOutcome::{Complete, Fault};

#[test]
fn stream_with_any_line_ends_has_the_same_frames() {
    for end in ["\n\n", "\r\n\r\n", "\r\r", "\n\r\n", "\r\n\n", "\n\r", "\n\n\n", "\r\n\r\n\r\n"] {
        let stream = frames_with(&[CHAT_TEXT, CHAT_STOP, CHAT_USAGE, "[DONE]"], end);
        let run = run_stream(CallRoute::ChatCompletions, &stream, Clean);
        let input = run.usage.map(|usage| usage.input);
        assert_eq!((run.outcome, run.tail, input), (Complete, TailKind::Nothing, Some(9)), "{end:?}");
        let removed = super::run(CallRoute::ChatCompletions, true, [stream.as_bytes()], Clean);
        let expected = stream.replace(&format!("data: {CHAT_USAGE}{}", line_ends(end)), "");
        assert_eq!(removed.bytes, expected, "{end:?}");
    }
}

/// The line ends that belong to the frame before them: those of its last line and of one empty line.
fn line_ends(end: &str) -> &str {
    match end {
        "\n\n\n" => "\n\n",
        "\r\n\r\n\r\n" => "\r\n\r\n",
        // The next frame does not begin with an LF, so these are two line ends.
        end => end,
    }
}

// Case 63.
#[test]
fn frame_above_limit_flows_and_is_not_kept() {
    let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
    let begin = Bytes::from_static(b"data: {\"choices\":[{\"finish_reason\":\"stop\",\"text\":\"");
    for removes in [false, true] {
        let mut tap = StreamTap::new(CallRoute::Completions, removes);
        let mut passed: usize = tap.push(begin.clone()).into_iter().map(|part| part.len()).sum();
        for _ in 0..80 {
            passed += tap.push(chunk.clone()).into_iter().map(|part| part.len()).sum::<usize>();
            assert!(tap.unfinished.capacity() <= 2 * FRAME_LIMIT);
        }
        assert_eq!(passed, begin.len() + 80 * chunk.len());
        assert_eq!((tap.unfinished.capacity(), tap.is_at_frame_end(), tap.has_frame()), (0, false, false));
        let rest = Bytes::from_static(b"\"}]}\n\n");
        assert_eq!(tap.push(rest.clone()).into_iter().collect::<Vec<_>>(), [rest]);
        assert!(tap.is_at_frame_end() && tap.has_frame());
        // The next frame is read again.
        tap.push(frames(&[CHAT_STOP]).into());
        assert_eq!(tap.finish(Clean).tail, TailKind::Done);
    }
}

#[test]
fn stream_that_ends_after_unread_frame_is_not_called_a_fault() {
    let large = format!(
        r#"{{"candidates":[{{"finishReason":"STOP","x":"{}"}}]}}"#,
        "x".repeat(FRAME_LIMIT + 600_000)
    );
    let stream = frames(&[GEMINI_TEXT, &large]);
    let chunks = || stream.as_bytes().chunks(60_000);
    let whole = run(CallRoute::StreamGenerateContent, false, chunks(), Clean);
    assert_eq!((whole.outcome, whole.tail), (Complete, TailKind::Nothing));
    let broken = run(CallRoute::StreamGenerateContent, false, chunks(), StreamEnd::Broken);
    assert_eq!((broken.outcome, broken.tail), (Fault, TailKind::Fault));
    let cut = run(CallRoute::StreamGenerateContent, false, chunks().take(FRAME_LIMIT / 60_000 + 2), Clean);
    assert_eq!((cut.outcome, cut.tail), (Fault, TailKind::Nothing));
}

#[test]
fn frame_that_is_malformed_reports_nothing() {
    let broken =
        [r#"{"usage":{"prompt_tokens":5}"#, r#"["usage"]"#, "\"finish_reason\"", "{}{}", "[DONE", "error"];
    for data in broken {
        let run = run_stream(CallRoute::ChatCompletions, &frames(&[data]), Clean);
        assert_eq!((run.outcome, run.usage), (Fault, None), "{data}");
    }
}
