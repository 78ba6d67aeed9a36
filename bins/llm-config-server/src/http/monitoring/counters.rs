//! The metrics. The values of labels come from closed sets: they contain no names, ids
//! or hosts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use llm_config_service::{CallMetrics, CheckMetrics, LimitMetrics, UsageMetrics, UsageRecorder};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The counters. Cheap to clone; all clones share them.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: Arc<str>,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: Arc<str>,
    method: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new(
            &CheckMetrics::default(),
            &CallMetrics::default(),
            &LimitMetrics::default(),
            UsageRecorder::default().metrics(),
            || false,
        )
    }
}

impl Metrics {
    /// The metrics of requests, of checks, of model calls, of limits and of usage. `is_purge_pending` returns
    /// whether old ciphertext is still in the database's log.
    #[must_use]
    pub fn new(
        checks: &CheckMetrics,
        calls: &CallMetrics,
        limits: &LimitMetrics,
        usage: UsageMetrics,
        is_purge_pending: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let mut registry = Registry::with_prefix("llm_config");
        let requests = Family::default();
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        registry.register("checks", "Checks of configurations, by result", checks.family());
        registry.register("http_requests", "Responses, by route pattern", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time from request to response",
            durations.clone(),
        );
        calls.register(&mut registry);
        limits.register(&mut registry);
        registry.register_collector(Box::new(usage));
        registry.register_collector(Box::new(SecretPurge(Box::new(is_purge_pending))));
        Self { registry: Arc::new(registry), requests, durations }
    }
}

/// A gauge that is computed for every response, because no event marks the end of the state.
struct SecretPurge(Box<dyn Fn() -> bool + Send + Sync>);

impl fmt::Debug for SecretPurge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretPurge")
    }
}

impl Collector for SecretPurge {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let pending = ConstGauge::new(i64::from((self.0)()));
        let help = "Whether a replaced or deleted secret may still be in SQLite's write-ahead log, sealed";
        let encoder = encoder.encode_descriptor("secret_purge_pending", help, None, pending.metric_type())?;
        pending.encode(encoder)
    }
}

impl Metrics {
    /// Counts a response. `route` is a route pattern, never the path of a request.
    pub(crate) fn count(&self, route: &Arc<str>, method: &Method, status: u16, duration: Duration) {
        let (route, method) = (Arc::clone(route), method_label(method));
        self.requests.get_or_create(&RequestLabels { route: Arc::clone(&route), method, status }).inc();
        self.durations.get_or_create(&RouteLabels { route, method }).observe(duration.as_secs_f64());
    }

    /// The metrics in `OpenMetrics`.
    pub(crate) fn open_metrics(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// The label of a method. Unknown methods share one label, because a client may send any word as a method.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn requests_are_counted_by_route_pattern() {
        let metrics = Metrics::default();
        let (route, method) = ("/v1/llms/{id}".into(), Method::from_bytes(b"sk-secret").unwrap());
        metrics.count(&route, &Method::GET, 200, Duration::from_millis(3));
        metrics.count(&route, &method, 405, Duration::from_millis(3));
        let text = metrics.open_metrics();
        let line = r#"llm_config_http_requests_total{route="/v1/llms/{id}",method="GET",status="200"} 1"#;
        assert!(text.contains(line), "{text}");
        assert!(text.contains(r#"method="OTHER",status="405"} 1"#), "{text}");
        assert!(!text.contains("sk-secret"), "{text}");
    }

    #[test]
    fn metrics_show_backlog_and_loss_of_usage() {
        let text = Metrics::default().open_metrics();
        assert!(text.contains("\nllm_config_usage_backlog 0\n"), "{text}");
        assert!(text.contains("\nllm_config_usage_lost_calls_total 0\n"), "{text}");
    }

    #[test]
    fn metrics_show_whether_a_secret_purge_is_pending() {
        let is_pending = Arc::new(AtomicBool::new(true));
        let current = Arc::clone(&is_pending);
        let usage = UsageRecorder::default().metrics();
        let (checks, calls, limits) =
            (CheckMetrics::default(), CallMetrics::default(), LimitMetrics::default());
        let is_purge_pending = move || current.load(Ordering::Relaxed);
        let metrics = Metrics::new(&checks, &calls, &limits, usage, is_purge_pending);
        let has_gauge = |value: u8| {
            metrics.open_metrics().contains(&format!("\nllm_config_secret_purge_pending {value}\n"))
        };
        assert!(has_gauge(1), "{}", metrics.open_metrics());
        is_pending.store(false, Ordering::Relaxed);
        assert!(has_gauge(0), "{}", metrics.open_metrics());
    }
}
