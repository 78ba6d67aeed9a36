//! The workspace that a use case changes.

use llm_config_core::config::Revision;
use llm_config_core::id::WorkspaceId;
use llm_config_store::Workspace;

use crate::error::Error;

/// The workspace that a use case changes, and its expected state.
///
/// A command that looked the workspace up by name passes the workspace that it found: between the lookup and
/// the change, the name may be given to another workspace.
#[derive(Clone, Copy, Debug)]
pub struct WorkspaceTarget {
    /// The id.
    pub id: WorkspaceId,
    /// The expected revision; `None` for any.
    pub revision: Option<Revision>,
}

impl WorkspaceTarget {
    /// `Stale` if the workspace was renamed since it was found.
    pub(crate) fn require_revision(self, current: &Workspace) -> Result<(), Error> {
        match self.revision {
            Some(revision) if revision != current.revision => Err(Error::Stale),
            Some(_) | None => Ok(()),
        }
    }
}

impl From<WorkspaceId> for WorkspaceTarget {
    fn from(id: WorkspaceId) -> Self {
        Self { id, revision: None }
    }
}

impl From<&Workspace> for WorkspaceTarget {
    fn from(workspace: &Workspace) -> Self {
        Self { id: workspace.id, revision: Some(workspace.revision) }
    }
}
