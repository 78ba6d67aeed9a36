//! The formats of metrics, and which of them a scraper asks for.
//!
//! The metrics library writes `OpenMetrics` only. The older text format differs in a few lines, which
//! [`classic_text`] rewrites.

use std::fmt::Write as _;

use actix_web::HttpRequest;
use actix_web::http::header::{Accept, Header, Quality};

/// A format of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposition {
    /// Prometheus' text format 0.0.4, which every scraper reads.
    Text,
    /// `OpenMetrics` 1.0.0.
    OpenMetrics,
}

impl Exposition {
    /// The format that the header `Accept` prefers; the text format if it prefers neither.
    pub(crate) fn negotiate(request: &HttpRequest) -> Self {
        // A header that cannot be read counts as none.
        let Ok(Accept(mut types)) = Accept::parse(request) else { return Self::Text };
        types.retain(|item| item.quality > Quality::ZERO);
        let ranked = Accept(types).ranked();
        let known = ranked.iter().filter_map(|media_type| {
            let version = media_type.get_param("version").map(|version| version.as_str().to_owned());
            match (media_type.essence_str(), version.as_deref()) {
                ("application/openmetrics-text", None | Some("1.0.0")) | ("application/*", _) => {
                    Some(Self::OpenMetrics)
                }
                ("text/plain", None | Some("0.0.4")) | ("text/*" | "*/*", _) => Some(Self::Text),
                _ => None,
            }
        });
        known.into_iter().next().unwrap_or(Self::Text)
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// Metrics in this format, from those in `OpenMetrics`.
    pub(crate) fn write(self, open_metrics: String) -> String {
        match self {
            Self::Text => classic_text(&open_metrics),
            Self::OpenMetrics => open_metrics,
        }
    }
}

/// Rewrites `OpenMetrics` as text 0.0.4. There, a counter is called as its sample, with `_total`; units and
/// the mark of the end do not exist. Samples are the same, because the registry has no exemplars and no
/// times.
fn classic_text(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    let mut help = None;
    for line in open_metrics.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            // Its name depends on the type, which is on the next line.
            help = rest.split_once(' ').map(|(_, help)| help);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            let (suffix, kind) = match kind {
                "counter" => ("_total", kind),
                "info" => ("_info", "gauge"),
                "unknown" => ("", "untyped"),
                _ => ("", kind),
            };
            let help = help.take().unwrap_or_default();
            // Writing to a `String` does not fail.
            let _ = writeln!(text, "# HELP {name}{suffix} {help}\n# TYPE {name}{suffix} {kind}");
        } else if !line.starts_with('#') {
            text += line;
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    use super::*;

    fn check(accept: &str, expected: Exposition) {
        let request = TestRequest::default().insert_header((ACCEPT, accept)).to_http_request();
        assert_eq!(Exposition::negotiate(&request), expected, "{accept}");
    }

    #[test]
    fn negotiate_without_preference_selects_text() {
        assert_eq!(Exposition::negotiate(&TestRequest::default().to_http_request()), Exposition::Text);
        for accept in ["", "*/*", "text/plain", "text/plain;version=0.0.4", "text/*", "text/html, */*;q=0.8"]
        {
            check(accept, Exposition::Text);
        }
        for accept in ["application/json", "text/plain;version=1.0.0", "nonsense", "a/b;q=x", ";", "\u{e9}"] {
            check(accept, Exposition::Text);
        }
    }

    #[test]
    fn negotiate_selects_open_metrics_where_it_is_asked() {
        for accept in [
            "application/openmetrics-text",
            "APPLICATION/OpenMetrics-Text; version=1.0.0; charset=utf-8",
            "application/*",
            "*/*, application/openmetrics-text",
            "text/plain;q=0.5, application/openmetrics-text;version=1.0.0;q=0.9, */*;q=0.1",
            // Prometheus 2 and 3.
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
             text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
             application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;\
             escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        ] {
            check(accept, Exposition::OpenMetrics);
        }
    }

    #[test]
    fn negotiate_respects_qualities_and_versions() {
        for accept in [
            "text/plain, application/openmetrics-text",
            "application/openmetrics-text;q=0.4, text/plain;q=0.5",
            "application/openmetrics-text;q=0, */*;q=0.1",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;version=2.0.0, text/plain;q=0.1",
            "application/openmetrics-text;version=0.0.1",
        ] {
            check(accept, Exposition::Text);
        }
    }

    #[test]
    fn classic_text_types_counters_by_the_names_of_their_samples() {
        let open_metrics = "\
# HELP requests Responses, by route # pattern.
# TYPE requests counter
requests_total{route=\"# TYPE x\"} 1
# HELP duration_seconds Time.
# TYPE duration_seconds histogram
# UNIT duration_seconds seconds
duration_seconds_sum 0.5
duration_seconds_count 1
duration_seconds_bucket{le=\"+Inf\"} 1
# HELP pending Whether.
# TYPE pending gauge
pending 0
# HELP build Version.
# TYPE build info
build_info{version=\"1\"} 1
# HELP other Other.
# TYPE other unknown
other 2
# EOF
";
        let expected = "\
# HELP requests_total Responses, by route # pattern.
# TYPE requests_total counter
requests_total{route=\"# TYPE x\"} 1
# HELP duration_seconds Time.
# TYPE duration_seconds histogram
duration_seconds_sum 0.5
duration_seconds_count 1
duration_seconds_bucket{le=\"+Inf\"} 1
# HELP pending Whether.
# TYPE pending gauge
pending 0
# HELP build_info Version.
# TYPE build_info gauge
build_info{version=\"1\"} 1
# HELP other Other.
# TYPE other untyped
other 2
";
        assert_eq!(classic_text(open_metrics), expected);
    }
}
