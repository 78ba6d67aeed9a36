//! What pings are answered with.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use llm_config_core::id::ConfigId;
use llm_config_probe::ping::{Moments, Pong};
use llm_config_service::Pinged;
use serde::Serialize;
use utoipa::ToSchema;

use super::ping_request::AppliedLimits;

/// What came of one ping. That a provider says no is no error.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PingResult {
    endpoint: PingEndpointInfo,
    /// From 1.
    seq: u32,
    /// Bytes of the request's body.
    bytes_sent: usize,
    /// Bytes of the answer's body.
    bytes_received: usize,
    /// Whether the model answered, in the expected form.
    ok: bool,
    /// The provider's status; 504 when it gave no answer in time, 502 when there was none.
    http_status: u16,
    /// What was wrong and what to do, in our words.
    #[schema(required = true)]
    error_message: Option<String>,
    rtt_ms: f64,
    timing: PingTiming,
    /// `reason`: the code of what was wrong, as in reports of checks.
    #[schema(required = true)]
    metadata: Option<BTreeMap<&'static str, String>>,
}

/// Who was called.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PingEndpointInfo {
    /// Always `LLM`.
    target_type: &'static str,
    #[schema(format = Uuid)]
    target_id: String,
    /// The endpoint and the API path, without a query.
    resolved_endpoint: String,
    provider: &'static str,
    model_identifier: String,
}

/// When it happened, by this server's clock. A provider does not tell when it received and when it
/// answered: both moments are put midway.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API names them so")]
struct PingTiming {
    client_send_time_unix_nanos: u64,
    server_received_time_unix_nanos: u64,
    server_send_time_unix_nanos: u64,
    client_receive_time_unix_nanos: u64,
}

impl PingResult {
    pub(super) fn of(target: ConfigId, pinged: Pinged) -> Self {
        let Pinged { number, provider, pong } = pinged;
        let without_answer = if pong.is_timeout() { 504 } else { 502 };
        let Pong {
            resolved_endpoint,
            model,
            bytes_sent,
            bytes_received,
            http_status,
            failure,
            elapsed,
            moments: Moments { client_sent, server_received, server_sent, client_received },
        } = pong;
        Self {
            endpoint: PingEndpointInfo {
                target_type: "LLM",
                target_id: target.to_string(),
                resolved_endpoint,
                provider: provider.as_str(),
                model_identifier: model.map(String::from).unwrap_or_default(),
            },
            seq: number,
            bytes_sent,
            bytes_received,
            ok: failure.is_none(),
            http_status: http_status.unwrap_or(without_answer),
            error_message: failure.as_ref().map(|it| it.hint.to_string()),
            rtt_ms: milliseconds(elapsed),
            timing: PingTiming {
                client_send_time_unix_nanos: nanoseconds(client_sent),
                server_received_time_unix_nanos: nanoseconds(server_received),
                server_send_time_unix_nanos: nanoseconds(server_sent),
                client_receive_time_unix_nanos: nanoseconds(client_received),
            },
            metadata: failure.map(|it| BTreeMap::from([("reason", it.reason.as_str().to_owned())])),
        }
    }
}

/// One line of a stream: exactly one of its members.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum PingEvent {
    Result(PingResult),
    Notice(PingNotice),
    Summary(PingSummary),
}

impl PingEvent {
    /// The name of its one member.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Result(_) => "result",
            Self::Notice(_) => "notice",
            Self::Summary(_) => "summary",
        }
    }
}

/// Something to know about the series.
#[derive(Serialize, ToSchema)]
pub(super) struct PingNotice {
    /// `LIMIT_APPLIED` or `ENDED_EARLY`.
    pub(super) code: &'static str,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) details: Option<AppliedLimits>,
}

