//! Lists configurations. A list never fails for lack of rights: it is filtered to what the caller may see.

use llm_config_core::access::{
    Action, ConfigAction, VisiblePrincipals, VisibleWorkspaces, visible_owners, visible_workspaces,
};
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_store::{ConfigFilter, ListedConfig, WorkspaceFilter};

use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

/// The filter of a list of owners' configurations. All conditions hold together.
#[derive(Debug, Default)]
pub struct ListConfigs {
    /// The owner. Ignored for a caller who may list only their own configurations.
    pub owner: Option<PrincipalId>,
    /// The provider.
    pub provider: Option<Provider>,
    /// Labels that each configuration must have.
    pub labels: Labels,
}

/// A list of configurations, and the rows that could not be decoded.
#[derive(Debug, Default)]
pub struct ConfigList {
    /// The configurations: owners' configurations oldest first, workspaces' configurations newest first.
    pub configs: Vec<LlmConfig>,
    /// The ids of rows that do not hold a valid configuration.
    pub unreadable: Vec<String>,
}

impl Service {
    /// The configurations of owners that match `filter`.
    pub async fn list_configs(&self, session: &Session, filter: ListConfigs) -> Result<ConfigList, Error> {
        let ListConfigs { owner, provider, labels } = filter;
        let owners = match (visible_owners(&session.actor), owner) {
            (VisiblePrincipals::All, Some(owner)) => VisiblePrincipals::Only(owner),
            (visible, _) => visible,
        };
        let filter = ConfigFilter { owners, provider, labels };
        let rows = self.store.read(move |tx| Ok::<_, Error>(tx.list_owned_configs(&filter)?)).await?;
        Ok(ConfigList::from_rows(rows))
    }

    /// The configurations of one workspace, or of all workspaces that the caller may see. The list is empty
    /// if the text of `workspace` is not an id.
    pub async fn list_in_workspaces(
        &self,
        session: &Session,
        workspace: Option<&str>,
    ) -> Result<ConfigList, Error> {
        let workspace = match workspace.map(str::parse::<WorkspaceId>) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return Ok(ConfigList::default()),
        };
        let filter = WorkspaceFilter { visible: listed_workspaces(session), workspace };
        let rows = self.store.read(move |tx| Ok::<_, Error>(tx.list_workspace_configs(&filter)?)).await?;
        Ok(ConfigList::from_rows(rows))
    }

    /// The configurations of workspaces whose last check succeeded.
    pub async fn list_available(&self, session: &Session) -> Result<ConfigList, Error> {
        let filter = WorkspaceFilter { visible: listed_workspaces(session), workspace: None };
        let rows = self.store.read(move |tx| Ok::<_, Error>(tx.list_available(&filter)?)).await?;
        Ok(ConfigList::from_rows(rows))
    }
}

/// The workspaces whose configurations the caller may list.
pub(super) fn listed_workspaces(session: &Session) -> VisibleWorkspaces {
    visible_workspaces(&session.actor, |id| Action::Config(ConfigAction::List, Scope::Workspace(id)))
}

impl ConfigList {
    fn from_rows(rows: Vec<ListedConfig>) -> Self {
        let mut list = Self::default();
        for row in rows {
            match row {
                ListedConfig::Intact(config) => list.configs.push(*config),
                ListedConfig::Corrupt(id, error) => {
                    tracing::error!(error = %error, "a row of configurations is corrupt");
                    list.unreadable.push(id);
                }
            }
        }
        list
    }
}
