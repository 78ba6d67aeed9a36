//! Stored checks in responses.

use llm_config_store::Check;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::http::llm_config::checks::report_schema::Report;
use crate::http::timestamp::rfc3339;

/// The last checks of a configuration.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckList {
    /// Newest first; at most 20 are kept.
    checks: Vec<PastCheck>,
}

/// A stored check.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PastCheck {
    #[schema(format = DateTime)]
    at: String,
    /// `REQUEST`, or `BACKGROUND` for a check that the server started by itself.
    trigger: &'static str,
    /// The user who requested the check.
    #[schema(format = Uuid)]
    checked_by: String,
    /// Whether the check found no problem. Null if the depth is too small to decide, if this server's rules
    /// stopped the check, and if a check in the background was inconclusive.
    works: Option<bool>,
    /// Whether provider, endpoint, API path, model and credential are unchanged since the check.
    is_current: bool,
    #[schema(value_type = Report)]
    report: Box<RawValue>,
}

impl CheckList {
    /// The checks whose reports are intact.
    pub(crate) fn new(checks: Vec<Check>) -> Self {
        Self { checks: checks.into_iter().filter_map(PastCheck::new).collect() }
    }
}

impl PastCheck {
    /// `None` if the stored report is not JSON.
    fn new(check: Check) -> Option<Self> {
        let Check { at, revision: _, trigger, checked_by, works, report, is_current } = check;
        Some(Self {
            at: rfc3339(at),
            trigger: trigger.as_str(),
            checked_by: checked_by.to_string(),
            works,
            is_current,
            report: RawValue::from_string(report.as_json().to_owned()).ok()?,
        })
    }
}
