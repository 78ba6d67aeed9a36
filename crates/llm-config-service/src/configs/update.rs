//! Changes a configuration.

use llm_config_core::access::{Actor, ConfigAction};
use llm_config_core::config::{LlmConfig, Precondition};
use llm_config_core::id::ConfigId;
use llm_config_core::patch::ConfigPatch;
use llm_config_store::{StoreError, Tx};

use super::authorization::authorized_config;
use super::details::{ConfigDetails, details_of};
use super::origin::unconfirmed_origin_errors;
use super::scope_filter::ScopeFilter;
use crate::error::{Error, Parsed};
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Changes a configuration: the whole patch, or nothing. An empty patch changes nothing.
    pub async fn update_config(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        precondition: Parsed<Precondition>,
        patch: Parsed<ConfigPatch>,
    ) -> Result<LlmConfig, Error> {
        self.update_config_and(session, (filter, id), precondition, patch, |_, _, config| Ok(config)).await
    }

    /// As [`Self::update_config`], and returns the configuration with its state. Nothing can fail after the
    /// commit.
    pub async fn update_config_with_details(
        &self,
        session: &Session,
        id: ConfigId,
        precondition: Precondition,
        patch: ConfigPatch,
    ) -> Result<ConfigDetails, Error> {
        let config = (ScopeFilter::All, id);
        self.update_config_and(session, config, Ok(precondition), Ok(patch), details_of).await
    }

    /// Changes a configuration; `result` runs in the same transaction.
    async fn update_config_and<T: Send + 'static>(
        &self,
        session: &Session,
        (filter, id): (ScopeFilter, ConfigId),
        precondition: Parsed<Precondition>,
        patch: Parsed<ConfigPatch>,
        result: fn(&mut Tx<'_>, &Actor, LlmConfig) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let caller = session.caller.clone();
        self.store
            .write_as(&session.caller, move |tx| {
                let actor = tx.actor(&caller)?;
                let current = authorized_config(tx, &actor, filter, id, &[ConfigAction::Update])?;
                require(&precondition, &current)?;
                let patch = patch.as_ref().map_err(Clone::clone)?;
                if patch.fields().is_empty() {
                    return result(tx, &actor, current);
                }
                match tx.update_config(&current, patch, &caller) {
                    Err(StoreError::UnconfirmedOrigin(unconfirmed)) => {
                        Err(Error::Invalid(unconfirmed_origin_errors(tx, &actor, &unconfirmed)?))
                    }
                    other => result(tx, &actor, other?),
                }
            })
            .await
    }
}

/// `Stale` if the request expects another state of the configuration.
pub(super) fn require(precondition: &Parsed<Precondition>, current: &LlmConfig) -> Result<(), Error> {
    let precondition = precondition.as_ref().map_err(Clone::clone)?;
    if precondition.holds(current.version()) { Ok(()) } else { Err(Error::Stale) }
}
