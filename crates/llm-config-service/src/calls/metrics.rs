//! Metrics of model calls. Labels come from closed sets: no label holds a model, a token or a name.

use std::time::Duration;

use llm_config_gateway::Dialect;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 12] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0];

/// How a call has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallEnd {
    /// The provider's answer was passed on whole.
    Ok,
    /// The provider answered with an error.
    UpstreamError,
    /// There was no answer, or it broke off.
    Fault,
    /// The client did not wait for the end.
    ClientGone,
}

impl CallEnd {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::UpstreamError => "upstream_error",
            Self::Fault => "fault",
            Self::ClientGone => "client_gone",
        }
    }
}

/// Metrics of model calls. Cheap to clone; all clones share them.
#[derive(Clone, Debug)]
pub struct CallMetrics {
    calls: Family<CallLabels, Counter>,
    first_byte: Histogram,
    duration: Histogram,
    running: Gauge,
    without_usage: Counter,
    client_retries: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    dialect: &'static str,
    provider: &'static str,
    end: &'static str,
}

impl Default for CallMetrics {
    fn default() -> Self {
        Self {
            calls: Family::default(),
            first_byte: Histogram::new(BUCKETS),
            duration: Histogram::new(BUCKETS),
            running: Gauge::default(),
            without_usage: Counter::default(),
            client_retries: Counter::default(),
        }
    }
}

impl CallMetrics {
    /// Registers the metrics.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("calls", "Model calls, by how they ended", self.calls.clone());
        registry.register(
            "call_first_byte_seconds",
            "Time from a model call to the head of the provider's response",
            self.first_byte.clone(),
        );
        registry.register("call_duration_seconds", "Time of a whole model call", self.duration.clone());
        registry.register("calls_running", "Model calls that run", self.running.clone());
        registry.register(
            "calls_without_usage",
            "Model calls whose provider reported no usage",
            self.without_usage.clone(),
        );
        registry.register(
            "call_client_retries",
            "Model calls that a client's library repeated",
            self.client_retries.clone(),
        );
    }

    /// Counts a call that a client's library repeats.
    pub fn count_client_retry(&self) {
        self.client_retries.inc();
    }

    pub(super) fn begin(&self) {
        self.running.inc();
    }

    pub(super) fn count_without_usage(&self) {
        self.without_usage.inc();
    }

    pub(super) fn end(
        &self,
        dialect: Dialect,
        provider: &'static str,
        end: CallEnd,
        first_byte: Option<Duration>,
        duration: Duration,
    ) {
        self.running.dec();
        let labels = CallLabels { dialect: dialect.as_str(), provider, end: end.as_str() };
        self.calls.get_or_create(&labels).inc();
        if let Some(first_byte) = first_byte {
            self.first_byte.observe(first_byte.as_secs_f64());
        }
        self.duration.observe(duration.as_secs_f64());
    }
}
