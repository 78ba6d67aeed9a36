//! Lines about configurations, in both APIs.

use std::fmt::Display;

use serde_json::{Value, json};

use super::actor::new_llm;
use super::row::{Line, at, line, list, with_body};
use crate::support::{ai_llm, assign};

/// An id that nothing has.
pub(super) const NONE: &str = "550e8400-e29b-41d4-a716-446655440000";

pub(super) fn new_config(workspace: impl Display + Copy) -> Value {
    assign(ai_llm(workspace), &json!({"endpoint": "https://llm.example:8443/v1"}))
}

fn renamed() -> Value {
    json!({"name": "renamed"})
}

fn redisplayed() -> Value {
    json!({"displayName": "renamed"})
}

pub(super) const OF_WORKSPACES: &[Line] = &[
    line("POST", "/ai/llm", "in the workspace", |w| with_body("/ai/llm", new_config(w.workspace))),
    line("POST", "/ai/llm", "in a workspace that is not there", |_| with_body("/ai/llm", new_config(NONE))),
    line("POST", "/ai/llm", "in the workspace, the name is taken", |w| {
        w.config(w.workspace);
        let mut body = new_config(w.workspace);
        body["name"] = "team's".into();
        with_body("/ai/llm", body)
    }),
    line("GET", "/ai/llm", "one of the workspace", |w| list("/ai/llm", &w.config(w.workspace))),
    line("GET", "/ai/llm", "one of the workspace, by its id", |w| {
        list(format!("/ai/llm?workspaceId={}", w.workspace), &w.config(w.workspace))
    }),
    line("GET", "/ai/llm", "one of another workspace", |w| list("/ai/llm", &w.config(w.other_workspace()))),
    line("GET", "/ai/llm", "one's own of /v1/llms", |w| list("/ai/llm", &w.llm(w.me))),
    line("GET", "/ai/llm/available", "one of the workspace, not validated", |w| {
        list("/ai/llm/available", &w.config(w.workspace))
    }),
    line("GET", "/ai/llm/stats", "one of the workspace", |w| list("/ai/llm/stats", &w.config(w.workspace))),
    line("GET", "/ai/llm/stats", "one of another workspace", |w| {
        list("/ai/llm/stats", &w.config(w.other_workspace()))
    }),
    line("PUT", "/ai/llm/{id}", "one of the workspace", |w| {
        with_body(format!("/ai/llm/{}", w.config(w.workspace)), renamed())
    }),
    line("PUT", "/ai/llm/{id}", "one of another workspace", |w| {
        with_body(format!("/ai/llm/{}", w.config(w.other_workspace())), renamed())
    }),
    line("PUT", "/ai/llm/{id}", "one's own of /v1/llms", |w| {
        with_body(format!("/ai/llm/{}", w.llm(w.me)), renamed())
    }),
    line("PUT", "/ai/llm/{id}", "one that is not there", |_| with_body(format!("/ai/llm/{NONE}"), renamed())),
    line("DELETE", "/ai/llm/{id}", "one of the workspace", |w| {
        at(format!("/ai/llm/{}", w.config(w.workspace)))
    }),
    line("DELETE", "/ai/llm/{id}", "one of another workspace", |w| {
        at(format!("/ai/llm/{}", w.config(w.other_workspace())))
    }),
    line("DELETE", "/ai/llm/{id}", "one's own of /v1/llms", |w| at(format!("/ai/llm/{}", w.llm(w.me)))),
    line("DELETE", "/ai/llm/{id}", "one that is not there", |_| at(format!("/ai/llm/{NONE}"))),
];

pub(super) const OF_OWNERS: &[Line] = &[
    line("POST", "/v1/llms", "for oneself", |w| with_body("/v1/llms", new_llm(w.me))),
    line("POST", "/v1/llms", "for another", |w| with_body("/v1/llms", new_llm(w.stranger()))),
    line("POST", "/v1/llms", "for a colleague", |w| with_body("/v1/llms", new_llm(w.colleague()))),
    line("POST", "/v1/llms", "for another, it exists", |w| {
        let stranger = w.stranger();
        w.llm(stranger);
        with_body("/v1/llms", new_llm(stranger))
    }),
    line("GET", "/v1/llms", "one's own", |w| list("/v1/llms", &w.llm(w.me))),
    line("GET", "/v1/llms", "another's", |w| list("/v1/llms", &w.llm(w.stranger()))),
    line("GET", "/v1/llms", "another's, by their id", |w| {
        let stranger = w.stranger();
        list(format!("/v1/llms?ownerId={stranger}"), &w.llm(stranger))
    }),
    line("GET", "/v1/llms", "one of the workspace", |w| list("/v1/llms", &w.config(w.workspace))),
    line("GET", "/v1/llms/{id}", "one's own", |w| at(format!("/v1/llms/{}", w.llm(w.me)))),
    line("GET", "/v1/llms/{id}", "one's own, with credentials", |w| {
        at(format!("/v1/llms/{}?includeCredentials=true", w.llm(w.me)))
    }),
    line("GET", "/v1/llms/{id}", "a colleague's", |w| at(format!("/v1/llms/{}", w.llm(w.colleague())))),
    line("GET", "/v1/llms/{id}", "another's", |w| at(format!("/v1/llms/{}", w.llm(w.stranger())))),
    line("GET", "/v1/llms/{id}", "one of the workspace", |w| {
        at(format!("/v1/llms/{}", w.config(w.workspace)))
    }),
    line("GET", "/v1/llms/{id}", "one that is not there", |_| at(format!("/v1/llms/{NONE}"))),
    line("PUT", "/v1/llms/{id}", "one's own", |w| {
        with_body(format!("/v1/llms/{}", w.llm(w.me)), redisplayed())
    }),
    line("PUT", "/v1/llms/{id}", "another's", |w| {
        with_body(format!("/v1/llms/{}", w.llm(w.stranger())), redisplayed())
    }),
    line("PUT", "/v1/llms/{id}", "one of the workspace", |w| {
        with_body(format!("/v1/llms/{}", w.config(w.workspace)), redisplayed())
    }),
    line("PUT", "/v1/llms/{id}", "one that is not there", |_| {
        with_body(format!("/v1/llms/{NONE}"), redisplayed())
    }),
    line("DELETE", "/v1/llms/{id}", "one's own", |w| at(format!("/v1/llms/{}", w.llm(w.me)))),
    line("DELETE", "/v1/llms/{id}", "another's", |w| at(format!("/v1/llms/{}", w.llm(w.stranger())))),
    line("DELETE", "/v1/llms/{id}", "one of the workspace", |w| {
        at(format!("/v1/llms/{}", w.config(w.workspace)))
    }),
    line("DELETE", "/v1/llms/{id}", "one that is not there", |_| at(format!("/v1/llms/{NONE}"))),
];
