//! Rows about configurations, in both APIs.

use std::fmt::Display;

use serde_json::{Value, json};

use super::actor::new_llm;
use super::row::{Row, list, row, with_body, without_body};
use crate::support::{UNKNOWN_ID, ai_llm, assign};

/// An unknown id.
pub(super) fn new_config(workspace: impl Display + Copy) -> Value {
    assign(ai_llm(workspace), &json!({"endpoint": "https://llm.example:8443/v1"}))
}

fn renamed() -> Value {
    json!({"name": "renamed"})
}

fn redisplayed() -> Value {
    json!({"displayName": "renamed"})
}

pub(super) const OF_WORKSPACES: &[Row] = &[
    row("POST", "/ai/llm", "in the workspace", |scenario| {
        with_body("/ai/llm", new_config(scenario.workspace))
    }),
    row("POST", "/ai/llm", "in a missing workspace", |_| with_body("/ai/llm", new_config(UNKNOWN_ID))),
    row("POST", "/ai/llm", "in the workspace, with a taken name", |scenario| {
        scenario.config(scenario.workspace);
        let mut body = new_config(scenario.workspace);
        body["name"] = "team's".into();
        with_body("/ai/llm", body)
    }),
    row("GET", "/ai/llm", "one of the workspace", |scenario| {
        list("/ai/llm", &scenario.config(scenario.workspace))
    }),
    row("GET", "/ai/llm", "one of the workspace, by its id", |scenario| {
        list(format!("/ai/llm?workspaceId={}", scenario.workspace), &scenario.config(scenario.workspace))
    }),
    row("GET", "/ai/llm", "one of another workspace", |scenario| {
        list("/ai/llm", &scenario.config(scenario.other_workspace()))
    }),
    row("GET", "/ai/llm", "one's own of /v1/llms", |scenario| list("/ai/llm", &scenario.llm(scenario.me))),
    row("GET", "/ai/llm/available", "one of the workspace, not validated", |scenario| {
        list("/ai/llm/available", &scenario.config(scenario.workspace))
    }),
    row("GET", "/ai/llm/stats", "one of the workspace", |scenario| {
        list("/ai/llm/stats", &scenario.config(scenario.workspace))
    }),
    row("GET", "/ai/llm/stats", "one of another workspace", |scenario| {
        list("/ai/llm/stats", &scenario.config(scenario.other_workspace()))
    }),
    row("PUT", "/ai/llm/{id}", "one of the workspace", |scenario| {
        with_body(format!("/ai/llm/{}", scenario.config(scenario.workspace)), renamed())
    }),
    row("PUT", "/ai/llm/{id}", "one of another workspace", |scenario| {
        with_body(format!("/ai/llm/{}", scenario.config(scenario.other_workspace())), renamed())
    }),
    row("PUT", "/ai/llm/{id}", "one's own of /v1/llms", |scenario| {
        with_body(format!("/ai/llm/{}", scenario.llm(scenario.me)), renamed())
    }),
    row("PUT", "/ai/llm/{id}", "a missing one", |_| with_body(format!("/ai/llm/{UNKNOWN_ID}"), renamed())),
    row("DELETE", "/ai/llm/{id}", "one of the workspace", |scenario| {
        without_body(format!("/ai/llm/{}", scenario.config(scenario.workspace)))
    }),
    row("DELETE", "/ai/llm/{id}", "one of another workspace", |scenario| {
        without_body(format!("/ai/llm/{}", scenario.config(scenario.other_workspace())))
    }),
    row("DELETE", "/ai/llm/{id}", "one's own of /v1/llms", |scenario| {
        without_body(format!("/ai/llm/{}", scenario.llm(scenario.me)))
    }),
    row("DELETE", "/ai/llm/{id}", "a missing one", |_| without_body(format!("/ai/llm/{UNKNOWN_ID}"))),
];

pub(super) const OF_OWNERS: &[Row] = &[
    row("POST", "/v1/llms", "for oneself", |scenario| with_body("/v1/llms", new_llm(scenario.me))),
    row("POST", "/v1/llms", "for a stranger", |scenario| with_body("/v1/llms", new_llm(scenario.stranger()))),
    row("POST", "/v1/llms", "for a colleague", |scenario| {
        with_body("/v1/llms", new_llm(scenario.colleague()))
    }),
    row("POST", "/v1/llms", "for a stranger, a duplicate", |scenario| {
        let stranger = scenario.stranger();
        scenario.llm(stranger);
        with_body("/v1/llms", new_llm(stranger))
    }),
    row("GET", "/v1/llms", "one's own", |scenario| list("/v1/llms", &scenario.llm(scenario.me))),
    row("GET", "/v1/llms", "a stranger's", |scenario| list("/v1/llms", &scenario.llm(scenario.stranger()))),
    row("GET", "/v1/llms", "a stranger's, by owner id", |scenario| {
        let stranger = scenario.stranger();
        list(format!("/v1/llms?ownerId={stranger}"), &scenario.llm(stranger))
    }),
    row("GET", "/v1/llms", "one of the workspace", |scenario| {
        list("/v1/llms", &scenario.config(scenario.workspace))
    }),
    row("GET", "/v1/llms/{id}", "one's own", |scenario| {
        without_body(format!("/v1/llms/{}", scenario.llm(scenario.me)))
    }),
    row("GET", "/v1/llms/{id}", "one's own, with credentials", |scenario| {
        without_body(format!("/v1/llms/{}?includeCredentials=true", scenario.llm(scenario.me)))
    }),
    row("GET", "/v1/llms/{id}", "a colleague's", |scenario| {
        without_body(format!("/v1/llms/{}", scenario.llm(scenario.colleague())))
    }),
    row("GET", "/v1/llms/{id}", "a stranger's", |scenario| {
        without_body(format!("/v1/llms/{}", scenario.llm(scenario.stranger())))
    }),
    row("GET", "/v1/llms/{id}", "one of the workspace", |scenario| {
        without_body(format!("/v1/llms/{}", scenario.config(scenario.workspace)))
    }),
    row("GET", "/v1/llms/{id}", "a missing one", |_| without_body(format!("/v1/llms/{UNKNOWN_ID}"))),
    row("PUT", "/v1/llms/{id}", "one's own", |scenario| {
        with_body(format!("/v1/llms/{}", scenario.llm(scenario.me)), redisplayed())
    }),
    row("PUT", "/v1/llms/{id}", "a stranger's", |scenario| {
        with_body(format!("/v1/llms/{}", scenario.llm(scenario.stranger())), redisplayed())
    }),
    row("PUT", "/v1/llms/{id}", "one of the workspace", |scenario| {
        with_body(format!("/v1/llms/{}", scenario.config(scenario.workspace)), redisplayed())
    }),
    row("PUT", "/v1/llms/{id}", "a missing one", |_| {
        with_body(format!("/v1/llms/{UNKNOWN_ID}"), redisplayed())
    }),
    row("DELETE", "/v1/llms/{id}", "one's own", |scenario| {
        without_body(format!("/v1/llms/{}", scenario.llm(scenario.me)))
    }),
    row("DELETE", "/v1/llms/{id}", "a stranger's", |scenario| {
        without_body(format!("/v1/llms/{}", scenario.llm(scenario.stranger())))
    }),
    row("DELETE", "/v1/llms/{id}", "one of the workspace", |scenario| {
        without_body(format!("/v1/llms/{}", scenario.config(scenario.workspace)))
    }),
    row("DELETE", "/v1/llms/{id}", "a missing one", |_| without_body(format!("/v1/llms/{UNKNOWN_ID}"))),
];
