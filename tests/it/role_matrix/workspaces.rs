//! Rows about workspaces and their members.

use serde_json::{Value, json};

use super::row::{Row, list, row, with_body, without_body};
use crate::support::UNKNOWN_ID;

fn name() -> Value {
    json!({"name": "a name"})
}

fn role(role: &str) -> Value {
    json!({"role": role})
}

fn member(user: &impl ToString, role: &str) -> Value {
    json!({"userId": user.to_string(), "role": role})
}

pub(super) const ROWS: &[Row] = &[
    row("POST", "/workspace", "a new workspace", |_| with_body("/workspace", name())),
    row("GET", "/workspace", "the workspace", |scenario| list("/workspace", &scenario.workspace)),
    row("GET", "/workspace", "another workspace", |scenario| list("/workspace", &scenario.other_workspace())),
    row("GET", "/workspace/{id}", "the workspace", |scenario| {
        without_body(format!("/workspace/{}", scenario.workspace))
    }),
    row("GET", "/workspace/{id}", "another workspace", |scenario| {
        without_body(format!("/workspace/{}", scenario.other_workspace()))
    }),
    row("GET", "/workspace/{id}", "a missing one", |_| without_body(format!("/workspace/{UNKNOWN_ID}"))),
    row("PUT", "/workspace/{id}", "the workspace", |scenario| {
        with_body(format!("/workspace/{}", scenario.workspace), name())
    }),
    row("PUT", "/workspace/{id}", "another workspace", |scenario| {
        with_body(format!("/workspace/{}", scenario.other_workspace()), name())
    }),
    row("PUT", "/workspace/{id}", "a missing one", |_| with_body(format!("/workspace/{UNKNOWN_ID}"), name())),
    row("DELETE", "/workspace/{id}", "the workspace", |scenario| {
        without_body(format!("/workspace/{}", scenario.workspace))
    }),
    row("DELETE", "/workspace/{id}", "the workspace, with a configuration", |scenario| {
        scenario.config(scenario.workspace);
        without_body(format!("/workspace/{}", scenario.workspace))
    }),
    row("DELETE", "/workspace/{id}", "another workspace", |scenario| {
        without_body(format!("/workspace/{}", scenario.other_workspace()))
    }),
    row("DELETE", "/workspace/{id}", "a missing one", |_| without_body(format!("/workspace/{UNKNOWN_ID}"))),
    row("POST", "/workspace/{id}/users", "a stranger, as ADMIN", |scenario| {
        with_body(format!("/workspace/{}/users", scenario.workspace), member(&scenario.stranger(), "ADMIN"))
    }),
    row("POST", "/workspace/{id}/users", "oneself, as ADMIN", |scenario| {
        with_body(format!("/workspace/{}/users", scenario.workspace), member(&scenario.me, "ADMIN"))
    }),
    row("POST", "/workspace/{id}/users", "oneself, in another workspace", |scenario| {
        with_body(format!("/workspace/{}/users", scenario.other_workspace()), member(&scenario.me, "READ"))
    }),
    row("POST", "/workspace/{id}/users", "a missing user", |scenario| {
        with_body(format!("/workspace/{}/users", scenario.workspace), member(&UNKNOWN_ID, "READ"))
    }),
    row("PUT", "/workspace/{id}/users/{userId}", "a colleague, to ADMIN", |scenario| {
        with_body(format!("/workspace/{}/users/{}", scenario.workspace, scenario.colleague()), role("ADMIN"))
    }),
    row("PUT", "/workspace/{id}/users/{userId}", "oneself, to ADMIN", |scenario| {
        with_body(format!("/workspace/{}/users/{}", scenario.workspace, scenario.me), role("ADMIN"))
    }),
    row("PUT", "/workspace/{id}/users/{userId}", "a user outside the workspace", |scenario| {
        with_body(format!("/workspace/{}/users/{}", scenario.workspace, scenario.stranger()), role("READ"))
    }),
    row("DELETE", "/workspace/{id}/users/{userId}", "a colleague", |scenario| {
        without_body(format!("/workspace/{}/users/{}", scenario.workspace, scenario.colleague()))
    }),
    row("DELETE", "/workspace/{id}/users/{userId}", "oneself", |scenario| {
        without_body(format!("/workspace/{}/users/{}", scenario.workspace, scenario.me))
    }),
    row("DELETE", "/workspace/{id}/users/{userId}", "a user outside the workspace", |scenario| {
        without_body(format!("/workspace/{}/users/{}", scenario.workspace, scenario.stranger()))
    }),
];
