//! Who owns a configuration: a user or a workspace.

use std::fmt;

use crate::id::{PrincipalId, WorkspaceId};

/// Who a configuration belongs to. It decides who may touch it, what makes it unique, and which
/// API shows it. Its kind never changes; the operator may move a configuration to another owner,
/// or to another workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One principal: `/v1/llms`, unique by fingerprint.
    Owner(PrincipalId),
    /// A workspace: `/ai/llm`, unique by name.
    Workspace(WorkspaceId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner(owner) => write!(f, "owner:{owner}"),
            Self::Workspace(workspace) => write!(f, "workspace:{workspace}"),
        }
    }
}
