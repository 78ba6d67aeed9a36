//! Roles in the organisation and in workspaces.

use std::fmt;
use std::str::FromStr;

/// A role in the organisation, in ascending rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrgRole {
    /// Has rights on their own configurations, memberships and account, and reads the members of their
    /// workspaces.
    User,
    /// Has rights on their own account only.
    Billing,
    /// Has rights on all workspaces and on their own configurations.
    Workspaces,
    /// Has every right but those on an owner.
    Administrators,
    /// Has every right.
    Owner,
}

impl OrgRole {
    /// Every role, in ascending rank.
    pub const ALL: &[Self] =
        &[Self::User, Self::Billing, Self::Workspaces, Self::Administrators, Self::Owner];

    /// The number of the role in the `/ai/llm` API.
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
        Self::ALL.iter().copied().find(|role| i64::from(role.number()) == number)
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
    /// Reads the workspace's configurations and calls their models.
    Read,
    /// Also creates, updates, deletes and validates them.
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

/// The name is not the name of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a role")]
pub struct UnknownRole;

impl FromStr for OrgRole {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name).ok_or(UnknownRole)
    }
}

impl FromStr for WorkspaceRole {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name).ok_or(UnknownRole)
    }
}
