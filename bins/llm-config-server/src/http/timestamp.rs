//! Timestamps in responses.

use llm_config_core::time::Timestamp;

/// Formats a time as RFC 3339 in UTC with milliseconds: `2024-01-15T10:30:00.000Z`. A time outside jiff's
/// range becomes `1970-01-01T00:00:00.000Z`.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
