//! The statistics of a series of pings.

use std::time::Duration;

use llm_config_core::id::ConfigId;

use crate::http::goodmem::ping::applied_limits::AppliedLimits;
use crate::http::goodmem::ping::event::PingSummary;
use crate::http::goodmem::ping::ping_result::{PingEndpointInfo, PingResult};

/// The statistics of a series while it runs.
pub(crate) struct Statistics {
    limits: AppliedLimits,
    endpoint: PingEndpointInfo,
    round_trips: Vec<f64>,
    ok: usize,
    timeouts: usize,
    bytes: usize,
}

impl Statistics {
    pub(crate) fn new(target: ConfigId, limits: AppliedLimits) -> Self {
        let endpoint = PingEndpointInfo::unknown(target);
        Self { limits, endpoint, round_trips: Vec::new(), ok: 0, timeouts: 0, bytes: 0 }
    }

    pub(crate) fn add(&mut self, result: &PingResult, is_timeout: bool) {
        self.endpoint = result.endpoint.clone();
        self.round_trips.push(result.rtt_ms);
        self.ok += usize::from(result.ok);
        self.timeouts += usize::from(is_timeout);
        self.bytes += result.bytes_sent + result.bytes_received;
    }

    pub(crate) fn summary(mut self, duration: Duration) -> PingSummary {
        self.round_trips.sort_by(f64::total_cmp);
        let count = self.round_trips.len();
        let seconds = duration.as_secs_f64().max(f64::EPSILON);
        PingSummary {
            requests: count,
            responses: count,
            ok: self.ok,
            timeouts: self.timeouts,
            errors: count - self.ok - self.timeouts,
            rtt_min_ms: self.round_trips.first().copied().unwrap_or_default(),
            rtt_avg_ms: self.round_trips.iter().sum::<f64>() / float(count.max(1)),
            rtt_p50_ms: self.percentile(50),
            rtt_p90_ms: self.percentile(90),
            rtt_p99_ms: self.percentile(99),
            rtt_max_ms: self.round_trips.last().copied().unwrap_or_default(),
            requests_per_second: float(count) / seconds,
            bytes_per_second: float(self.bytes) / seconds,
            endpoint: self.endpoint,
            applied_limits: self.limits,
        }
    }

    /// The percentile by the nearest-rank method: the smallest value that is not exceeded by `per_cent` per
    /// cent of the values.
    fn percentile(&self, per_cent: usize) -> f64 {
        let rank = (self.round_trips.len() * per_cent).div_ceil(100);
        self.round_trips.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a series are far below 2^52")]
const fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_of_series_has_percentiles_from_its_values() {
        let mut statistics = Statistics::new(ConfigId::new(uuid::Uuid::nil()), AppliedLimits::default());
        statistics.round_trips = vec![4.0, 1.0, 3.0, 2.0];
        statistics.ok = 3;
        statistics.timeouts = 1;
        let summary = statistics.summary(Duration::from_secs(2));
        let percentiles = [summary.rtt_min_ms, summary.rtt_p50_ms, summary.rtt_p90_ms, summary.rtt_p99_ms];
        assert_eq!(percentiles.map(|value| value.to_string()), ["1", "2", "4", "4"]);
        assert_eq!([summary.rtt_avg_ms, summary.rtt_max_ms].map(|value| value.to_string()), ["2.5", "4"]);
        assert_eq!((summary.requests, summary.errors, summary.timeouts), (4, 0, 1));
        assert!((summary.requests_per_second - 2.0).abs() < 1e-9);
    }

    #[test]
    fn summary_of_empty_series_is_zero() {
        let statistics = Statistics::new(ConfigId::new(uuid::Uuid::nil()), AppliedLimits::default());
        let summary = statistics.summary(Duration::ZERO);
        assert_eq!((summary.requests, summary.rtt_p99_ms, summary.rtt_avg_ms), (0, 0.0, 0.0));
    }
}
