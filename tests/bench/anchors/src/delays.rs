//! A client of paced streams: how long their events are on the way from the provider.

use std::error::Error;

use actix_web::rt;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::clock;

/// What each stream asks for.
pub(crate) struct Call<'a> {
    pub(crate) address: &'a str,
    /// The value of the header `authorization`.
    pub(crate) authorization: &'a str,
    pub(crate) body: &'a str,
}

/// When the events that count are written, in nanoseconds of the clock.
#[derive(Clone, Copy)]
struct Period {
    begin: u64,
    end: u64,
}

/// Opens the streams, reads them for some seconds, and prints the delays of their events as JSON.
pub(crate) async fn measure(call: Call<'_>, streams: usize, seconds: u64) -> Result<(), Box<dyn Error>> {
    let client = Client::builder().no_proxy().build()?;
    let mut answers = Vec::new();
    for _ in 0..streams {
        answers.push(open(&client, &call).await?);
    }
    let begin = clock::nanoseconds();
    let period = Period { begin, end: begin + seconds * 1_000_000_000 };
    let readers: Vec<_> = answers.into_iter().map(|answer| rt::spawn(read(answer, period))).collect();
    let mut delays = Vec::new();
    for reader in readers {
        delays.extend(reader.await??);
    }
    delays.sort_unstable();
    println!("{}", summary(&delays).ok_or("no event has arrived")?);
    Ok(())
}

async fn open(client: &Client, call: &Call<'_>) -> reqwest::Result<Response> {
    let request = client.post(call.address).body(call.body.to_owned());
    let request = request.header(CONTENT_TYPE, "application/json").header(AUTHORIZATION, call.authorization);
    request.send().await?.error_for_status()
}

/// The delays of a stream's events in nanoseconds.
async fn read(mut answer: Response, period: Period) -> Result<Vec<u64>, Box<dyn Error>> {
    let (mut delays, mut received) = (Vec::new(), Vec::new());
    while let Some(part) = answer.chunk().await? {
        let arrived = clock::nanoseconds();
        received.extend_from_slice(&part);
        while let Some(length) = received.windows(2).position(|bytes| bytes == b"\n\n") {
            let event: Vec<u8> = received.drain(..length + 2).collect();
            let written = written(&event).ok_or("an event does not say when it was written")?;
            if written > period.end {
                return Ok(delays);
            }
            if written >= period.begin {
                delays.push(arrived.saturating_sub(written));
            }
        }
    }
    Err("a stream has ended".into())
}

fn written(event: &[u8]) -> Option<u64> {
    let event: Value = serde_json::from_slice(event.strip_prefix(b"data: ")?).ok()?;
    event.pointer("/choices/0/delta/content")?.as_str()?.parse().ok()
}

/// The number of the events and percentiles in microseconds; none without events.
fn summary(sorted: &[u64]) -> Option<Value> {
    let microseconds = |delay: &u64| *delay as f64 / 1e3;
    let percentile = |percent: usize| sorted.get(sorted.len() * percent / 100).map(microseconds);
    Some(json!({
        "events": sorted.len(),
        "p50_us": percentile(50)?,
        "p90_us": percentile(90)?,
        "p99_us": percentile(99)?,
        "max_us": sorted.last().map(microseconds)?,
    }))
}
