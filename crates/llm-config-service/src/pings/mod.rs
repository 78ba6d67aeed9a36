//! Pings: calls the model of a configuration, once or as a series, and measures the latency.

mod once;
mod ping;
mod series;

pub use ping::{Ping, PingOutcome, PingProgress, PingSeries};
