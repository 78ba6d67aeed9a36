//! A ping, a series of pings, and their results.

use std::time::Duration;

use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;
use llm_config_probe::ping::{Message, PingResult};

use crate::error::Error;

/// A ping of an owner's configuration.
#[derive(Clone, Debug)]
pub struct Ping {
    /// The configuration.
    pub target: ConfigId,
    /// The message to the model.
    pub message: Message,
    /// How long to wait for the response.
    pub timeout: Duration,
}

/// Several pings, started one after the other.
#[derive(Clone, Debug)]
pub struct PingSeries {
    /// Each ping of the series.
    pub ping: Ping,
    /// How many pings: 1 to [`PingSeries::COUNT`].
    pub count: u32,
    /// The time from the start of a ping to the start of the next.
    pub interval: Duration,
    /// How many pings may wait for a response at a time: 1 to [`PingSeries::IN_FLIGHT`].
    pub max_in_flight: usize,
    /// Whether each interval is varied by up to 25 %.
    pub jitter: bool,
}

impl PingSeries {
    /// The maximum number of pings.
    pub const COUNT: u32 = 100;
    /// The maximum number of pings that wait for a response at a time.
    pub const IN_FLIGHT: usize = 4;
}

/// A finished ping.
#[derive(Clone, Debug)]
pub struct PingOutcome {
    /// The position in the series, from 1.
    pub number: u32,
    /// The provider that was called.
    pub provider: Provider,
    /// The response and its timing, or the failure.
    pub result: PingResult,
}

/// An event of a series.
pub enum PingProgress {
    /// A ping is finished.
    Finished(Box<PingOutcome>),
    /// The series ends early.
    Ended(Error),
    /// All pings are finished; the duration of the series.
    Done(Duration),
}
