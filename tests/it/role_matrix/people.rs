//! Lines about users and their tokens, in both APIs.

use serde_json::{Value, json};

use super::actor::World;
use super::llms::NONE;
use super::row::{Asked, Line, at, line, list, with_body};
use crate::support::{assign, email, new_user};

fn user_of_role(world: &World<'_>, role: u8) -> Asked {
    let body = new_user(&format!("new-{}@example.com", world.me));
    let body = assign(body, &json!({"orgRole": role}));
    with_body("/organization/users", body)
}

fn user(id: &impl ToString) -> String {
    format!("/organization/users/{}", id.to_string())
}

fn renamed() -> Value {
    json!({"name": "Grace"})
}

fn to(role: u8) -> Value {
    json!({"orgRole": role})
}

pub(super) const OF_THE_ORGANIZATION: &[Line] = &[
    line("POST", "/organization/users", "a USER", |w| user_of_role(w, 0)),
    line("POST", "/organization/users", "one of ADMINISTRATORS", |w| user_of_role(w, 254)),
    line("POST", "/organization/users", "an OWNER", |w| user_of_role(w, 255)),
    line("GET", "/organization/users", "oneself", |w| list("/organization/users", &w.me)),
    line("GET", "/organization/users", "a colleague", |w| list("/organization/users", &w.colleague())),
    line("GET", "/organization/users", "a stranger", |w| list("/organization/users", &w.stranger())),
    line("GET", "/organization/users", "an OWNER", |w| list("/organization/users", &w.owner())),
    line("GET", "/organization/users/{id}", "oneself", |w| at(user(&w.me))),
    line("GET", "/organization/users/{id}", "a colleague", |w| at(user(&w.colleague()))),
    line("GET", "/organization/users/{id}", "a stranger", |w| at(user(&w.stranger()))),
    line("GET", "/organization/users/{id}", "an OWNER", |w| at(user(&w.owner()))),
    line("GET", "/organization/users/{id}", "one who is not there", |_| at(user(&NONE))),
    line("PUT", "/organization/users/{id}", "oneself", |w| with_body(user(&w.me), renamed())),
    line("PUT", "/organization/users/{id}", "a colleague", |w| with_body(user(&w.colleague()), renamed())),
    line("PUT", "/organization/users/{id}", "a stranger", |w| with_body(user(&w.stranger()), renamed())),
    line("PUT", "/organization/users/{id}", "an OWNER", |w| with_body(user(&w.owner()), renamed())),
    line("PUT", "/organization/users/{id}", "one who is not there", |_| with_body(user(&NONE), renamed())),
    line("PUT", "/organization/users/{id}", "oneself, to OWNER", |w| with_body(user(&w.me), to(255))),
    line("PUT", "/organization/users/{id}", "oneself, to USER", |w| with_body(user(&w.me), to(0))),
    line("PUT", "/organization/users/{id}", "a stranger, to ADMINISTRATORS", |w| {
        with_body(user(&w.stranger()), to(254))
    }),
    line("PUT", "/organization/users/{id}", "a stranger, to OWNER", |w| {
        with_body(user(&w.stranger()), to(255))
    }),
    line("PUT", "/organization/users/{id}", "an OWNER, to USER", |w| with_body(user(&w.owner()), to(0))),
    line("DELETE", "/organization/users/{id}", "oneself", |w| at(user(&w.me))),
    line("DELETE", "/organization/users/{id}", "a colleague", |w| at(user(&w.colleague()))),
    line("DELETE", "/organization/users/{id}", "a stranger", |w| at(user(&w.stranger()))),
    line("DELETE", "/organization/users/{id}", "a stranger, with an LLM", |w| {
        let stranger = w.stranger();
        w.llm(stranger);
        at(user(&stranger))
    }),
    line("DELETE", "/organization/users/{id}", "an OWNER", |w| at(user(&w.owner()))),
    line("DELETE", "/organization/users/{id}", "one who is not there", |_| at(user(&NONE))),
];

fn issue(holder: &impl ToString) -> Asked {
    with_body("/v1/apikeys", json!({"subjectPrincipalId": holder.to_string()}))
}

