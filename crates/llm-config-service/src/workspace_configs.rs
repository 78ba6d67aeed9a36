//! Configurations of workspaces: create, list, update, delete.

use llm_config_core::access::{Action, Actor, ConfigAction, Decision, decide, visible_workspaces};
use llm_config_core::config::{LlmConfig, NewLlmConfig};
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_store::{Tx, WorkspaceFilter};

use crate::read_configs::Listing;
use crate::{Error, Service, Session};

/// A new configuration of a workspace.
pub struct CreateInWorkspace {
    /// The workspace; `None` for an id that cannot be one.
    pub workspace: Option<WorkspaceId>,
    /// What it is.
    pub new: NewLlmConfig,
}

/// One sentence for a workspace that is not there and one that is closed to the caller: an
/// outsider does not learn which workspaces exist.
const NO_WRITE: &str = "creating a configuration needs the role WRITE in the workspace";

impl Service {
    /// Stores a new configuration of a workspace. Does not contact the provider.
    pub async fn create_in_workspace(
        &self,
        session: &Session,
        CreateInWorkspace { workspace, new }: CreateInWorkspace,
    ) -> Result<LlmConfig, Error> {
        let workspace = workspace.ok_or(Error::Denied(NO_WRITE))?;
        let caller = session.caller.clone();
        let id = self.store.new_config_id();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                let scope = Scope::Workspace(workspace);
                if decide(&actor, &Action::Config(ConfigAction::Create, scope)) != Decision::Allow {
                    return Err(Error::Denied(NO_WRITE));
                }
                tx.find_workspace(workspace)?.ok_or(Error::Denied(NO_WRITE))?;
                Ok(tx.create_config(id, scope, &new, &caller)?)
            })
            .await
    }

    /// The configurations of the workspaces that the caller sees, newest first; only those of
    /// one workspace where it is named. A workspace that is not there or not seen holds none.
    pub async fn list_in_workspaces(
        &self,
        session: &Session,
        workspace: Option<&str>,
    ) -> Result<Listing, Error> {
        let visible =
            visible_workspaces(&session.actor, |id| Action::Config(ConfigAction::List, Scope::Workspace(id)));
        let workspace = match workspace.map(str::parse::<WorkspaceId>) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return Ok(Listing::default()),
        };
        let filter = WorkspaceFilter { visible, workspace };
        let listed = self.store.read(move |tx| Ok::<_, Error>(tx.list_workspace_configs(&filter)?)).await?;
        Ok(Listing::of(listed))
    }

    /// The configurations of the workspaces that the caller sees whose last check found them in
    /// order, newest first.
    pub async fn list_available(&self, session: &Session) -> Result<Listing, Error> {
        let visible =
            visible_workspaces(&session.actor, |id| Action::Config(ConfigAction::List, Scope::Workspace(id)));
        let filter = WorkspaceFilter { visible, workspace: None };
        let listed = self.store.read(move |tx| Ok::<_, Error>(tx.list_available(&filter)?)).await?;
        Ok(Listing::of(listed))
    }
}

/// The configuration of that id if it belongs to a workspace and the actor may do this to it.
pub(crate) fn workspace_config(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ConfigId,
    verb: ConfigAction,
) -> Result<LlmConfig, Error> {
    let config = tx.find_config(id)?.ok_or(Error::NotFound("configuration"))?;
    match config.scope {
        // Each API shows only its own scope.
        Scope::Owner(_) => Err(Error::NotFound("configuration")),
        Scope::Workspace(_) => match decide(actor, &Action::Config(verb, config.scope)) {
            Decision::Allow => Ok(config),
            Decision::Deny => {
                Err(Error::Denied("this needs the role WRITE in the configuration's workspace"))
            }
            Decision::Hide => Err(Error::NotFound("configuration")),
        },
    }
}
