//! The events of a stream of pings.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::goodmem::ping::applied_limits::AppliedLimits;
use crate::http::goodmem::ping::ping_result::{PingEndpointInfo, PingResult};

/// An event of a stream. It has exactly one of these members.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PingEvent {
    Result(PingResult),
    Notice(PingNotice),
    Summary(PingSummary),
}

impl PingEvent {
    /// The name of the event's member.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Result(_) => "result",
            Self::Notice(_) => "notice",
            Self::Summary(_) => "summary",
        }
    }
}

/// A notice about the series.
#[derive(Serialize, ToSchema)]
pub(crate) struct PingNotice {
    /// `LIMIT_APPLIED` or `ENDED_EARLY`.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<AppliedLimits>,
}

/// The statistics of the series; always the last event.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PingSummary {
    pub(crate) endpoint: PingEndpointInfo,
    /// The number of pings.
    pub(crate) requests: usize,
    /// The number of results, failures included.
    pub(crate) responses: usize,
    pub(crate) ok: usize,
    pub(crate) timeouts: usize,
    pub(crate) errors: usize,
    pub(crate) rtt_min_ms: f64,
    pub(crate) rtt_avg_ms: f64,
    pub(crate) rtt_p50_ms: f64,
    pub(crate) rtt_p90_ms: f64,
    pub(crate) rtt_p99_ms: f64,
    pub(crate) rtt_max_ms: f64,
    pub(crate) requests_per_second: f64,
    pub(crate) bytes_per_second: f64,
    /// The values of the request that were lowered to their limits.
    #[serde(skip_serializing_if = "AppliedLimits::is_empty")]
    #[schema(required = false)]
    pub(crate) applied_limits: AppliedLimits,
}
