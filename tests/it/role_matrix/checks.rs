//! Rows about checks, pings and usage. The endpoints of checks and pings are blocked by the rules for
//! outgoing calls, which is a normal result.

use serde_json::{Value, json};

use super::actor::{Scenario, new_llm};
use super::llms::new_config;
use super::row::{Request, Row, list, row, with_body, without_body};
use crate::support::UNKNOWN_ID;

fn planned(id: &impl ToString, body: Value) -> Request {
    with_body(format!("/llm-config/v1/configs/{}/checks/planned", id.to_string()), body)
}

fn checks(id: &impl ToString) -> Request {
    without_body(format!("/llm-config/v1/configs/{}/checks", id.to_string()))
}

fn origin(id: &impl ToString) -> Request {
    without_body(format!("/llm-config/v1/configs/{}/origin", id.to_string()))
}

/// A list with this filter, and the id of the configuration whose presence the cell reports.
fn listed(filter: &str, id: &impl ToString) -> Request {
    list(format!("/llm-config/v1/configs?{filter}"), id)
}

fn config(id: &impl ToString) -> Request {
    without_body(format!("/llm-config/v1/configs/{}", id.to_string()))
}

/// The usage by configuration, and the id of a used one whose presence the cell reports.
fn usage(scenario: &Scenario<'_>, id: String) -> Request {
    list("/llm-config/v1/usage", &scenario.used(id))
}

fn ping_series(id: &impl ToString) -> Request {
    with_body("/v1/ping:stream", json!({"targetId": id.to_string(), "count": 1}))
}

fn ping_once(id: &impl ToString) -> Request {
    with_body("/v1/ping:once", json!({"targetId": id.to_string()}))
}

