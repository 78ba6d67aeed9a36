//! Attempts to get more than one was given: each is refused, and nothing is changed.

mod narrowed;
mod owners;
mod roles;
mod takes_effect;

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, TestApp, ai_llm, assign, llm, new_user};

/// An organisation with somebody of every role, two workspaces and things in them.
struct World {
    app: TestApp,
    /// What paths and bodies mean by `{name}`.
    ids: Vec<(String, String)>,
    clients: Vec<(&'static str, PrincipalId, Client)>,
    one: WorkspaceId,
}

/// Who there is: role, and the role in the first workspace or the second.
const PEOPLE: &[(&str, OrgRole, Option<WorkspaceRole>, Option<WorkspaceRole>)] = &[
    ("owner", OrgRole::Owner, None, None),
    ("administrator", OrgRole::Administrators, None, None),
    ("manager", OrgRole::Workspaces, None, None),
    ("user", OrgRole::User, None, None),
    // This membership brings them nothing.
    ("billing", OrgRole::Billing, Some(WorkspaceRole::Admin), None),
    ("admin", OrgRole::User, Some(WorkspaceRole::Admin), None),
    ("writer", OrgRole::User, Some(WorkspaceRole::Write), None),
    ("reader", OrgRole::User, Some(WorkspaceRole::Read), None),
    ("peer", OrgRole::User, Some(WorkspaceRole::Read), None),
    ("stranger", OrgRole::User, None, Some(WorkspaceRole::Admin)),
];

impl World {
    fn new() -> Self {
        let app = app();
        let (one, other) = (app.workspace(), app.workspace());
        let mut ids = vec![("one".to_owned(), one.to_string()), ("other".to_owned(), other.to_string())];
        let mut clients = Vec::new();
        for (name, role, in_one, in_other) in PEOPLE {
            let person = app.user(*role);
            for (workspace, role) in [(one, in_one), (other, in_other)] {
                if let Some(role) = role {
                    app.member(workspace, person.id, *role);
                }
            }
            ids.push(((*name).to_owned(), person.id.to_string()));
            clients.push((*name, person.id, person.client));
            ids.push((format!("{name}'s token"), person.token.to_string()));
        }
        let root = app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().to_owned();
        ids.push(("root".to_owned(), root));
        ids.push(("config".to_owned(), app.root().create_ai_llm(&ai_llm(one)).to_string()));
        ids.push(("other config".to_owned(), app.root().create_ai_llm(&ai_llm(other)).to_string()));
        let world = Self { app, ids, clients, one };
        let llm = world.client("peer").create_llm(&llm())["llmId"].as_str().unwrap().to_owned();
        let ids = [world.ids, vec![("peer's llm".to_owned(), llm)]].concat();
        Self { ids, ..world }
    }

    #[track_caller]
    fn person(&self, name: &str) -> (PrincipalId, &Client) {
        let person = self.clients.iter().find(|(it, ..)| *it == name).expect("somebody");
        (person.1, &person.2)
    }

    #[track_caller]
    fn client(&self, name: &str) -> &Client {
        self.person(name).1
    }

    /// `text` with ids in place of names in braces.
    fn named(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// Sends one request, `METHOD path`; a body of `null` is none.
    #[track_caller]
    fn send(&self, client: &Client, request: &str, body: &Value) -> crate::support::Response {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let (path, body) = (self.named(path), self.named(&body.to_string()));
        assert!(!path.contains('{'), "{path}");
        if body == "null" { client.send(method, &path, &[], None) } else { client.text(method, &path, &body) }
    }

    /// Asserts that all these requests of one client are refused, each with its status and in the
    /// shape of its API, and that nothing changes.
    #[track_caller]
    fn check(&self, who: &str, client: &Client, attempts: &[(impl AsRef<str>, Value, u16)]) {
        let before = self.app.stored_rows();
        for (request, body, status) in attempts {
            let request = request.as_ref();
            let answer = self.send(client, request, body);
            assert_eq!(answer.status, *status, "{who}: {request} {body}: {}", answer.body);
            if request.contains(" /v1/") || request.ends_with(" /metrics") {
                answer.goodmem_error(*status, &[]);
            } else {
                answer.flashback_error(*status, &[]);
            }
            assert_eq!(self.app.stored_rows(), before, "{who}: {request} {body}");
        }
    }
}

/// A body that creates a user of that role.
fn user_of_role(role: u8) -> Value {
    assign(new_user("new@example.com"), &json!({"orgRole": role}))
}

/// A body that issues a key to somebody.
fn key_for(name: &str) -> Value {
    json!({"subjectPrincipalId": format!("{{{name}}}")})
}
