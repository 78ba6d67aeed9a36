//! The models that a token may call. No credential is opened for them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use llm_config_core::config::LlmConfig;
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_core::provider::Provider;
use llm_config_core::text::ModelId;
use llm_config_core::time::Timestamp;
use llm_config_gateway::Dialect;
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::model_name::{ModelChoice, RequestedModel, upstream_model};
use llm_config_store::Position;

use super::answer::Answer;
use super::failure::CallFailure;
use super::incoming::ConfigNaming;
use super::names::{call_of, callable_owners, callable_workspaces};
use super::slots::CallSlot;
use crate::config_filter::configs_of;
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// How many rows are read at once.
const PAGE: u16 = 500;

/// A model that a token may call.
#[derive(Clone, Debug)]
pub struct CallableModel {
    /// What requests name: the name of the configuration, or its id if the name does not mean it alone.
    pub id: String,
    /// The name of the configuration.
    pub name: String,
    /// The kind of service that is called.
    pub provider: Provider,
    /// When the configuration was created.
    pub created: Timestamp,
}

/// The models that a token may call.
pub enum CallableModels {
    /// Those of configurations.
    Known {
        /// The models, in the order in which their configurations were created.
        models: Vec<CallableModel>,
        /// Whether the token may call more than one list has.
        has_more: bool,
    },
    /// The list of the provider, whose configuration names no model.
    OfProvider(Box<Answer>),
}

impl Service {
    /// The models that the caller may call: those of all configurations, or those of the one that the URL
    /// names. `page` has the parameters of the list, for a provider's own. Dropping the future ends the
    /// request to the provider.
    pub async fn callable_models(
        &self,
        session: &Session,
        slot: &mut CallSlot,
        dialect: Dialect,
        naming: ConfigNaming,
        page: &[(String, String)],
    ) -> Result<CallableModels, CallFailure> {
        let id = match naming {
            ConfigNaming::InModel { workspace } => {
                return self.models_of_configs(session, slot.most_models(), workspace).await;
            }
            ConfigNaming::InUrl(id) => id,
        };
        let config = self.callable_config(session, id).await?;
        if config.settings.model.is_none() {
            return Box::pin(self.provider_list(session, slot, id, dialect, page)).await;
        }
        let name = config.settings.name.as_str().to_owned();
        Ok(CallableModels::Known { models: vec![model(&config, name)], has_more: false })
    }

    /// A model that the caller may call.
    pub async fn callable_model(
        &self,
        session: &Session,
        naming: ConfigNaming,
        name: &str,
    ) -> Result<CallableModel, CallFailure> {
        let (id, rest) = match naming {
            ConfigNaming::InUrl(id) => (id, None),
            ConfigNaming::InModel { workspace } => {
                let named = self.resolve_model(session, workspace, name).await?;
                (named.id, named.rest)
            }
        };
        let config = self.callable_config(session, id).await?;
        let choice = match naming {
            ConfigNaming::InUrl(_) => {
                ModelChoice::BesideUrl { model: Some(name), id: &id, name: config.settings.name.as_str() }
            }
            ConfigNaming::InModel { .. } => ModelChoice::BehindName(rest),
        };
        match upstream_model(stored_model(&config), choice) {
            // A configuration without a model is listed under its name alone.
            Ok(_) | Err(GatewayError::ModelRequired) => Ok(model(&config, name.to_owned())),
            Err(error) => Err(CallFailure { config: Some(id), ..error.into() }),
        }
    }

    /// The configuration of that id, if the caller may call it.
    async fn callable_config(&self, session: &Session, id: ConfigId) -> Result<Arc<LlmConfig>, CallFailure> {
        let config = self.store.config(id).await.map_err(Error::from)?;
        let config = config.ok_or_else(|| GatewayError::ConfigNotFound { id: id.to_string() })?;
        if !is_allowed(&session.actor, &call_of(id, config.scope)) {
            return Err(GatewayError::CallNotAllowed.into());
        }
        Ok(config)
    }

    async fn models_of_configs(
        &self,
        session: &Session,
        most: usize,
        workspace: Option<WorkspaceId>,
    ) -> Result<CallableModels, CallFailure> {
        let actor = Arc::clone(&session.actor);
        let filter = configs_of(
            callable_owners(&actor, workspace),
            callable_workspaces(&actor, workspace),
            actor.token_scope.configs.clone(),
        );
        let found = self.store.read(move |tx| {
            let (mut found, mut after) = (Vec::new(), Some(Position::START));
            while let Some(position) = after.filter(|_| found.len() <= most) {
                let page = tx.list_page(&filter, position, PAGE)?;
                after = page.next;
                let configs = page.rows.iter().filter_map(|row| row.config.intact());
                let callable = configs.filter(|config| is_allowed(&actor, &call_of(config.id, config.scope)));
                found.extend(callable.map(Callable::new));
            }
            Ok::<_, Error>(found)
        });
        let mut found = found.await?;
        let has_more = found.len() > most;
        found.truncate(most);
        Ok(CallableModels::Known { models: named(found), has_more })
    }
}

/// A configuration that a token may call.
struct Callable {
    config: ConfigId,
    model: CallableModel,
    /// The stored model.
    stored: Option<String>,
}

impl Callable {
    fn new(config: &LlmConfig) -> Self {
        Self {
            config: config.id,
            model: model(config, config.id.to_string()),
            stored: stored_model(config).map(str::to_owned),
        }
    }
}

/// Lists each model by the name of its configuration, or by its id where the name may mean another
/// configuration too.
fn named(callable: Vec<Callable>) -> Vec<CallableModel> {
    let mut names: HashMap<&str, Vec<&Callable>> = HashMap::new();
    for callable in &callable {
        names.entry(&callable.model.name).or_default().push(callable);
    }
    let is_unique = |callable: &&Callable| {
        let name = &callable.model.name;
        let is_alone = names.get(name.as_str()).is_some_and(|named| named.len() == 1);
        let is_rival = |rival: &Callable, rest| {
            let choice = ModelChoice::BehindName(Some(rest));
            rival.config != callable.config && upstream_model(rival.stored.as_deref(), choice).is_ok()
        };
        let split = RequestedModel::new(name).split();
        let has_rival = split.is_some_and(|(part, rest)| {
            names.get(part).into_iter().flatten().any(|rival| is_rival(rival, rest))
        });
        // An id comes before a name, whether or not the caller may call it.
        let begins_with_id = split.map_or(name.as_str(), |(part, _)| part).parse::<ConfigId>().is_ok();
        is_alone && !has_rival && !begins_with_id
    };
    let unique: HashSet<ConfigId> =
        callable.iter().filter(is_unique).map(|callable| callable.config).collect();
    let under_name = |Callable { config, mut model, .. }: Callable| {
        if unique.contains(&config) {
            model.id.clone_from(&model.name);
        }
        model
    };
    callable.into_iter().map(under_name).collect()
}

fn model(config: &LlmConfig, id: String) -> CallableModel {
    let name = config.settings.name.as_str().to_owned();
    CallableModel { id, name, provider: config.settings.provider, created: config.created.at }
}

fn stored_model(config: &LlmConfig) -> Option<&str> {
    config.settings.model.as_ref().map(ModelId::as_str)
}