pub(super) const ROWS: &[Row] = &[
    row("POST", "/ai/llm/{id}/validate", "one of the workspace", |scenario| {
        without_body(format!("/ai/llm/{}/validate", scenario.config(scenario.workspace)))
    }),
    row("POST", "/ai/llm/{id}/validate", "one of another workspace", |scenario| {
        without_body(format!("/ai/llm/{}/validate", scenario.config(scenario.other_workspace())))
    }),
    row("POST", "/ai/llm/{id}/validate", "one's own of /v1/llms", |scenario| {
        without_body(format!("/ai/llm/{}/validate", scenario.llm(scenario.me)))
    }),
    row("POST", "/ai/llm/{id}/validate", "a missing one", |_| {
        without_body(format!("/ai/llm/{UNKNOWN_ID}/validate"))
    }),
    row("POST", "/v1/ping:once", "one's own", |scenario| ping_once(&scenario.llm(scenario.me))),
    row("POST", "/v1/ping:once", "a colleague's", |scenario| ping_once(&scenario.llm(scenario.colleague()))),
    row("POST", "/v1/ping:once", "a stranger's", |scenario| ping_once(&scenario.llm(scenario.stranger()))),
    row("POST", "/v1/ping:once", "one of the workspace", |scenario| {
        ping_once(&scenario.config(scenario.workspace))
    }),
    row("POST", "/v1/ping:once", "a missing one", |_| ping_once(&UNKNOWN_ID)),
    row("POST", "/v1/ping:stream", "one's own", |scenario| ping_series(&scenario.llm(scenario.me))),
    row("POST", "/v1/ping:stream", "a stranger's", |scenario| {
        ping_series(&scenario.llm(scenario.stranger()))
    }),
    row("POST", "/v1/ping:stream", "one of the workspace", |scenario| {
        ping_series(&scenario.config(scenario.workspace))
    }),
    row("POST", "/v1/ping:stream", "a missing one", |_| ping_series(&UNKNOWN_ID)),
    row("POST", "/llm-config/v1/checks/flashback", "in the workspace", |scenario| {
        with_body("/llm-config/v1/checks/flashback", new_config(scenario.workspace))
    }),
    row("POST", "/llm-config/v1/checks/flashback", "in a missing workspace", |_| {
        with_body("/llm-config/v1/checks/flashback", new_config(UNKNOWN_ID))
    }),
    row("POST", "/llm-config/v1/checks/goodmem", "for oneself", |scenario| {
        with_body("/llm-config/v1/checks/goodmem", new_llm(scenario.me))
    }),
    row("POST", "/llm-config/v1/checks/goodmem", "for a stranger", |scenario| {
        with_body("/llm-config/v1/checks/goodmem", new_llm(scenario.stranger()))
    }),
    row("POST", "/llm-config/v1/configs/{id}/checks", "one's own", |scenario| {
        checks(&scenario.llm(scenario.me))
    }),
    row("POST", "/llm-config/v1/configs/{id}/checks", "a stranger's", |scenario| {
        checks(&scenario.llm(scenario.stranger()))
    }),
    row("POST", "/llm-config/v1/configs/{id}/checks", "one of the workspace", |scenario| {
        checks(&scenario.config(scenario.workspace))
    }),
    row("POST", "/llm-config/v1/configs/{id}/checks", "a missing one", |_| checks(&UNKNOWN_ID)),
    row("POST", "/llm-config/v1/configs/{id}/checks/planned", "one's own", |scenario| {
        planned(&scenario.llm(scenario.me), json!({"displayName": "renamed"}))
    }),
    row("POST", "/llm-config/v1/configs/{id}/checks/planned", "a stranger's", |scenario| {
        planned(&scenario.llm(scenario.stranger()), json!({"displayName": "renamed"}))
    }),
    row("POST", "/llm-config/v1/configs/{id}/checks/planned", "one of the workspace", |scenario| {
        planned(&scenario.config(scenario.workspace), json!({"name": "renamed"}))
    }),
    row("POST", "/llm-config/v1/configs/{id}/checks/planned", "a missing one", |_| {
        planned(&UNKNOWN_ID, json!({"name": "renamed"}))
    }),
    row("GET", "/llm-config/v1/configs/{id}/checks", "one's own", |scenario| {
        checks(&scenario.llm(scenario.me))
    }),
    row("GET", "/llm-config/v1/configs/{id}/checks", "a stranger's", |scenario| {
        checks(&scenario.llm(scenario.stranger()))
    }),
    row("GET", "/llm-config/v1/configs/{id}/checks", "one of the workspace", |scenario| {
        checks(&scenario.config(scenario.workspace))
    }),
    row("GET", "/llm-config/v1/configs/{id}/checks", "a missing one", |_| checks(&UNKNOWN_ID)),
    row("GET", "/llm-config/v1/configs", "one's own", |scenario| {
        listed(&format!("owner={}", scenario.me), &scenario.llm(scenario.me))
    }),
    row("GET", "/llm-config/v1/configs", "a colleague's", |scenario| {
        let colleague = scenario.colleague();
        listed(&format!("owner={colleague}"), &scenario.llm(colleague))
    }),
    row("GET", "/llm-config/v1/configs", "a stranger's", |scenario| {
        let stranger = scenario.stranger();
        listed(&format!("owner={stranger}"), &scenario.llm(stranger))
    }),
    row("GET", "/llm-config/v1/configs", "one of the workspace", |scenario| {
        let id = scenario.config(scenario.workspace);
        listed(&format!("workspace={}", scenario.workspace), &id)
    }),
    row("GET", "/llm-config/v1/configs", "one of another workspace", |scenario| {
        let workspace = scenario.other_workspace();
        listed(&format!("workspace={workspace}"), &scenario.config(workspace))
    }),
    row("GET", "/llm-config/v1/configs/{id}", "one's own", |scenario| config(&scenario.llm(scenario.me))),
    row("GET", "/llm-config/v1/configs/{id}", "a colleague's", |scenario| {
        config(&scenario.llm(scenario.colleague()))
    }),
    row("GET", "/llm-config/v1/configs/{id}", "a stranger's", |scenario| {
        config(&scenario.llm(scenario.stranger()))
    }),
    row("GET", "/llm-config/v1/configs/{id}", "one of the workspace", |scenario| {
        config(&scenario.config(scenario.workspace))
    }),
    row("GET", "/llm-config/v1/configs/{id}", "one of another workspace", |scenario| {
        config(&scenario.config(scenario.other_workspace()))
    }),
    row("GET", "/llm-config/v1/configs/{id}", "a missing one", |_| config(&UNKNOWN_ID)),
    row("GET", "/llm-config/v1/configs/{id}/origin", "one's own", |scenario| {
        origin(&scenario.llm(scenario.me))
    }),
    row("GET", "/llm-config/v1/configs/{id}/origin", "a stranger's", |scenario| {
        origin(&scenario.llm(scenario.stranger()))
    }),
    row("GET", "/llm-config/v1/configs/{id}/origin", "one of the workspace", |scenario| {
        origin(&scenario.config(scenario.workspace))
    }),
    row("GET", "/llm-config/v1/configs/{id}/origin", "a missing one", |_| origin(&UNKNOWN_ID)),
    row("GET", "/llm-config/v1/usage", "one's own", |scenario| usage(scenario, scenario.llm(scenario.me))),
    row("GET", "/llm-config/v1/usage", "a colleague's", |scenario| {
        usage(scenario, scenario.llm(scenario.colleague()))
    }),
    row("GET", "/llm-config/v1/usage", "a stranger's", |scenario| {
        usage(scenario, scenario.llm(scenario.stranger()))
    }),
    row("GET", "/llm-config/v1/usage", "one of the workspace", |scenario| {
        usage(scenario, scenario.config(scenario.workspace))
    }),
    row("GET", "/llm-config/v1/usage", "one of another workspace", |scenario| {
        usage(scenario, scenario.config(scenario.other_workspace()))
    }),
];
