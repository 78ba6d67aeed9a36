//! Rows about users and their tokens, in both APIs.

use serde_json::{Value, json};

use super::actor::Scenario;
use super::row::{Request, Row, list, row, with_body, without_body};
use crate::support::{UNKNOWN_ID, assign, email, new_user};

fn user_of_role(scenario: &Scenario<'_>, role: u8) -> Request {
    let body = new_user(&format!("new-{}@example.com", scenario.me));
    let body = assign(body, &json!({"orgRole": role}));
    with_body("/organization/users", body)
}

fn user(id: &impl ToString) -> String {
    format!("/organization/users/{}", id.to_string())
}

fn renamed() -> Value {
    json!({"name": "Grace"})
}

fn org_role(role: u8) -> Value {
    json!({"orgRole": role})
}

pub(super) const OF_THE_ORGANIZATION: &[Row] = &[
    row("POST", "/organization/users", "a USER", |scenario| user_of_role(scenario, 0)),
    row("POST", "/organization/users", "one of ADMINISTRATORS", |scenario| user_of_role(scenario, 254)),
    row("POST", "/organization/users", "an OWNER", |scenario| user_of_role(scenario, 255)),
    row("GET", "/organization/users", "oneself", |scenario| list("/organization/users", &scenario.me)),
    row("GET", "/organization/users", "a colleague", |scenario| {
        list("/organization/users", &scenario.colleague())
    }),
    row("GET", "/organization/users", "a stranger", |scenario| {
        list("/organization/users", &scenario.stranger())
    }),
    row("GET", "/organization/users", "an OWNER", |scenario| list("/organization/users", &scenario.owner())),
    row("GET", "/organization/users/{id}", "oneself", |scenario| without_body(user(&scenario.me))),
    row("GET", "/organization/users/{id}", "a colleague", |scenario| {
        without_body(user(&scenario.colleague()))
    }),
    row("GET", "/organization/users/{id}", "a stranger", |scenario| without_body(user(&scenario.stranger()))),
    row("GET", "/organization/users/{id}", "an OWNER", |scenario| without_body(user(&scenario.owner()))),
    row("GET", "/organization/users/{id}", "a missing one", |_| without_body(user(&UNKNOWN_ID))),
    row("PUT", "/organization/users/{id}", "oneself", |scenario| with_body(user(&scenario.me), renamed())),
    row("PUT", "/organization/users/{id}", "a colleague", |scenario| {
        with_body(user(&scenario.colleague()), renamed())
    }),
    row("PUT", "/organization/users/{id}", "a stranger", |scenario| {
        with_body(user(&scenario.stranger()), renamed())
    }),
    row("PUT", "/organization/users/{id}", "an OWNER", |scenario| {
        with_body(user(&scenario.owner()), renamed())
    }),
    row("PUT", "/organization/users/{id}", "a missing one", |_| with_body(user(&UNKNOWN_ID), renamed())),
    row("PUT", "/organization/users/{id}", "oneself, to OWNER", |scenario| {
        with_body(user(&scenario.me), org_role(255))
    }),
    row("PUT", "/organization/users/{id}", "oneself, to USER", |scenario| {
        with_body(user(&scenario.me), org_role(0))
    }),
    row("PUT", "/organization/users/{id}", "a stranger, to ADMINISTRATORS", |scenario| {
        with_body(user(&scenario.stranger()), org_role(254))
    }),
    row("PUT", "/organization/users/{id}", "a stranger, to OWNER", |scenario| {
        with_body(user(&scenario.stranger()), org_role(255))
    }),
    row("PUT", "/organization/users/{id}", "an OWNER, to USER", |scenario| {
        with_body(user(&scenario.owner()), org_role(0))
    }),
    row("DELETE", "/organization/users/{id}", "oneself", |scenario| without_body(user(&scenario.me))),
    row("DELETE", "/organization/users/{id}", "a colleague", |scenario| {
        without_body(user(&scenario.colleague()))
    }),
    row("DELETE", "/organization/users/{id}", "a stranger", |scenario| {
        without_body(user(&scenario.stranger()))
    }),
    row("DELETE", "/organization/users/{id}", "a stranger, with an LLM", |scenario| {
        let stranger = scenario.stranger();
        scenario.llm(stranger);
        without_body(user(&stranger))
    }),
    row("DELETE", "/organization/users/{id}", "an OWNER", |scenario| without_body(user(&scenario.owner()))),
    row("DELETE", "/organization/users/{id}", "a missing one", |_| without_body(user(&UNKNOWN_ID))),
];

fn issue(holder: &impl ToString) -> Request {
    with_body("/v1/apikeys", json!({"subjectPrincipalId": holder.to_string()}))
}

fn key(id: &str) -> String {
    format!("/v1/apikeys/{id}")
}

fn off() -> Value {
    json!({"status": "INACTIVE"})
}

