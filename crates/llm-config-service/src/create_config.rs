//! To store a new configuration.

use llm_config_core::access::{Action, ConfigAction, Decision, decide};
use llm_config_core::config::{InferredCapability, LlmConfig, NewLlmConfig};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;

use crate::{Error, MissingReference, Service, Session};

/// A new configuration of an owner.
pub struct CreateConfig {
    /// An id that the caller chose.
    pub id: Option<ConfigId>,
    /// Whose it will be; the caller's without one.
    pub owner: Option<PrincipalId>,
    /// What it is.
    pub new: NewLlmConfig,
}

/// What was stored.
pub struct Created {
    /// The configuration.
    pub config: LlmConfig,
    /// What was assumed because nobody stated it.
    pub inferred: Vec<InferredCapability>,
}

impl Service {
    /// Stores a new configuration of an owner. Does not contact the provider.
    pub async fn create_config(&self, session: &Session, request: CreateConfig) -> Result<Created, Error> {
        let caller = session.caller.clone();
        let CreateConfig { id, owner, new } = request;
        let id = id.unwrap_or_else(|| self.store.new_config_id());
        let owner = owner.unwrap_or(session.actor.id);
        let inferred = new.inferred.clone();
        let config = self
            .store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                let scope = Scope::Owner(owner);
                if decide(&actor, &Action::Config(ConfigAction::Create, scope)) != Decision::Allow {
                    return Err(Error::Denied(if owner == actor.id {
                        "creating a configuration needs the permission CREATE_LLM_OWN"
                    } else {
                        "creating a configuration for another owner needs the permissions CREATE_LLM_ANY and \
                         READ_LLM_ANY"
                    }));
                }
                tx.find_user(owner)?.ok_or(Error::Missing(MissingReference::Owner))?;
                Ok(tx.create_config(id, scope, &new, &caller)?)
            })
            .await?;
        Ok(Created { config, inferred })
    }
}
