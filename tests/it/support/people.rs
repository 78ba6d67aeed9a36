//! Users with roles and tokens, made past the API as the operator would.

use std::collections::BTreeSet;
use std::sync::Arc;

use llm_config_core::access::{OrgRole, Right, TokenScope, WorkspaceRole};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;
use llm_config_core::id::{ConfigId, PrincipalId, TokenId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_store::{NewToken, NewUser, TokenText, UserChange};
use serde_json::{Value, json};

use super::{Client, TestApp};

const OPERATOR: Caller = Caller::operator();

/// A user with a token.
pub(crate) struct Person {
    pub(crate) id: PrincipalId,
    pub(crate) token: TokenId,
    pub(crate) client: Client,
}

/// The e-mail address of a user that [`TestApp::user`] made.
pub(crate) fn email(id: PrincipalId) -> String {
    format!("{id}@example.com")
}

/// A ceiling of these rights.
pub(crate) fn narrowed(rights: &[Right]) -> TokenScope {
    TokenScope { rights: Some(rights.iter().copied().collect::<BTreeSet<_>>()), ..TokenScope::default() }
}

impl TestApp {
    /// A new user of that role, with a token that is not narrowed.
    pub(crate) fn user(&self, role: OrgRole) -> Person {
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
        Person { id, token, client }
    }

    /// A new token of that user.
    pub(crate) fn token(&self, holder: PrincipalId, token_scope: TokenScope) -> (TokenId, Client) {
        let (id, text) = (self.store.new_token_id(), Arc::new(TokenText::generate()));
        let new = NewToken { holder, parent: None, labels: Labels::default(), token_scope };
        let stored = Arc::clone(&text);
        self.block_on(self.store.write(move |tx| tx.create_token(id, &stored, &new, &OPERATOR))).unwrap();
        (id, self.client(text.expose()))
    }

    pub(crate) fn change_role(&self, id: PrincipalId, role: OrgRole) {
        let change = self.store.write(move |tx| {
            let user = tx.find_user(id)?.expect("the user");
            let change = UserChange { role: Some(role), ..UserChange::default() };
            tx.update_user(&user, &change, &OPERATOR)
        });
        self.block_on(change).unwrap();
    }

    pub(crate) fn workspace(&self) -> WorkspaceId {
        let id = self.store.new_workspace_id();
        let create = self.store.write(move |tx| tx.create_workspace(id, &"team".parse().unwrap(), &OPERATOR));
        self.block_on(create).unwrap();
        id
    }

    pub(crate) fn member(&self, workspace: WorkspaceId, user: PrincipalId, role: WorkspaceRole) {
        let set = self.store.write(move |tx| tx.set_membership(workspace, user, role, &OPERATOR));
        self.block_on(set).unwrap();
    }

    /// A configuration of a workspace, which only the other API would show.
    pub(crate) fn workspace_config(&self, workspace: WorkspaceId) -> ConfigId {
        let new: Value = json!({
            "settings": {"name": "team's", "provider": "OPENAI", "endpoint": "https://llm.example:8443/v1"},
            "credential": null,
        });
        let new = serde_json::from_value(new).unwrap();
        let id = self.store.new_config_id();
        let scope = Scope::Workspace(workspace);
        self.block_on(self.store.write(move |tx| tx.create_config(id, scope, &new, &OPERATOR))).unwrap();
        id
    }
}
