//! Times as text.

use llm_config_core::time::Timestamp;

/// The time in UTC as RFC 3339, to the second: `2026-11-21T10:30:00Z`.
#[must_use]
pub fn rfc3339_utc(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
