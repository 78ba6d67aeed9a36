//! Properties of streams in any chunks.

use proptest::prelude::*;

use super::*;

const ROUTES: [CallRoute; 5] = [
    CallRoute::ChatCompletions,
    CallRoute::Completions,
    CallRoute::Responses,
    CallRoute::Messages,
    CallRoute::StreamGenerateContent,
];

/// A frame: data and line ends.
fn frame() -> impl Strategy<Value = String> {
    let data = prop::sample::select(vec![
        CHAT_TEXT,
        CHAT_STOP,
        CHAT_USAGE,
        "[DONE]",
        RESPONSES_TEXT,
        RESPONSES_END,
        MESSAGES_START,
        MESSAGES_TEXT,
        MESSAGES_DELTA,
        MESSAGES_STOP,
        GEMINI_TEXT,
        GEMINI_END,
        "{\"error\":{\"code\":500}}",
        "",
        "{",
        "é",
    ]);
    let begin = prop::sample::select(vec![
        "data: ",
        "data:",
        "event: error\ndata: ",
        ": ",
        "data: 1\ndata: ",
        "\r",
        "x",
    ]);
    let end = prop::sample::select(vec![
        "\n\n", "\r\n\r\n", "\r\r", "\n\r\n", "\r\n\n", "\n\r", "\n", "\r", "\n\n\n",
    ]);
    (begin, data, end).prop_map(|(begin, data, end)| format!("{begin}{data}{end}"))
}

fn split<'a>(stream: &'a str, cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    cuts.extend([0, stream.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &stream.as_bytes()[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn stream_in_any_chunks_has_same_bytes_and_summary(
        frames in prop::collection::vec(frame(), 0..8),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
        route in prop::sample::select(ROUTES.to_vec()),
        removes in any::<bool>(),
        end in prop::sample::select(vec![StreamEnd::Clean, StreamEnd::Broken]),
    ) {
        let stream = frames.concat();
        let whole = run(route, removes, [stream.as_bytes()], end);
        prop_assert_eq!(&run(route, removes, split(&stream, &cuts), end), &whole);
        prop_assert_eq!(&run(route, removes, stream.as_bytes().chunks(1), end), &whole);
        let tapped = run(route, false, [stream.as_bytes()], end);
        prop_assert_eq!(&tapped.bytes, &stream);
        prop_assert_eq!((tapped.outcome, tapped.usage), (whole.outcome, whole.usage));
    }

    #[test]
    fn removal_leaves_all_other_bytes(
        frames in prop::collection::vec(frame(), 0..8),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        // Complete frames without usage chunks, into which some are inserted.
        let without_usage = |frame: String| frame.replace(CHAT_USAGE, "") + "\n\n";
        let mut frames: Vec<_> = frames.into_iter().map(without_usage).collect();
        // Their mark of the end.
        frames.push(super::frames(&[CHAT_STOP]));
        let expected = frames.concat();
        for place in places {
            frames.insert(place.index(frames.len()), super::frames(&[CHAT_USAGE]));
        }
        let stream = frames.concat();
        let removed = run(CallRoute::ChatCompletions, true, split(&stream, &cuts), StreamEnd::Clean);
        prop_assert_eq!(removed.bytes, expected);
    }

    #[test]
    fn stream_of_any_bytes_passes_unchanged(
        bytes in prop::collection::vec(
            prop::sample::select(b"\n\rdata: {}\"\xef\xbb\xbf\\x\xff".to_vec()),
            0..60,
        ),
        size in 1_usize..9,
    ) {
        let mut tap = StreamTap::new(CallRoute::ChatCompletions, false);
        let mut passed = Vec::new();
        for chunk in bytes.chunks(size) {
            let forwarded = tap.push(Bytes::copy_from_slice(chunk));
            forwarded.into_iter().for_each(|part| passed.extend_from_slice(&part));
        }
        prop_assert_eq!(passed, bytes);
        prop_assert!(tap.finish(StreamEnd::Clean).rest.is_empty());
    }
}
