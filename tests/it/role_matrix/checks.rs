//! Lines about checks and pings. Nothing in them can be called: who is let in is refused by the
//! rules for outgoing calls, which is an answer like others.

use serde_json::{Value, json};

use super::actor::new_llm;
use super::llms::{NONE, new_config};
use super::row::{Asked, Line, at, line, with_body};

fn planned(id: &impl ToString, body: Value) -> Asked {
    with_body(format!("/llm-config/v1/configs/{}/checks/planned", id.to_string()), body)
}

fn checks(id: &impl ToString) -> Asked {
    at(format!("/llm-config/v1/configs/{}/checks", id.to_string()))
}

fn origin(id: &impl ToString) -> Asked {
    at(format!("/llm-config/v1/configs/{}/origin", id.to_string()))
}

fn ping_series(id: &impl ToString) -> Asked {
    with_body("/v1/ping:stream", json!({"targetId": id.to_string(), "count": 1}))
}

fn ping_once(id: &impl ToString) -> Asked {
    with_body("/v1/ping:once", json!({"targetId": id.to_string()}))
}

pub(super) const LINES: &[Line] = &[
    line("POST", "/ai/llm/{id}/validate", "one of the workspace", |w| {
        at(format!("/ai/llm/{}/validate", w.config(w.workspace)))
    }),
    line("POST", "/ai/llm/{id}/validate", "one of another workspace", |w| {
        at(format!("/ai/llm/{}/validate", w.config(w.other_workspace())))
    }),
    line("POST", "/ai/llm/{id}/validate", "one's own of /v1/llms", |w| {
        at(format!("/ai/llm/{}/validate", w.llm(w.me)))
    }),
    line("POST", "/ai/llm/{id}/validate", "one that is not there", |_| {
        at(format!("/ai/llm/{NONE}/validate"))
    }),
    line("POST", "/v1/ping:once", "one's own", |w| ping_once(&w.llm(w.me))),
    line("POST", "/v1/ping:once", "a colleague's", |w| ping_once(&w.llm(w.colleague()))),
    line("POST", "/v1/ping:once", "another's", |w| ping_once(&w.llm(w.stranger()))),
    line("POST", "/v1/ping:once", "one of the workspace", |w| ping_once(&w.config(w.workspace))),
    line("POST", "/v1/ping:once", "one that is not there", |_| ping_once(&NONE)),
    line("POST", "/v1/ping:stream", "one's own", |w| ping_series(&w.llm(w.me))),
    line("POST", "/v1/ping:stream", "another's", |w| ping_series(&w.llm(w.stranger()))),
    line("POST", "/v1/ping:stream", "one of the workspace", |w| ping_series(&w.config(w.workspace))),
    line("POST", "/v1/ping:stream", "one that is not there", |_| ping_series(&NONE)),
    line("POST", "/llm-config/v1/checks/flashback", "in the workspace", |w| {
        with_body("/llm-config/v1/checks/flashback", new_config(w.workspace))
    }),
    line("POST", "/llm-config/v1/checks/flashback", "in a workspace that is not there", |_| {
        with_body("/llm-config/v1/checks/flashback", new_config(NONE))
    }),
    line("POST", "/llm-config/v1/checks/goodmem", "for oneself", |w| {
        with_body("/llm-config/v1/checks/goodmem", new_llm(w.me))
    }),
    line("POST", "/llm-config/v1/checks/goodmem", "for another", |w| {
        with_body("/llm-config/v1/checks/goodmem", new_llm(w.stranger()))
    }),
    line("POST", "/llm-config/v1/configs/{id}/checks", "one's own", |w| checks(&w.llm(w.me))),
    line("POST", "/llm-config/v1/configs/{id}/checks", "another's", |w| checks(&w.llm(w.stranger()))),
    line("POST", "/llm-config/v1/configs/{id}/checks", "one of the workspace", |w| {
        checks(&w.config(w.workspace))
    }),
    line("POST", "/llm-config/v1/configs/{id}/checks", "one that is not there", |_| checks(&NONE)),
    line("POST", "/llm-config/v1/configs/{id}/checks/planned", "one's own", |w| {
        planned(&w.llm(w.me), json!({"displayName": "renamed"}))
    }),
    line("POST", "/llm-config/v1/configs/{id}/checks/planned", "another's", |w| {
        planned(&w.llm(w.stranger()), json!({"displayName": "renamed"}))
    }),
    line("POST", "/llm-config/v1/configs/{id}/checks/planned", "one of the workspace", |w| {
        planned(&w.config(w.workspace), json!({"name": "renamed"}))
    }),
    line("POST", "/llm-config/v1/configs/{id}/checks/planned", "one that is not there", |_| {
        planned(&NONE, json!({"name": "renamed"}))
    }),
    line("GET", "/llm-config/v1/configs/{id}/checks", "one's own", |w| checks(&w.llm(w.me))),
    line("GET", "/llm-config/v1/configs/{id}/checks", "another's", |w| checks(&w.llm(w.stranger()))),
    line("GET", "/llm-config/v1/configs/{id}/checks", "one of the workspace", |w| {
        checks(&w.config(w.workspace))
    }),
    line("GET", "/llm-config/v1/configs/{id}/checks", "one that is not there", |_| checks(&NONE)),
    line("GET", "/llm-config/v1/configs/{id}/origin", "one's own", |w| origin(&w.llm(w.me))),
    line("GET", "/llm-config/v1/configs/{id}/origin", "another's", |w| origin(&w.llm(w.stranger()))),
    line("GET", "/llm-config/v1/configs/{id}/origin", "one of the workspace", |w| {
        origin(&w.config(w.workspace))
    }),
    line("GET", "/llm-config/v1/configs/{id}/origin", "one that is not there", |_| origin(&NONE)),
];
