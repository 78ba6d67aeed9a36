//! Who owns a configuration: a user or a workspace.

use std::fmt;

use crate::id::{PrincipalId, WorkspaceId};

/// The owner of a configuration. It decides which callers may access the configuration, by which key it is
/// unique, and which API contains it. The kind of scope never changes; the operator may transfer a
/// configuration to another owner or to another workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A principal: `/v1/llms`, unique by fingerprint.
    Owner(PrincipalId),
    /// A workspace: `/ai/llm`, unique by name.
    Workspace(WorkspaceId),
}

impl Scope {
    /// Whether the owner or the workspace is in these lists.
    pub(crate) fn is_among(&self, owners: &[PrincipalId], workspaces: &[WorkspaceId]) -> bool {
        match self {
            Self::Owner(owner) => owners.contains(owner),
            Self::Workspace(workspace) => workspaces.contains(workspace),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner(owner) => write!(f, "owner:{owner}"),
            Self::Workspace(workspace) => write!(f, "workspace:{workspace}"),
        }
    }
}
