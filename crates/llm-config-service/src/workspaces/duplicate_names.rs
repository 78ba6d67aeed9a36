//! The rule for commands that a workspace gets no name that another workspace has.

use llm_config_core::access::{Action, Actor, WorkspaceAction, visible_workspaces};
use llm_config_core::id::WorkspaceId;
use llm_config_core::text::DisplayName;
use llm_config_store::Tx;

use crate::error::Error;

/// Whether a workspace may get a name that another workspace has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicateNames {
    /// Yes, as in the `/workspace` API, whose clients select workspaces by id.
    Allow,
    /// No, because commands select workspaces by name.
    Refuse,
}

impl DuplicateNames {
    /// Before any other lock of the transaction: makes two transactions that give the same name run one after
    /// the other.
    pub(super) fn lock(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match self {
            Self::Allow => Ok(()),
            Self::Refuse => Ok(tx.lock_workspace_names()?),
        }
    }

    /// `NameTaken` if duplicates are refused, and the actor may read a workspace other than `except` whose
    /// name has the uniqueness key of `name`.
    pub(super) fn check(
        self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        name: &DisplayName,
        except: Option<WorkspaceId>,
    ) -> Result<(), Error> {
        if self == Self::Allow {
            return Ok(());
        }
        let visible = visible_workspaces(actor, |id| Action::Workspace(WorkspaceAction::Read, id));
        let key = name.uniqueness_key();
        let mut others = tx.list_workspaces()?;
        others.retain(|other| {
            Some(other.id) != except && visible.contains(other.id) && other.name.uniqueness_key() == key
        });
        if others.is_empty() {
            return Ok(());
        }
        Err(Error::NameTaken(others.into_iter().map(|other| other.id).collect()))
    }
}
