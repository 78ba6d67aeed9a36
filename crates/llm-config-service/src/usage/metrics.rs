//! Metrics of the recorder.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::recorder::UsageRecorder;

/// What a recorder has not written yet, and what it has lost, for a Prometheus registry.
#[derive(Clone, Debug)]
pub struct UsageMetrics(UsageRecorder);

impl UsageRecorder {
    /// The metrics of this recorder.
    #[must_use]
    pub fn metrics(&self) -> UsageMetrics {
        UsageMetrics(self.clone())
    }
}

impl Collector for UsageMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let backlog = ConstGauge::new(i64::try_from(self.0.backlog()).unwrap_or(i64::MAX));
        let help = "Rows of usage that are counted in memory and not written to the database yet";
        backlog.encode(encoder.encode_descriptor("usage_backlog", help, None, backlog.metric_type())?)?;
        let lost = ConstCounter::new(self.0.lost());
        let help = "Model calls whose usage was dropped, because the database was away for too long";
        lost.encode(encoder.encode_descriptor("usage_lost_calls", help, None, lost.metric_type())?)
    }
}