fn key(id: &str) -> String {
    format!("/v1/apikeys/{id}")
}

fn off() -> Value {
    json!({"status": "INACTIVE"})
}

pub(super) const OF_GOODMEM: &[Line] = &[
    line("POST", "/v1/apikeys", "for oneself", |w| issue(&w.me)),
    line("POST", "/v1/apikeys", "for a colleague", |w| issue(&w.colleague())),
    line("POST", "/v1/apikeys", "for a stranger", |w| issue(&w.stranger())),
    line("POST", "/v1/apikeys", "for an OWNER", |w| issue(&w.owner())),
    line("GET", "/v1/apikeys", "one's own", |w| list("/v1/apikeys", &w.token(w.me))),
    line("GET", "/v1/apikeys", "a colleague's", |w| list("/v1/apikeys", &w.token(w.colleague()))),
    line("GET", "/v1/apikeys", "a stranger's", |w| list("/v1/apikeys", &w.token(w.stranger()))),
    line("GET", "/v1/apikeys", "an OWNER's", |w| list("/v1/apikeys", &w.token(w.owner()))),
    line("GET", "/v1/apikeys/{id}", "one's own", |w| at(key(&w.token(w.me)))),
    line("GET", "/v1/apikeys/{id}", "a colleague's", |w| at(key(&w.token(w.colleague())))),
    line("GET", "/v1/apikeys/{id}", "a stranger's", |w| at(key(&w.token(w.stranger())))),
    line("GET", "/v1/apikeys/{id}", "an OWNER's", |w| at(key(&w.token(w.owner())))),
    line("GET", "/v1/apikeys/{id}", "one that is not there", |_| at(key(NONE))),
    line("PUT", "/v1/apikeys/{id}", "one's own", |w| with_body(key(&w.token(w.me)), off())),
    line("PUT", "/v1/apikeys/{id}", "a colleague's", |w| with_body(key(&w.token(w.colleague())), off())),
    line("PUT", "/v1/apikeys/{id}", "a stranger's", |w| with_body(key(&w.token(w.stranger())), off())),
    line("PUT", "/v1/apikeys/{id}", "an OWNER's", |w| with_body(key(&w.token(w.owner())), off())),
    line("PUT", "/v1/apikeys/{id}", "one that is not there", |_| with_body(key(NONE), off())),
    line("DELETE", "/v1/apikeys/{id}", "one's own", |w| at(key(&w.token(w.me)))),
    line("DELETE", "/v1/apikeys/{id}", "a colleague's", |w| at(key(&w.token(w.colleague())))),
    line("DELETE", "/v1/apikeys/{id}", "a stranger's", |w| at(key(&w.token(w.stranger())))),
    line("DELETE", "/v1/apikeys/{id}", "an OWNER's", |w| at(key(&w.token(w.owner())))),
    line("DELETE", "/v1/apikeys/{id}", "one that is not there", |_| at(key(NONE))),
    line("GET", "/v1/users/me", "oneself", |_| at("/v1/users/me")),
    line("GET", "/v1/users/{id}", "oneself", |w| at(format!("/v1/users/{}", w.me))),
    line("GET", "/v1/users/{id}", "a colleague", |w| at(format!("/v1/users/{}", w.colleague()))),
    line("GET", "/v1/users/{id}", "a stranger", |w| at(format!("/v1/users/{}", w.stranger()))),
    line("GET", "/v1/users/{id}", "an OWNER", |w| at(format!("/v1/users/{}", w.owner()))),
    line("GET", "/v1/users/{id}", "one who is not there", |_| at(format!("/v1/users/{NONE}"))),
    line("GET", "/v1/users/email/{email}", "oneself", |w| at(format!("/v1/users/email/{}", email(w.me)))),
    line("GET", "/v1/users/email/{email}", "a colleague", |w| {
        at(format!("/v1/users/email/{}", email(w.colleague())))
    }),
    line("GET", "/v1/users/email/{email}", "a stranger", |w| {
        at(format!("/v1/users/email/{}", email(w.stranger())))
    }),
    line("GET", "/v1/users/email/{email}", "one who is not there", |_| {
        at("/v1/users/email/nobody@example.com")
    }),
];
