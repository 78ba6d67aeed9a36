//! Creates a configuration.

use std::sync::Arc;

use llm_config_core::access::Actor;
use llm_config_core::config::{InferredCapability, LlmConfig, NewLlmConfig};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_store::{OneStatement, StoreError, Tx};

use super::authorization::{CREATE_REQUIREMENT, authorize_creation};
use super::details::{ConfigDetails, details_of};
use crate::error::{Error, MissingReference};
use crate::quotas::limit::QuotaReached;
use crate::service::Service;
use crate::session::Session;

/// A configuration that was just stored.
pub struct CreatedConfig {
    /// The configuration.
    pub config: LlmConfig,
    /// The capabilities that the request left open and that were inferred.
    pub inferred: Vec<InferredCapability>,
}

impl Service {
    /// Stores a new configuration of `scope`, under `id` if the caller chose one. Does not call the provider.
    /// `QuotaReached` if the scope, or the installation, has as many as it may have.
    ///
    /// A `scope` of `None` stands for a workspace whose id is invalid. The refusal is the same as for a
    /// workspace that the caller may not write to.
    pub async fn create_config(
        &self,
        session: &Session,
        id: Option<ConfigId>,
        scope: Option<Scope>,
        new: NewLlmConfig,
    ) -> Result<CreatedConfig, Error> {
        let scope = scope.ok_or_else(|| Error::Denied(CREATE_REQUIREMENT.to_owned()))?;
        let (id, new) = (id.unwrap_or_else(|| self.store.new_config_id()), Arc::new(new));
        let inferred = new.inferred.clone();
        let quota = self.config_quota(session, scope).await?;
        let in_one_statement = match quota {
            Ok(()) => self.create_config_in_one_statement(session, id, scope, &new).await?,
            // The transaction refuses it, after it has checked the rights.
            Err(_) => OneStatement::NotCreated,
        };
        let config = match in_one_statement {
            OneStatement::Created(config) => *config,
            OneStatement::NotCreated => {
                self.create_config_and(session, id, scope, quota, new, |_, _, config| Ok(config)).await?
            }
            OneStatement::Unknown => {
                let again = self.create_config_and(session, id, scope, quota, new, |_, _, config| Ok(config));
                // An error may be due to the configuration that the first attempt has stored.
                again.await.map_err(|_| StoreError::Unavailable("the connection was lost".to_owned()))?
            }
        };
        Ok(CreatedConfig { config, inferred })
    }

    /// As [`Self::create_config`], and returns the configuration with its state. Nothing can fail after the
    /// commit.
    pub async fn create_config_with_details(
        &self,
        session: &Session,
        id: Option<ConfigId>,
        scope: Scope,
        new: NewLlmConfig,
    ) -> Result<ConfigDetails, Error> {
        let id = id.unwrap_or_else(|| self.store.new_config_id());
        let quota = self.config_quota(session, scope).await?;
        self.create_config_and(session, id, scope, quota, Arc::new(new), details_of).await
    }

    /// Creates a configuration in one statement, if the rights of the session allow it and are still current.
    async fn create_config_in_one_statement(
        &self,
        session: &Session,
        id: ConfigId,
        scope: Scope,
        new: &Arc<NewLlmConfig>,
    ) -> Result<OneStatement, Error> {
        let Session { caller, actor, basis, arrival: _, signed_in_at: _ } = session;
        let is_scope_checked = match scope {
            // That another owner exists, only a transaction checks.
            Scope::Owner(owner) => owner == actor.id,
            // A foreign key checks it.
            Scope::Workspace(_) => true,
        };
        let is_allowed = authorize_creation(actor, scope).is_ok();
        match basis {
            Some(basis) if is_scope_checked && is_allowed => Ok(self
                .store
                .create_config_in_one_statement(id, scope, Arc::clone(new), caller, basis)
                .await?),
            Some(_) | None => Ok(OneStatement::NotCreated),
        }
    }

    /// Creates a configuration; `result` runs in the same transaction.
    async fn create_config_and<T: Send + 'static>(
        &self,
        session: &Session,
        id: ConfigId,
        scope: Scope,
        quota: Result<(), QuotaReached>,
        new: Arc<NewLlmConfig>,
        result: fn(&mut Tx<'_>, &Actor, LlmConfig) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let caller = session.caller.clone();
        self.store
            .write_as(&session.caller, move |tx| {
                let actor = tx.actor(&caller)?;
                authorize_creation(&actor, scope)?;
                require_scope(tx, &actor, scope)?;
                quota?;
                let config = tx.create_config(id, scope, &new, &caller)?;
                result(tx, &actor, config)
            })
            .await
    }
}

/// Succeeds if the owner or the workspace exists.
pub(crate) fn require_scope(tx: &mut Tx<'_>, actor: &Actor, scope: Scope) -> Result<(), Error> {
    match scope {
        // The transaction has read them. The operator is no user.
        Scope::Owner(owner) if owner == actor.id && owner != PrincipalId::OPERATOR => Ok(()),
        Scope::Owner(owner) => match tx.find_user(owner)? {
            Some(_) => Ok(()),
            None => Err(Error::Missing(MissingReference::Owner)),
        },
        Scope::Workspace(workspace) => match tx.find_workspace(workspace)? {
            Some(_) => Ok(()),
            // The sentence for a workspace that the caller may not write to: an outsider does not learn
            // which workspaces exist.
            None => Err(Error::Denied(CREATE_REQUIREMENT.to_owned())),
        },
    }
}
