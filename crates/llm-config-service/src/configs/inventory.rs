//! Lists the configurations of both scopes, with the origin that each credential is bound to.

use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces, visible_owners};
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::endpoint::Origin;
use llm_config_core::scope::Scope;
use llm_config_store::{ConfigFilter, ListedConfig, StoreError, Tx, WorkspaceFilter};

use super::list::listed_workspaces;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

/// One row of the inventory.
pub enum InventoryEntry {
    /// A configuration and the origin that its credential is bound to.
    Intact(Box<LlmConfig>, Origin),
    /// The id of a row that does not hold a valid configuration, and the reason.
    Corrupt(String, StoreError),
}

impl Service {
    /// The configurations that the caller may list, of one scope or of all, in no particular order.
    pub async fn config_inventory(
        &self,
        session: &Session,
        scope: Option<Scope>,
    ) -> Result<Vec<InventoryEntry>, Error> {
        let (owners, workspaces) = (visible_owners(&session.actor), listed_workspaces(session));
        self.store
            .read(move |tx| {
                let mut rows = Vec::new();
                if let Some(owners) = selected_owners(owners, scope) {
                    let filter = ConfigFilter { owners, provider: None, labels: Labels::default() };
                    rows.extend(tx.list_owned_configs(&filter)?);
                }
                if let Some(filter) = selected_workspaces(workspaces, scope) {
                    rows.extend(tx.list_workspace_configs(&filter)?);
                }
                Ok(rows.into_iter().map(|row| entry(tx, row)).collect())
            })
            .await
    }
}

/// The owners to list; `None` if `scope` is a workspace, or an owner whose configurations are not visible.
fn selected_owners(visible: VisiblePrincipals, scope: Option<Scope>) -> Option<VisiblePrincipals> {
    match (visible, scope) {
        (visible, None) => Some(visible),
        (VisiblePrincipals::All, Some(Scope::Owner(owner))) => Some(VisiblePrincipals::Only(owner)),
        (VisiblePrincipals::Only(own), Some(Scope::Owner(owner))) if own == owner => {
            Some(VisiblePrincipals::Only(own))
        }
        (VisiblePrincipals::Only(_) | VisiblePrincipals::None, Some(Scope::Owner(_)))
        | (_, Some(Scope::Workspace(_))) => None,
    }
}

/// The filter of workspaces to list; `None` if `scope` is an owner.
fn selected_workspaces(visible: VisibleWorkspaces, scope: Option<Scope>) -> Option<WorkspaceFilter> {
    let workspace = match scope {
        None => None,
        Some(Scope::Workspace(workspace)) => Some(workspace),
        Some(Scope::Owner(_)) => return None,
    };
    Some(WorkspaceFilter { visible, workspace })
}

fn entry(tx: &Tx<'_>, row: ListedConfig) -> InventoryEntry {
    match row {
        ListedConfig::Intact(config) => {
            let origin = tx.origin(&config);
            InventoryEntry::Intact(config, origin)
        }
        ListedConfig::Corrupt(id, error) => InventoryEntry::Corrupt(id, error),
    }
}
