//! Pings: calls the model of a configuration, once or as a series, and measures the latency.

mod held_time;
mod once;
mod ping;
mod series;

pub(crate) use held_time::HeldTime;
pub use ping::{Ping, PingOutcome, PingProgress, PingSeries};