/// The series in numbers; always the last line.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PingSummary {
    endpoint: PingEndpointInfo,
    /// How many were made.
    requests: usize,
    /// How many came back, those that failed included.
    responses: usize,
    ok: usize,
    timeouts: usize,
    errors: usize,
    rtt_min_ms: f64,
    rtt_avg_ms: f64,
    rtt_p50_ms: f64,
    rtt_p90_ms: f64,
    rtt_p99_ms: f64,
    rtt_max_ms: f64,
    requests_per_second: f64,
    bytes_per_second: f64,
    /// What of the request was lowered to its limit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    applied_limits: AppliedLimits,
}

/// Counts a series on its way.
pub(super) struct Tally {
    limits: AppliedLimits,
    endpoint: PingEndpointInfo,
    round_trips: Vec<f64>,
    ok: usize,
    timeouts: usize,
    bytes: usize,
}

impl Tally {
    pub(super) fn new(target: ConfigId, limits: AppliedLimits) -> Self {
        let endpoint = PingEndpointInfo {
            target_type: "LLM",
            target_id: target.to_string(),
            resolved_endpoint: String::new(),
            provider: "",
            model_identifier: String::new(),
        };
        Self { limits, endpoint, round_trips: Vec::new(), ok: 0, timeouts: 0, bytes: 0 }
    }

    pub(super) fn add(&mut self, result: &PingResult, is_timeout: bool) {
        self.endpoint = result.endpoint.clone();
        self.round_trips.push(result.rtt_ms);
        self.ok += usize::from(result.ok);
        self.timeouts += usize::from(is_timeout);
        self.bytes += result.bytes_sent + result.bytes_received;
    }

    pub(super) fn summary(mut self, took: Duration) -> PingSummary {
        self.round_trips.sort_by(f64::total_cmp);
        let count = self.round_trips.len();
        let seconds = took.as_secs_f64().max(f64::EPSILON);
        PingSummary {
            requests: count,
            responses: count,
            ok: self.ok,
            timeouts: self.timeouts,
            errors: count - self.ok - self.timeouts,
            rtt_min_ms: self.round_trips.first().copied().unwrap_or_default(),
            rtt_avg_ms: self.round_trips.iter().sum::<f64>() / float(count.max(1)),
            rtt_p50_ms: self.rank(50),
            rtt_p90_ms: self.rank(90),
            rtt_p99_ms: self.rank(99),
            rtt_max_ms: self.round_trips.last().copied().unwrap_or_default(),
            requests_per_second: float(count) / seconds,
            bytes_per_second: float(self.bytes) / seconds,
            endpoint: self.endpoint,
            applied_limits: self.limits,
        }
    }

    /// The nearest rank: the smallest value that so many per cent do not exceed.
    fn rank(&self, per_cent: usize) -> f64 {
        let rank = (self.round_trips.len() * per_cent).div_ceil(100);
        self.round_trips.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a series are far below 2^52")]
const fn float(count: usize) -> f64 {
    count as f64
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_values_of_the_series() {
        let mut tally = Tally::new(ConfigId::new(uuid::Uuid::nil()), AppliedLimits::new());
        tally.round_trips = vec![4.0, 1.0, 3.0, 2.0];
        tally.ok = 3;
        tally.timeouts = 1;
        let summary = tally.summary(Duration::from_secs(2));
        let ranks = [summary.rtt_min_ms, summary.rtt_p50_ms, summary.rtt_p90_ms, summary.rtt_p99_ms];
        assert_eq!(ranks.map(|it| it.to_string()), ["1", "2", "4", "4"]);
        assert_eq!([summary.rtt_avg_ms, summary.rtt_max_ms].map(|it| it.to_string()), ["2.5", "4"]);
        assert_eq!((summary.requests, summary.errors, summary.timeouts), (4, 0, 1));
        assert!((summary.requests_per_second - 2.0).abs() < 1e-9);
    }

    #[test]
    fn an_empty_series_has_a_summary_of_zeros() {
        let tally = Tally::new(ConfigId::new(uuid::Uuid::nil()), AppliedLimits::new());
        let summary = tally.summary(Duration::ZERO);
        assert_eq!((summary.requests, summary.rtt_p99_ms, summary.rtt_avg_ms), (0, 0.0, 0.0));
    }
}
