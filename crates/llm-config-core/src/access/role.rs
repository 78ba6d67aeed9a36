//! Roles, and the rights that each brings.

use std::fmt;
use std::str::FromStr;

use super::{Action, Actor, Right};
use crate::config::Scope;
use crate::id::WorkspaceId;

/// A role in the organisation, in ascending rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrgRole {
    /// Their own configurations, memberships and account, and the members of their workspaces.
    User,
    /// Their own account only.
    Billing,
    /// All workspaces, own configurations.
    Workspaces,
    /// Everything but acting on an owner.
    Administrators,
    /// Everything.
    Owner,
}

impl OrgRole {
    /// Every role, in ascending rank.
    pub const ALL: &[Self] =
        &[Self::User, Self::Billing, Self::Workspaces, Self::Administrators, Self::Owner];

    /// The number that the `/ai/llm` API uses.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::User => 0,
            Self::Billing => 1,
            Self::Workspaces => 2,
            Self::Administrators => 254,
            Self::Owner => 255,
        }
    }

    /// The role of that number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| i64::from(it.number()) == number)
    }

    /// The role's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Billing => "BILLING",
            Self::Workspaces => "WORKSPACES",
            Self::Administrators => "ADMINISTRATORS",
            Self::Owner => "OWNER",
        }
    }
}

impl fmt::Display for OrgRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A role in a workspace, in ascending rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkspaceRole {
    /// Sees the workspace's configurations.
    Read,
    /// Also creates, changes, deletes and validates them.
    Write,
    /// Also manages members, up to this role.
    Admin,
}

impl WorkspaceRole {
    /// Every role, in ascending rank.
    pub const ALL: &[Self] = &[Self::Read, Self::Write, Self::Admin];

    /// The role's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::Admin => "ADMIN",
        }
    }
}

impl fmt::Display for WorkspaceRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no role's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a role")]
pub struct UnknownRole;

impl FromStr for OrgRole {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name).ok_or(UnknownRole)
    }
}

impl FromStr for WorkspaceRole {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name).ok_or(UnknownRole)
    }
}

/// Whether the actor's roles bring `right` for `action`.
pub(super) fn has(actor: &Actor, right: Right, action: &Action) -> bool {
    let in_workspace = workspace_of(action)
        .and_then(|workspace| actor.memberships.get(&workspace))
        .is_some_and(|role| of_member(*role, right));
    match actor.role {
        OrgRole::Owner | OrgRole::Administrators => true,
        OrgRole::Workspaces => {
            of_everybody(right) || of_owner(right) || of_workspaces(right) || sees(action, right)
        }
        OrgRole::User => of_everybody(right) || of_owner(right) || in_workspace || sees(action, right),
        OrgRole::Billing => of_everybody(right),
    }
}

/// The rights that a role in a workspace brings there.
pub(super) fn rights_of_member(role: WorkspaceRole) -> impl Iterator<Item = Right> {
    Right::ALL.iter().copied().filter(move |right| of_member(role, *right))
}

/// Whether a user whose role changes from `old` to `new` gets rights. The numbers of the roles do not
/// tell: BILLING has a higher number than USER, and fewer rights.
pub(super) fn adds_rights(old: OrgRole, new: OrgRole) -> bool {
    const fn reach(role: OrgRole) -> u8 {
        match role {
            OrgRole::Billing => 0,
            OrgRole::User => 1,
            OrgRole::Workspaces => 2,
            OrgRole::Administrators => 3,
            OrgRole::Owner => 4,
        }
    }
    reach(new) > reach(old)
}

fn workspace_of(action: &Action) -> Option<WorkspaceId> {
    match action {
        Action::Config(_, Scope::Workspace(workspace))
        | Action::Workspace(_, workspace)
        | Action::GrantMembership { workspace, .. } => Some(*workspace),
        Action::Config(_, Scope::Owner(_))
        | Action::CreateWorkspace
        | Action::CreateUser(_)
        | Action::User(..)
        | Action::ChangeRole(..)
        | Action::Tokens(..)
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => None,
    }
}

/// People see the people they work with.
const fn sees(action: &Action, right: Right) -> bool {
    matches!((action, right), (Action::User(_, subject), Right::ReadUserAny) if subject.shares_workspace)
}

/// What everybody has: their own account and their own tokens.
const fn of_everybody(right: Right) -> bool {
    matches!(
        right,
        Right::ReadUserOwn
            | Right::UpdateUserOwn
            | Right::IssueTokenOwn
            | Right::ListTokensOwn
            | Right::UpdateTokenOwn
            | Right::RevokeTokenOwn
    )
}

const fn of_owner(right: Right) -> bool {
    matches!(
        right,
        Right::CreateLlmOwn
            | Right::ReadLlmOwn
            | Right::ListLlmOwn
            | Right::UpdateLlmOwn
            | Right::DeleteLlmOwn
            | Right::PingLlmOwn
    )
}

const fn of_workspaces(right: Right) -> bool {
    of_member(WorkspaceRole::Admin, right) || matches!(right, Right::CreateWorkspace | Right::DeleteWorkspace)
}

const fn of_member(role: WorkspaceRole, right: Right) -> bool {
    let reads = matches!(right, Right::ReadWorkspaceLlm | Right::ListWorkspaceLlm | Right::ReadWorkspace);
    let writes = matches!(
        right,
        Right::CreateWorkspaceLlm
            | Right::UpdateWorkspaceLlm
            | Right::DeleteWorkspaceLlm
            | Right::PingWorkspaceLlm
    );
    let administers = matches!(right, Right::RenameWorkspace | Right::ManageMembers);
    match role {
        WorkspaceRole::Read => reads,
        WorkspaceRole::Write => reads || writes,
        WorkspaceRole::Admin => reads || writes || administers,
    }
}
