//! A stream without end, of which each event has the moment of its writing in place of a text.

use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use rand::Rng;
use tokio::time::sleep;

use crate::clock;

/// Milliseconds between two events: random, because streams in step would stay in step.
const PAUSES: RangeInclusive<u64> = 5..=15;

pub(crate) fn stream() -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold((), |()| async {
        let pause = rand::thread_rng().gen_range(PAUSES);
        sleep(Duration::from_millis(pause)).await;
        Some((Ok(event()), ()))
    })
}

fn event() -> Bytes {
    let written = clock::nanoseconds();
    Bytes::from(format!(
        "data: {{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\
         \"model\":\"gpt-4o-mini\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{written}\"}},\
         \"finish_reason\":null}}]}}\n\n"
    ))
}
