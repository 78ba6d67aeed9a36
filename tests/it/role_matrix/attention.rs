//! Rows about what needs attention.

use super::actor::Scenario;
use super::row::{Request, Row, list, row};

fn attention(scenario: &Scenario<'_>, id: String) -> Request {
    list("/llm-config/v1/attention", &scenario.failing(id))
}

pub(super) const ROWS: &[Row] = &[
    row("GET", "/llm-config/v1/attention", "one's own that fails", |scenario| {
        attention(scenario, scenario.llm(scenario.me))
    }),
    row("GET", "/llm-config/v1/attention", "a stranger's that fails", |scenario| {
        attention(scenario, scenario.llm(scenario.stranger()))
    }),
    row("GET", "/llm-config/v1/attention", "one of the workspace that fails", |scenario| {
        attention(scenario, scenario.config(scenario.workspace))
    }),
    row("GET", "/llm-config/v1/attention", "one of another workspace", |scenario| {
        attention(scenario, scenario.config(scenario.other_workspace()))
    }),
    row("GET", "/llm-config/v1/attention", "one's own API key that expires", |scenario| {
        list("/llm-config/v1/attention", &scenario.expiring_token(scenario.me))
    }),
    row("GET", "/llm-config/v1/attention", "a stranger's API key", |scenario| {
        list("/llm-config/v1/attention", &scenario.expiring_token(scenario.stranger()))
    }),
    row("GET", "/llm-config/v1/attention", "an OWNER's API key", |scenario| {
        list("/llm-config/v1/attention", &scenario.expiring_token(scenario.owner()))
    }),
];
