//! Times as people read them.

use llm_config_core::time::Timestamp;

/// A time to the minute in UTC: `2026-12-01 04:20 UTC`.
pub(crate) fn readable(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