pub(super) const OF_GOODMEM: &[Row] = &[
    row("POST", "/v1/apikeys", "for oneself", |scenario| issue(&scenario.me)),
    row("POST", "/v1/apikeys", "for a colleague", |scenario| issue(&scenario.colleague())),
    row("POST", "/v1/apikeys", "for a stranger", |scenario| issue(&scenario.stranger())),
    row("POST", "/v1/apikeys", "for an OWNER", |scenario| issue(&scenario.owner())),
    row("GET", "/v1/apikeys", "one's own", |scenario| list("/v1/apikeys", &scenario.token(scenario.me))),
    row("GET", "/v1/apikeys", "a colleague's", |scenario| {
        list("/v1/apikeys", &scenario.token(scenario.colleague()))
    }),
    row("GET", "/v1/apikeys", "a stranger's", |scenario| {
        list("/v1/apikeys", &scenario.token(scenario.stranger()))
    }),
    row("GET", "/v1/apikeys", "an OWNER's", |scenario| {
        list("/v1/apikeys", &scenario.token(scenario.owner()))
    }),
    row("GET", "/v1/apikeys/{id}", "one's own", |scenario| without_body(key(&scenario.token(scenario.me)))),
    row("GET", "/v1/apikeys/{id}", "a colleague's", |scenario| {
        without_body(key(&scenario.token(scenario.colleague())))
    }),
    row("GET", "/v1/apikeys/{id}", "a stranger's", |scenario| {
        without_body(key(&scenario.token(scenario.stranger())))
    }),
    row("GET", "/v1/apikeys/{id}", "an OWNER's", |scenario| {
        without_body(key(&scenario.token(scenario.owner())))
    }),
    row("GET", "/v1/apikeys/{id}", "a missing one", |_| without_body(key(UNKNOWN_ID))),
    row("PUT", "/v1/apikeys/{id}", "one's own", |scenario| {
        with_body(key(&scenario.token(scenario.me)), off())
    }),
    row("PUT", "/v1/apikeys/{id}", "a colleague's", |scenario| {
        with_body(key(&scenario.token(scenario.colleague())), off())
    }),
    row("PUT", "/v1/apikeys/{id}", "a stranger's", |scenario| {
        with_body(key(&scenario.token(scenario.stranger())), off())
    }),
    row("PUT", "/v1/apikeys/{id}", "an OWNER's", |scenario| {
        with_body(key(&scenario.token(scenario.owner())), off())
    }),
    row("PUT", "/v1/apikeys/{id}", "a missing one", |_| with_body(key(UNKNOWN_ID), off())),
    row("DELETE", "/v1/apikeys/{id}", "one's own", |scenario| {
        without_body(key(&scenario.token(scenario.me)))
    }),
    row("DELETE", "/v1/apikeys/{id}", "a colleague's", |scenario| {
        without_body(key(&scenario.token(scenario.colleague())))
    }),
    row("DELETE", "/v1/apikeys/{id}", "a stranger's", |scenario| {
        without_body(key(&scenario.token(scenario.stranger())))
    }),
    row("DELETE", "/v1/apikeys/{id}", "an OWNER's", |scenario| {
        without_body(key(&scenario.token(scenario.owner())))
    }),
    row("DELETE", "/v1/apikeys/{id}", "a missing one", |_| without_body(key(UNKNOWN_ID))),
    row("GET", "/v1/users/me", "oneself", |_| without_body("/v1/users/me")),
    row("GET", "/v1/users/{id}", "oneself", |scenario| without_body(format!("/v1/users/{}", scenario.me))),
    row("GET", "/v1/users/{id}", "a colleague", |scenario| {
        without_body(format!("/v1/users/{}", scenario.colleague()))
    }),
    row("GET", "/v1/users/{id}", "a stranger", |scenario| {
        without_body(format!("/v1/users/{}", scenario.stranger()))
    }),
    row("GET", "/v1/users/{id}", "an OWNER", |scenario| {
        without_body(format!("/v1/users/{}", scenario.owner()))
    }),
    row("GET", "/v1/users/{id}", "a missing one", |_| without_body(format!("/v1/users/{UNKNOWN_ID}"))),
    row("GET", "/v1/users/email/{email}", "oneself", |scenario| {
        without_body(format!("/v1/users/email/{}", email(scenario.me)))
    }),
    row("GET", "/v1/users/email/{email}", "a colleague", |scenario| {
        without_body(format!("/v1/users/email/{}", email(scenario.colleague())))
    }),
    row("GET", "/v1/users/email/{email}", "a stranger", |scenario| {
        without_body(format!("/v1/users/email/{}", email(scenario.stranger())))
    }),
    row("GET", "/v1/users/email/{email}", "a missing one", |_| {
        without_body("/v1/users/email/unknown@example.com")
    }),
];
