//! What the policy decides about: an actor, an action, and the decision.

use std::collections::BTreeMap;

use super::role::{OrgRole, WorkspaceRole};
use super::token_scope::TokenScope;
use crate::id::{ConfigId, PrincipalId, WorkspaceId};
use crate::scope::Scope;

/// The principal that performs an action, with every fact that the policy reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The principal.
    pub id: PrincipalId,
    /// The principal's role in the organisation.
    pub role: OrgRole,
    /// The principal's roles in workspaces.
    pub memberships: BTreeMap<WorkspaceId, WorkspaceRole>,
    /// The restrictions of the token in use.
    pub token_scope: TokenScope,
}

impl Actor {
    /// A principal without memberships whose token is unrestricted.
    #[must_use]
    pub const fn new(id: PrincipalId, role: OrgRole) -> Self {
        let token_scope = TokenScope { rights: None, workspaces: None, configs: None, expires_at: None };
        Self { id, role, memberships: BTreeMap::new(), token_scope }
    }

    /// The operator at the command line. Access to the keys and the database implies every right.
    #[must_use]
    pub const fn operator() -> Self {
        Self::new(PrincipalId::OPERATOR, OrgRole::Owner)
    }
}

/// The user that an action affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetUser {
    /// The user.
    pub id: PrincipalId,
    /// The user's role.
    pub role: OrgRole,
    /// Whether actor and user are members of one workspace; for an actor who manages all
    /// workspaces, whether the user is a member of any.
    pub shares_workspace: bool,
}

/// An action on configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the action of that name")]
pub enum ConfigAction {
    Create,
    Read,
    List,
    Update,
    Delete,
    /// Use the stored credential to find out whether the configuration works: a validation, a ping.
    Ping,
    /// Call the model with the stored credential, on behalf of an application.
    Call,
}

impl ConfigAction {
    /// Every action.
    pub const ALL: [Self; 7] =
        [Self::Create, Self::Read, Self::List, Self::Update, Self::Delete, Self::Ping, Self::Call];

    /// Whether the action is one on a configuration that exists.
    #[must_use]
    pub const fn is_on_existing(self) -> bool {
        match self {
            Self::Create => false,
            Self::Read | Self::List | Self::Update | Self::Delete | Self::Ping | Self::Call => true,
        }
    }
}

/// An action on a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the action of that name")]
pub enum WorkspaceAction {
    Read,
    Rename,
    Delete,
    /// Add, change and remove memberships.
    ManageMembers,
}

/// An action on a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the action of that name")]
pub enum UserAction {
    Read,
    Update,
    Delete,
}

/// An action on the tokens of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the action of that name")]
pub enum TokenAction {
    Issue,
    List,
    Update,
    Revoke,
}

/// Every action that the policy decides about, with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An action on the configurations of a scope that is not about one of those that exist: create one,
    /// list all.
    Configs(ConfigAction, Scope),
    /// An action on one configuration, which is in that scope.
    Config(ConfigAction, Scope, ConfigId),
    /// Create a workspace.
    CreateWorkspace,
    /// An action on a workspace.
    Workspace(WorkspaceAction, WorkspaceId),
    /// Give a user a role in a workspace.
    GrantMembership {
        /// The workspace.
        workspace: WorkspaceId,
        /// The user's current role in the workspace.
        current: Option<WorkspaceRole>,
        /// The new role.
        role: WorkspaceRole,
    },
    /// Create a user with that role.
    CreateUser(OrgRole),
    /// An action on a user.
    User(UserAction, TargetUser),
    /// Give a user another role in the organisation.
    ChangeRole(TargetUser, OrgRole),
    /// An action on the tokens of a user.
    Tokens(TokenAction, TargetUser),
    /// Read the audit log.
    ReadAudit,
    /// List the key-encryption keys and the number of secrets under each.
    ReadKeyState,
    /// Rotate key-encryption keys.
    RotateKeys,
    /// Read the metrics.
    ReadMetrics,
}

impl Action {
    /// The user that the action affects.
    pub(super) const fn target_user(&self) -> Option<&TargetUser> {
        match self {
            Self::User(_, target) | Self::ChangeRole(target, _) | Self::Tokens(_, target) => Some(target),
            Self::Configs(..)
            | Self::Config(..)
            | Self::CreateWorkspace
            | Self::Workspace(..)
            | Self::GrantMembership { .. }
            | Self::CreateUser(_)
            | Self::ReadAudit
            | Self::ReadKeyState
            | Self::RotateKeys
            | Self::ReadMetrics => None,
        }
    }

    /// The workspace that the action affects.
    pub(super) const fn workspace(&self) -> Option<WorkspaceId> {
        match self {
            Self::Configs(_, Scope::Workspace(workspace))
            | Self::Config(_, Scope::Workspace(workspace), _)
            | Self::Workspace(_, workspace)
            | Self::GrantMembership { workspace, .. } => Some(*workspace),
            Self::Configs(_, Scope::Owner(_))
            | Self::Config(_, Scope::Owner(_), _)
            | Self::CreateWorkspace
            | Self::CreateUser(_)
            | Self::User(..)
            | Self::ChangeRole(..)
            | Self::Tokens(..)
            | Self::ReadAudit
            | Self::ReadKeyState
            | Self::RotateKeys
            | Self::ReadMetrics => None,
        }
    }

    /// The one configuration that the action affects.
    pub(super) const fn config(&self) -> Option<ConfigId> {
        match self {
            Self::Config(_, _, id) => Some(*id),
            Self::Configs(..)
            | Self::CreateWorkspace
            | Self::Workspace(..)
            | Self::GrantMembership { .. }
            | Self::CreateUser(_)
            | Self::User(..)
            | Self::ChangeRole(..)
            | Self::Tokens(..)
            | Self::ReadAudit
            | Self::ReadKeyState
            | Self::RotateKeys
            | Self::ReadMetrics => None,
        }
    }
}

/// The result of [`decide`](super::decide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The action is permitted.
    Allow,
    /// The action is forbidden; the response may reveal that the object exists.
    Deny,
    /// The action is forbidden; respond as if the object did not exist.
    Hide,
}
