//! Attempts to gain rights. The server refuses each attempt and changes nothing.

mod configs;
mod narrowed_tokens;
mod owners;
mod revocation;
mod roles;

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, TestApp, ai_llm, assign, llm, new_user};

/// An organisation with users of every role, two workspaces and their configurations.
struct Organization {
    app: TestApp,
    /// The ids that replace `{name}` in paths and bodies.
    ids: Vec<(String, String)>,
    clients: Vec<(&'static str, PrincipalId, Client)>,
    one: WorkspaceId,
}

/// The users: name, role in the organisation, role in the first workspace and in the second.
const USERS: &[(&str, OrgRole, Option<WorkspaceRole>, Option<WorkspaceRole>)] = &[
    ("owner", OrgRole::Owner, None, None),
    ("administrator", OrgRole::Administrators, None, None),
    ("manager", OrgRole::Workspaces, None, None),
    ("user", OrgRole::User, None, None),
    // BILLING has no rights in workspaces, whatever the membership.
    ("billing", OrgRole::Billing, Some(WorkspaceRole::Admin), None),
    ("admin", OrgRole::User, Some(WorkspaceRole::Admin), None),
    ("writer", OrgRole::User, Some(WorkspaceRole::Write), None),
    ("reader", OrgRole::User, Some(WorkspaceRole::Read), None),
    ("peer", OrgRole::User, Some(WorkspaceRole::Read), None),
    ("stranger", OrgRole::User, None, Some(WorkspaceRole::Admin)),
];

impl Organization {
    fn new() -> Self {
        let app = app();
        let (one, other) = (app.workspace(), app.workspace());
        let mut ids = vec![("one".to_owned(), one.to_string()), ("other".to_owned(), other.to_string())];
        let mut clients = Vec::new();
        for (name, role, in_one, in_other) in USERS {
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
        let organization = Self { app, ids, clients, one };
        let llm = organization.client("peer").create_llm(&llm())["llmId"].as_str().unwrap().to_owned();
        let ids = [organization.ids, vec![("peer's llm".to_owned(), llm)]].concat();
        Self { ids, ..organization }
    }

    #[track_caller]
    fn person(&self, name: &str) -> (PrincipalId, &Client) {
        let person = self.clients.iter().find(|(client, ..)| *client == name).expect("a user");
        (person.1, &person.2)
    }

    #[track_caller]
    fn client(&self, name: &str) -> &Client {
        self.person(name).1
    }

    /// Replaces names in braces by ids.
    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// Sends the request `METHOD path`. A body of `null` means no body.
    #[track_caller]
    fn send(&self, client: &Client, request: &str, body: &Value) -> crate::support::Response {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let (path, body) = (self.fill(path), self.fill(&body.to_string()));
        assert!(!path.contains('{'), "{path}");
        if body == "null" { client.send(method, &path, &[], None) } else { client.text(method, &path, &body) }
    }

    /// Asserts that these requests of one client are refused with their status, in the format of their API,
    /// and that they change nothing.
    #[track_caller]
    fn check(&self, caller: &str, client: &Client, attempts: &[(impl AsRef<str>, Value, u16)]) {
        let before = self.app.stored_rows();
        for (request, body, status) in attempts {
            let request = request.as_ref();
            let response = self.send(client, request, body);
            assert_eq!(response.status, *status, "{caller}: {request} {body}: {}", response.body);
            if request.contains(" /v1/") || request.ends_with(" /metrics") {
                response.goodmem_error(*status, &[]);
            } else {
                response.flashback_error(*status, &[]);
            }
            assert_eq!(self.app.stored_rows(), before, "{caller}: {request} {body}");
        }
    }
}

/// A body that creates a user of this role.
fn user_of_role(role: u8) -> Value {
    assign(new_user("new@example.com"), &json!({"orgRole": role}))
}

/// A body that issues a key to the user of this name.
fn key_for(name: &str) -> Value {
    json!({"subjectPrincipalId": format!("{{{name}}}")})
}
