//! Streams of answers: in any chunks, the tap reports the same and the same bytes go to the client.

use bytes::Bytes;
use llm_config_gateway::CallRoute;
use llm_config_gateway::answer::ErrorOnly;
use llm_config_gateway::stream::{StreamEnd, StreamOutcome, StreamTap, TailKind};
use llm_config_gateway::usage::Usage;

use super::input::Input;

/// What a stream led to.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    bytes: Vec<u8>,
    has_frame: bool,
    first_error: Option<ErrorOnly>,
    sequence: Option<u64>,
    outcome: StreamOutcome,
    tail: TailKind,
    usage: Option<Usage>,
}

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let route = input.route();
    let [removes, is_broken, ..] = input.flags();
    let end = if is_broken { StreamEnd::Broken } else { StreamEnd::Clean };
    let (whole, chunks) = input.long_rest_in_chunks();
    let expected = run(route, removes, std::slice::from_ref(&whole), end);
    assert_eq!(run(route, removes, &chunks, end), expected);
    let passed = run(route, false, &chunks, end);
    assert_eq!(passed.bytes, whole);
    assert_eq!((passed.outcome, passed.usage), (expected.outcome, expected.usage));
}

fn run(route: CallRoute, removes: bool, chunks: &[Vec<u8>], end: StreamEnd) -> Run {
    let mut tap = StreamTap::new(route, removes);
    let mut bytes = Vec::new();
    for chunk in chunks {
        let forwarded = tap.push(Bytes::copy_from_slice(chunk));
        let before = bytes.len();
        forwarded.into_iter().for_each(|part| bytes.extend_from_slice(&part));
        assert!(removes || bytes[before..] == *chunk, "a chunk passes at once");
    }
    let (has_frame, first_error, sequence) = (tap.has_frame(), tap.first_error(), tap.last_sequence());
    let summary = tap.finish(end);
    summary.rest.into_iter().for_each(|part| bytes.extend_from_slice(&part));
    let (outcome, tail, usage) = (summary.outcome, summary.tail, summary.usage);
    Run { bytes, has_frame, first_error, sequence, outcome, tail, usage }
}
