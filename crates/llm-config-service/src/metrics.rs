//! Counters of the results of checks. Labels come from closed sets.

use llm_config_probe::report::Report;
use llm_config_store::CheckTrigger;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// Counters of checks by provider, trigger and result. Cheap to clone; all clones share the counters.
#[derive(Clone, Debug, Default)]
pub struct CheckMetrics(Family<CheckLabels, Counter>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CheckLabels {
    provider: &'static str,
    trigger: &'static str,
    usable: &'static str,
    reason: &'static str,
}

impl CheckMetrics {
    pub(crate) fn count(&self, trigger: CheckTrigger, report: &Report) {
        let labels = CheckLabels {
            provider: report.provider.as_str(),
            trigger: trigger.as_str(),
            usable: report.usable.as_str(),
            reason: report.reason.as_str(),
        };
        self.0.get_or_create(&labels).inc();
    }

    /// The counters, for a Prometheus registry.
    #[must_use]
    pub fn family(&self) -> Family<CheckLabels, Counter> {
        self.0.clone()
    }
}
