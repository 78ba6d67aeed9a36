//! Which configuration a request names.

use std::sync::Arc;
use std::time::Duration;

use llm_config_core::access::{
    Action, Actor, ConfigAction, VisiblePrincipals, VisibleWorkspaces, config_workspaces_with, owners_with,
};
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_core::text::ModelId;
use llm_config_gateway::error::{GatewayError, SHOWN_CANDIDATES};
use llm_config_gateway::model_name::{ModelChoice, RequestedModel, upstream_model};
use llm_config_store::{ConfigBasis, StoreError, Tx};

use super::failure::CallFailure;
use super::memory::{Meaning, NameKey};
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// The longest use of a name that was looked up.
const MAX_AGE: Duration = Duration::from_mins(1);

/// The longest `model` whose meaning is kept, in bytes. A name has at most 255 characters, and the provider's
/// model, which the client chooses, must not fill the memory.
const KEPT: usize = 2048;

/// How many configurations of one name are looked up: one more than errors list, so that an error can say
/// that there are more.
const CANDIDATES: u8 = SHOWN_CANDIDATES + 1;

/// The configuration that a request names.
pub(super) struct NamedConfig<'a> {
    pub(super) id: ConfigId,
    /// What follows the `/` behind the name of the configuration: the provider's model.
    pub(super) rest: Option<&'a str>,
}

impl Service {
    /// The configuration that `model` names: by the whole text, or by the part before the first `/`. Of
    /// names, only those of configurations that the caller may call count. An id that exists is one, whether
    /// or not the caller may call it, and the text of an id is never a name.
    pub(super) async fn resolve_model<'a>(
        &self,
        session: &Session,
        workspace: Option<WorkspaceId>,
        model: &'a str,
    ) -> Result<NamedConfig<'a>, CallFailure> {
        match self.meaning(session, workspace, model).await? {
            Some(Meaning::Whole(id)) => Ok(NamedConfig { id, rest: None }),
            Some(Meaning::BeforeSlash(id)) => {
                let rest = RequestedModel::new(model).split().map(|(_, rest)| rest);
                Ok(NamedConfig { id, rest })
            }
            Some(Meaning::Ambiguous(ids)) => {
                Err(GatewayError::AmbiguousModel { candidates: ids.to_vec() }.into())
            }
            None => Err(GatewayError::ModelNotFound { model: model.to_owned() }.into()),
        }
    }

    /// What a text means, from memory or else from the database. It is kept as a whole, with what it depends
    /// on: that no configuration has the whole text as its name is not kept by itself.
    async fn meaning(
        &self,
        session: &Session,
        workspace: Option<WorkspaceId>,
        model: &str,
    ) -> Result<Option<Meaning>, CallFailure> {
        let names = &self.calls.names;
        let key = NameKey { caller: session.caller.identity, workspace, model: model.to_owned() };
        if let Some(known) = names.get(&key) {
            return Ok(Some(known));
        }
        let reading = names.begin_reading();
        let actor = Arc::clone(&session.actor);
        let text = model.to_owned();
        let found = self.store.read(move |tx| {
            let owners = callable_owners(&actor, workspace);
            let workspaces = callable_workspaces(&actor, workspace);
            Lookup { tx, actor: &actor, owners, workspaces }.meaning(&text)
        });
        let found = found.await.map_err(Error::from)?;
        if let (Some(basis), Some(found)) = (&session.basis, &found)
            && model.len() <= KEPT
        {
            names.insert(key, found.clone(), reading, MAX_AGE, basis, ConfigBasis::All);
        }
        Ok(found)
    }
}

/// The lookup of names in one transaction.
struct Lookup<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    actor: &'a Actor,
    owners: VisiblePrincipals,
    workspaces: VisibleWorkspaces,
}

impl Lookup<'_, '_> {
    fn meaning(&mut self, text: &str) -> Result<Option<Meaning>, StoreError> {
        let requested = RequestedModel::new(text);
        let Some((name, rest)) = requested.split() else {
            return match requested.whole().parse() {
                Ok(id) => Ok(self.existing(id)?.map(Meaning::Whole)),
                Err(_) => Ok(one_of(self.with_name(requested.whole())?, Meaning::Whole)),
            };
        };
        // The text of an id is never a name, even if the caller may not call the configuration, it stores
        // another model, or it was deleted. Anyone can choose a name, and could otherwise take or block the
        // calls that are meant for an id.
        if let Ok(id) = name.parse() {
            return Ok(self.existing(id)?.map(Meaning::BeforeSlash));
        }
        let whole = self.with_name(requested.whole())?;
        let [whole] = *whole else {
            return Ok(match *whole {
                [] => one_of(self.with_name(name)?, Meaning::BeforeSlash),
                _ => Some(Meaning::Ambiguous(whole.into())),
            });
        };
        if !self.may_call(whole, None)? {
            return Ok(Some(Meaning::Whole(whole)));
        }
        // A colleague may have given a configuration the name by which others mean a model of theirs, and
        // would receive what is meant for that.
        let mut meant = vec![whole];
        for id in self.with_name(name)? {
            if id != whole && self.may_call(id, Some(rest))? {
                meant.push(id);
            }
        }
        Ok(one_of(meant, Meaning::Whole))
    }

    /// The id, if a configuration has it.
    fn existing(&mut self, id: ConfigId) -> Result<Option<ConfigId>, StoreError> {
        Ok(self.tx.find_config(id)?.map(|_| id))
    }

    /// The configurations with this name that the caller may call.
    fn with_name(&mut self, name: &str) -> Result<Vec<ConfigId>, StoreError> {
        let narrowed_to = self.actor.token_scope.configs.as_ref();
        let found = self.tx.configs_named(name, &self.owners, &self.workspaces, narrowed_to, CANDIDATES)?;
        let callable = found.into_iter().filter(|(id, scope)| is_allowed(self.actor, &call_of(*id, *scope)));
        Ok(callable.map(|(id, _)| id).collect())
    }

    /// Whether the caller may call the configuration, with this model of the provider behind its name.
    fn may_call(&mut self, id: ConfigId, rest: Option<&str>) -> Result<bool, StoreError> {
        let Some(config) = self.tx.find_config(id)? else { return Ok(false) };
        let stored = config.settings.model.as_ref().map(ModelId::as_str);
        let takes_model = upstream_model(stored, ModelChoice::BehindName(rest)).is_ok();
        Ok(takes_model && is_allowed(self.actor, &call_of(id, config.scope)))
    }
}

/// The meaning of a text that stands for any of these configurations.
fn one_of(ids: Vec<ConfigId>, meaning: fn(ConfigId) -> Meaning) -> Option<Meaning> {
    match *ids {
        [] => None,
        [id] => Some(meaning(id)),
        _ => Some(Meaning::Ambiguous(ids.into())),
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
