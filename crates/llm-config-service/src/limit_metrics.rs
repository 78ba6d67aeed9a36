//! Counters of requests that a limit has refused. Labels come from a closed set.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Counters of refused requests, by limit. Cheap to clone; all clones share the counters.
#[derive(Clone, Debug, Default)]
pub struct LimitMetrics(Family<LimitLabels, Counter>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

impl LimitMetrics {
    /// Registers the metrics.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("limit_refusals", "Requests that a quota or a share has refused", self.0.clone());
    }

    pub(crate) fn count(&self, limit: &'static str) {
        self.0.get_or_create(&LimitLabels { limit }).inc();
    }
}
