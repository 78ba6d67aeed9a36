//! The sender of a request in the matrix, and the objects around them, created anew for every cell.

use llm_config_core::access::{OrgRole, TokenScope, WorkspaceRole};
use llm_config_core::check::Usable;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::time::Timestamp;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, TestUser, llm, merge_patch, rights_scope, tokens};

/// The sender of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    /// Without a token.
    Anonymous,
    /// An OWNER with a token that has no rights.
    WithoutRights,
    /// An OWNER with a token for another workspace.
    OtherWorkspace,
    /// An OWNER with a token for another configuration.
    OtherConfig,
    /// A user with a role in the organisation, and perhaps one in the workspace.
    Role(OrgRole, Option<WorkspaceRole>),
}

/// The columns of the matrix.
pub(super) const COLUMNS: &[(&str, Actor)] = &[
    ("anonymous", Actor::Anonymous),
    ("no right", Actor::WithoutRights),
    ("elsewhere", Actor::OtherWorkspace),
    ("one config", Actor::OtherConfig),
    ("OWNER", Actor::Role(OrgRole::Owner, None)),
    ("ADMINS", Actor::Role(OrgRole::Administrators, None)),
    ("WORKSP", Actor::Role(OrgRole::Workspaces, None)),
    ("BILLING", Actor::Role(OrgRole::Billing, None)),
    ("BILLING/A", Actor::Role(OrgRole::Billing, Some(WorkspaceRole::Admin))),
    ("USER", Actor::Role(OrgRole::User, None)),
    ("USER/R", Actor::Role(OrgRole::User, Some(WorkspaceRole::Read))),
    ("USER/W", Actor::Role(OrgRole::User, Some(WorkspaceRole::Write))),
    ("USER/A", Actor::Role(OrgRole::User, Some(WorkspaceRole::Admin))),
];

/// The objects of a cell.
pub(super) struct Scenario<'a> {
    app: &'a TestApp,
    /// The user who sends the request.
    pub(super) me: PrincipalId,
    /// The client that sends the request.
    pub(super) client: Client,
    /// The workspace of the cell.
    pub(super) workspace: WorkspaceId,
}

impl<'a> Scenario<'a> {
    pub(super) fn new(app: &'a TestApp, actor: Actor) -> Self {
        let workspace = app.workspace();
        let (role, membership) = match actor {
            Actor::Anonymous | Actor::WithoutRights | Actor::OtherWorkspace | Actor::OtherConfig => {
                (OrgRole::Owner, None)
            }
            Actor::Role(role, membership) => (role, membership),
        };
        let TestUser { id: me, token: _, client } = app.user(role);
        if let Some(role) = membership {
            app.member(workspace, me, role);
        }
        let client = match actor {
            Actor::Anonymous => app.anonymous(),
            Actor::WithoutRights => app.token(me, rights_scope(&[])).1,
            Actor::OtherWorkspace => {
                let workspaces = Some([app.workspace()].into());
                app.token(me, TokenScope { workspaces, ..TokenScope::default() }).1
            }
            Actor::OtherConfig => {
                let configs = Some([app.workspace_config(app.workspace())].into());
                app.token(me, TokenScope { configs, ..TokenScope::default() }).1
            }
            Actor::Role(..) => client,
        };
        Self { app, me, client, workspace }
    }

    /// Creates another member of the workspace, with the role READ.
    pub(super) fn colleague(&self) -> PrincipalId {
        let id = self.stranger();
        self.app.member(self.workspace, id, WorkspaceRole::Read);
        id
    }

    /// Creates a user without memberships.
    pub(super) fn stranger(&self) -> PrincipalId {
        self.app.user(OrgRole::User).id
    }

    /// Creates another OWNER.
    pub(super) fn owner(&self) -> PrincipalId {
        self.app.user(OrgRole::Owner).id
    }

    /// Creates another workspace.
    pub(super) fn other_workspace(&self) -> WorkspaceId {
        self.app.workspace()
    }

    /// Creates a configuration of a workspace.
    pub(super) fn config(&self, workspace: WorkspaceId) -> String {
        self.app.workspace_config(workspace).to_string()
    }

    /// Creates an LLM of an owner.
    pub(super) fn llm(&self, owner: PrincipalId) -> String {
        let created = self.app.root().create_llm(&new_llm(owner));
        created["llmId"].as_str().expect("the id is a string").to_owned()
    }

    /// Creates two LLMs of an owner that have one name, and returns the id of one.
    pub(super) fn one_of_two(&self, owner: PrincipalId) -> String {
        let other = json!({"endpointUrl": "https://other.example/v1"});
        self.app.root().create_llm(&merge_patch(new_llm(owner), &other));
        self.llm(owner)
    }

    /// Counts a call of a configuration of any kind, and returns its id.
    pub(super) fn used(&self, id: String) -> String {
        self.app.count_usage(id.parse().expect("an id"), None, "gpt", tokens(1, 1));
        self.app.write_usage();
        id
    }

    /// Records that a configuration of any kind does not work, and returns its id.
    pub(super) fn failing(&self, id: String) -> String {
        self.app.record_verdict(id.parse().expect("an id"), Usable::No, "bad_key", self.app.store.now());
        id
    }

    /// Creates a token of that user that expires in an hour.
    pub(super) fn expiring_token(&self, holder: PrincipalId) -> String {
        let expires_at = Timestamp::from_micros(self.app.store.now().as_micros() + 3_600_000_000);
        let token_scope = TokenScope { expires_at: Some(expires_at), ..TokenScope::default() };
        self.app.token(holder, token_scope).0.to_string()
    }

    /// Creates a token of that user.
    pub(super) fn token(&self, holder: PrincipalId) -> String {
        self.app.token(holder, TokenScope::default()).0.to_string()
    }
}

/// The body that creates an LLM of that owner.
pub(super) fn new_llm(owner: PrincipalId) -> Value {
    merge_patch(llm(), &json!({"ownerId": owner.to_string()}))
}
