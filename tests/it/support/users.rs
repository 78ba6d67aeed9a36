//! Users with roles and tokens: created in the store for the app in process, over HTTP for the real program.

use std::collections::BTreeSet;
use std::sync::Arc;

use llm_config_core::access::{OrgRole, Right, TokenScope, WorkspaceRole};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;
use llm_config_core::id::{ConfigId, PrincipalId, TokenId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_store::{NewToken, NewUser, TokenText, UserChange};
use serde_json::{Value, json};

use super::{Client, Server, TestApp};

const OPERATOR: Caller = Caller::operator();

/// A user with a token that is not narrowed.
pub(crate) struct TestUser {
    pub(crate) id: PrincipalId,
    pub(crate) token: TokenId,
    pub(crate) client: Client,
}

/// The e-mail address of a user of [`TestApp::user`].
pub(crate) fn email(id: PrincipalId) -> String {
    format!("{id}@example.com")
}

/// A token scope of these rights.
pub(crate) fn rights_scope(rights: &[Right]) -> TokenScope {
    TokenScope { rights: Some(rights.iter().copied().collect::<BTreeSet<_>>()), ..TokenScope::default() }
}

impl TestApp {
    /// Creates a user of this role, with a token.
    pub(crate) fn user(&self, role: OrgRole) -> TestUser {
        let id = self.store.new_principal_id();
        let new = NewUser {
            email: email(id).parse().unwrap(),
            username: Some("ada".parse().unwrap()),
            first_name: "Ada".parse().unwrap(),
            last_name: "Lovelace".parse().unwrap(),
            role,
        };
        self.block_on(self.store.write(move |tx| tx.create_user(id, &new, &OPERATOR))).unwrap();
        let (token, client) = self.token(id, TokenScope::default());
        TestUser { id, token, client }
    }

    /// Creates a token of this user; returns its id and a client with it.
    pub(crate) fn token(&self, holder: PrincipalId, token_scope: TokenScope) -> (TokenId, Client) {
        let (id, text) = (self.store.new_token_id(), Arc::new(TokenText::generate()));
        let new = NewToken { holder, parent: None, labels: Labels::default(), token_scope };
        let stored = Arc::clone(&text);
        self.block_on(self.store.write(move |tx| tx.create_token(id, &stored, &new, &OPERATOR))).unwrap();
        (id, self.client(text.expose()))
    }

    /// Changes a user's role.
    pub(crate) fn change_role(&self, id: PrincipalId, role: OrgRole) {
        let change = self.store.write(move |tx| {
            let user = tx.find_user(id)?.expect("the user exists");
            let change = UserChange { role: Some(role), ..UserChange::default() };
            tx.update_user(&user, &change, &OPERATOR)
        });
        self.block_on(change).unwrap();
    }

    /// Creates a workspace named `team`.
    pub(crate) fn workspace(&self) -> WorkspaceId {
        let id = self.store.new_workspace_id();
        let create = self.store.write(move |tx| tx.create_workspace(id, &"team".parse().unwrap(), &OPERATOR));
        self.block_on(create).unwrap();
        id
    }

    /// Adds a member to a workspace, or changes their role.
    pub(crate) fn member(&self, workspace: WorkspaceId, user: PrincipalId, role: WorkspaceRole) {
        let set = self.store.write(move |tx| tx.set_membership(workspace, user, role, &OPERATOR));
        self.block_on(set).unwrap();
    }

    /// Creates a configuration of a workspace, without a credential.
    pub(crate) fn workspace_config(&self, workspace: WorkspaceId) -> ConfigId {
        self.workspace_config_with(workspace, &Value::Null)
    }

    /// Creates a configuration with a credential, which may be one that `/ai/llm` does not offer.
    pub(crate) fn workspace_config_with(&self, workspace: WorkspaceId, credential: &Value) -> ConfigId {
        let new: Value = json!({
            "settings": {"name": "team's", "provider": "OPENAI", "endpoint": "https://llm.example:8443/v1"},
            "credential": credential,
        });
        let new = serde_json::from_value(new).unwrap();
        let id = self.store.new_config_id();
        let scope = Scope::Workspace(workspace);
        self.block_on(self.store.write(move |tx| tx.create_config(id, scope, &new, &OPERATOR))).unwrap();
        id
    }
}

/// A user of the real program, and a client with a token that is not narrowed.
pub(crate) struct ApiUser {
    pub(crate) id: String,
    pub(crate) client: Client,
}

impl ApiUser {
    /// Creates a user with this role (the number of the API) and the e-mail address `NAME@example.com`.
    #[track_caller]
    pub(crate) fn create(server: &Server, root: &Client, name: &str, role: u8) -> Self {
        let body = json!({
            "email": format!("{name}@example.com"), "firstName": name, "lastName": "Example", "orgRole": role,
        });
        let created = root.post("/organization/users", &body).success();
        let id = created["data"]["id"].as_str().expect("the id is a string").to_owned();
        let client = issue_token(server, root, &json!({"subjectPrincipalId": id}));
        Self { id, client }
    }
}

/// Issues a token with this body and returns a client with the token.
#[track_caller]
pub(crate) fn issue_token(server: &Server, issuer: &Client, body: &Value) -> Client {
    let created = issuer.post("/v1/apikeys", body).json(201);
    server.client(created["rawApiKey"].as_str().expect("the token is a string"))
}
