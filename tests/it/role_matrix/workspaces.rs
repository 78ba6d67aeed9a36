//! Lines about workspaces and their members.

use serde_json::{Value, json};

use super::llms::NONE;
use super::row::{Line, at, line, list, with_body};

fn name() -> Value {
    json!({"name": "a name"})
}

fn role(role: &str) -> Value {
    json!({"role": role})
}

fn member(user: &impl ToString, role: &str) -> Value {
    json!({"userId": user.to_string(), "role": role})
}

pub(super) const LINES: &[Line] = &[
    line("POST", "/workspace", "a new one", |_| with_body("/workspace", name())),
    line("GET", "/workspace", "the workspace", |w| list("/workspace", &w.workspace)),
    line("GET", "/workspace", "another workspace", |w| list("/workspace", &w.other_workspace())),
    line("GET", "/workspace/{id}", "the workspace", |w| at(format!("/workspace/{}", w.workspace))),
    line("GET", "/workspace/{id}", "another workspace", |w| {
        at(format!("/workspace/{}", w.other_workspace()))
    }),
    line("GET", "/workspace/{id}", "one that is not there", |_| at(format!("/workspace/{NONE}"))),
    line("PUT", "/workspace/{id}", "the workspace", |w| {
        with_body(format!("/workspace/{}", w.workspace), name())
    }),
    line("PUT", "/workspace/{id}", "another workspace", |w| {
        with_body(format!("/workspace/{}", w.other_workspace()), name())
    }),
    line("PUT", "/workspace/{id}", "one that is not there", |_| {
        with_body(format!("/workspace/{NONE}"), name())
    }),
    line("DELETE", "/workspace/{id}", "the workspace", |w| at(format!("/workspace/{}", w.workspace))),
    line("DELETE", "/workspace/{id}", "the workspace, with a configuration", |w| {
        w.config(w.workspace);
        at(format!("/workspace/{}", w.workspace))
    }),
    line("DELETE", "/workspace/{id}", "one that is not there", |_| at(format!("/workspace/{NONE}"))),
    line("POST", "/workspace/{id}/users", "a stranger, as ADMIN", |w| {
        with_body(format!("/workspace/{}/users", w.workspace), member(&w.stranger(), "ADMIN"))
    }),
    line("POST", "/workspace/{id}/users", "oneself, as ADMIN", |w| {
        with_body(format!("/workspace/{}/users", w.workspace), member(&w.me, "ADMIN"))
    }),
    line("POST", "/workspace/{id}/users", "oneself, in another workspace", |w| {
        with_body(format!("/workspace/{}/users", w.other_workspace()), member(&w.me, "READ"))
    }),
    line("POST", "/workspace/{id}/users", "a user who is not there", |w| {
        with_body(format!("/workspace/{}/users", w.workspace), member(&NONE, "READ"))
    }),
    line("PUT", "/workspace/{id}/users/{userId}", "a colleague, to ADMIN", |w| {
        with_body(format!("/workspace/{}/users/{}", w.workspace, w.colleague()), role("ADMIN"))
    }),
    line("PUT", "/workspace/{id}/users/{userId}", "oneself, to ADMIN", |w| {
        with_body(format!("/workspace/{}/users/{}", w.workspace, w.me), role("ADMIN"))
    }),
    line("PUT", "/workspace/{id}/users/{userId}", "a user who is no member", |w| {
        with_body(format!("/workspace/{}/users/{}", w.workspace, w.stranger()), role("READ"))
    }),
    line("DELETE", "/workspace/{id}/users/{userId}", "a colleague", |w| {
        at(format!("/workspace/{}/users/{}", w.workspace, w.colleague()))
    }),
    line("DELETE", "/workspace/{id}/users/{userId}", "oneself", |w| {
        at(format!("/workspace/{}/users/{}", w.workspace, w.me))
    }),
    line("DELETE", "/workspace/{id}/users/{userId}", "a user who is no member", |w| {
        at(format!("/workspace/{}/users/{}", w.workspace, w.stranger()))
    }),
];
