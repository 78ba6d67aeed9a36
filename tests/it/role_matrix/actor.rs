//! Who asks in a cell of the matrix, and the people and things around them, new for every cell.

use llm_config_core::access::{OrgRole, TokenScope, WorkspaceRole};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, TestUser, llm, merge_patch, rights_scope};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Without a token.
    Nobody,
    /// An owner of the organisation, by a token that is narrowed to no rights at all.
    WithoutRights,
    /// An owner of the organisation, by a token that is narrowed to another workspace.
    Elsewhere,
    /// A role in the organisation, and one in the workspace at hand.
    Role(OrgRole, Option<WorkspaceRole>),
}

/// The columns of the matrix.
pub(super) const COLUMNS: &[(&str, Who)] = &[
    ("nobody", Who::Nobody),
    ("no right", Who::WithoutRights),
    ("elsewhere", Who::Elsewhere),
    ("OWNER", Who::Role(OrgRole::Owner, None)),
    ("ADMINS", Who::Role(OrgRole::Administrators, None)),
    ("WORKSP", Who::Role(OrgRole::Workspaces, None)),
    ("BILLING", Who::Role(OrgRole::Billing, None)),
    ("BILLING/A", Who::Role(OrgRole::Billing, Some(WorkspaceRole::Admin))),
    ("USER", Who::Role(OrgRole::User, None)),
    ("USER/R", Who::Role(OrgRole::User, Some(WorkspaceRole::Read))),
    ("USER/W", Who::Role(OrgRole::User, Some(WorkspaceRole::Write))),
    ("USER/A", Who::Role(OrgRole::User, Some(WorkspaceRole::Admin))),
];

/// What a cell is about.
pub(super) struct World<'a> {
    app: &'a TestApp,
    /// Who asks, whatever their token.
    pub(super) me: PrincipalId,
    /// What they ask with.
    pub(super) client: Client,
    /// The workspace at hand.
    pub(super) workspace: WorkspaceId,
}

impl<'a> World<'a> {
    pub(super) fn of(app: &'a TestApp, who: Who) -> Self {
        let workspace = app.workspace();
        let (role, membership) = match who {
            Who::Nobody | Who::WithoutRights | Who::Elsewhere => (OrgRole::Owner, None),
            Who::Role(role, membership) => (role, membership),
        };
        let TestUser { id: me, token: _, client } = app.user(role);
        if let Some(role) = membership {
            app.member(workspace, me, role);
        }
        let client = match who {
            Who::Nobody => app.anonymous(),
            Who::WithoutRights => app.token(me, rights_scope(&[])).1,
            Who::Elsewhere => {
                let workspaces = Some([app.workspace()].into());
                app.token(me, TokenScope { workspaces, ..TokenScope::default() }).1
            }
            Who::Role(..) => client,
        };
        Self { app, me, client, workspace }
    }

    /// Another member of the workspace, who may read it.
    pub(super) fn colleague(&self) -> PrincipalId {
        let id = self.stranger();
        self.app.member(self.workspace, id, WorkspaceRole::Read);
        id
    }

    /// A user without memberships.
    pub(super) fn stranger(&self) -> PrincipalId {
        self.app.user(OrgRole::User).id
    }

    /// Another owner of the organisation.
    pub(super) fn owner(&self) -> PrincipalId {
        self.app.user(OrgRole::Owner).id
    }

    /// A workspace that is not the one at hand.
    pub(super) fn other_workspace(&self) -> WorkspaceId {
        self.app.workspace()
    }

    /// A configuration of a workspace.
    pub(super) fn config(&self, workspace: WorkspaceId) -> String {
        self.app.workspace_config(workspace).to_string()
    }

    /// A configuration of an owner.
    pub(super) fn llm(&self, owner: PrincipalId) -> String {
        let made = self.app.root().create_llm(&new_llm(owner));
        made["llmId"].as_str().expect("an id").to_owned()
    }

    /// A token of that user.
    pub(super) fn token(&self, holder: PrincipalId) -> String {
        self.app.token(holder, TokenScope::default()).0.to_string()
    }
}

/// The body that creates an LLM of that owner.
pub(super) fn new_llm(owner: PrincipalId) -> Value {
    merge_patch(llm(), &json!({"ownerId": owner.to_string()}))
}
