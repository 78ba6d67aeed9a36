//! Which configuration a request names.

use std::sync::Arc;
use std::time::Duration;

use llm_config_core::access::{
    Action, Actor, ConfigAction, VisiblePrincipals, VisibleWorkspaces, config_workspaces_with, owners_with,
};
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::model_name::RequestedModel;
use llm_config_store::ConfigBasis;

use super::failure::CallFailure;
use super::memory::NameKey;
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// The longest use of a name that was looked up.
const MAX_AGE: Duration = Duration::from_mins(10);

/// How many configurations of one name an error lists at most.
const CANDIDATES: u8 = 10;

/// The configuration that a request names.
pub(super) struct NamedConfig<'a> {
    pub(super) id: ConfigId,
    /// What follows the `/` behind the name of the configuration: the provider's model.
    pub(super) rest: Option<&'a str>,
}

impl Service {
    /// The configuration that `model` names: by the whole text, or by the part before the first `/`. Of
    /// names, only those of configurations that the caller may call count.
    pub(super) async fn resolve_model<'a>(
        &self,
        session: &Session,
        workspace: Option<WorkspaceId>,
        model: &'a str,
    ) -> Result<NamedConfig<'a>, CallFailure> {
        let requested = RequestedModel::new(model);
        if let Some(id) = self.resolve_name(session, workspace, requested.whole()).await? {
            return Ok(NamedConfig { id, rest: None });
        }
        if let Some((name, rest)) = requested.split()
            && let Some(id) = self.resolve_name(session, workspace, name).await?
        {
            return Ok(NamedConfig { id, rest: Some(rest) });
        }
        Err(GatewayError::ModelNotFound { model: model.to_owned() }.into())
    }

    /// The configuration with this id or name; `None` if there is none. An id is not looked up here.
    async fn resolve_name(
        &self,
        session: &Session,
        workspace: Option<WorkspaceId>,
        name: &str,
    ) -> Result<Option<ConfigId>, CallFailure> {
        if let Ok(id) = name.parse::<ConfigId>() {
            return Ok(Some(id));
        }
        let found = self.callable_named(session, workspace, name).await?;
        match &*found {
            [] => Ok(None),
            [id] => Ok(Some(*id)),
            several => Err(GatewayError::AmbiguousModel { candidates: several.to_vec() }.into()),
        }
    }

    async fn callable_named(
        &self,
        session: &Session,
        workspace: Option<WorkspaceId>,
        name: &str,
    ) -> Result<Arc<[ConfigId]>, CallFailure> {
        let names = &self.calls.names;
        let key = NameKey { caller: session.caller.identity, workspace, name: name.to_owned() };
        if let Some(known) = names.get(&key) {
            return Ok(known);
        }
        let reading = names.begin_reading();
        let actor = Arc::clone(&session.actor);
        let text = name.to_owned();
        let found = self.store.read(move |tx| {
            let owners = callable_owners(&actor, workspace);
            let workspaces = callable_workspaces(&actor, workspace);
            let narrowed_to = actor.token_scope.configs.as_ref();
            tx.configs_named(&text, &owners, &workspaces, narrowed_to, CANDIDATES).map(|mut found| {
                found.retain(|(id, scope)| is_allowed(&actor, &call_of(*id, *scope)));
                found.into_iter().map(|(id, _)| id).collect::<Arc<[_]>>()
            })
        });
        let found = found.await.map_err(Error::from)?;
        if let Some(basis) = session.basis.as_ref().filter(|_| !found.is_empty()) {
            names.insert(key, Arc::clone(&found), reading, MAX_AGE, basis, ConfigBasis::All);
        }
        Ok(found)
    }
}

/// The owners whose configurations the caller may call. In a workspace, there are none.
pub(super) fn callable_owners(actor: &Actor, workspace: Option<WorkspaceId>) -> VisiblePrincipals {
    match workspace {
        Some(_) => VisiblePrincipals::None,
        None => owners_with(actor, ConfigAction::Call),
    }
}

/// The workspaces whose configurations the caller may call, or the one of them that is asked for.
pub(super) fn callable_workspaces(actor: &Actor, workspace: Option<WorkspaceId>) -> VisibleWorkspaces {
    let callable = config_workspaces_with(actor, ConfigAction::Call);
    match workspace {
        None => callable,
        Some(id) if callable.contains(id) => VisibleWorkspaces::Only([id].into()),
        Some(_) => VisibleWorkspaces::Only([].into()),
    }
}

/// The call of a configuration, as the policy decides about it.
pub(super) const fn call_of(id: ConfigId, scope: Scope) -> Action {
    Action::Config(ConfigAction::Call, scope, id)
}
