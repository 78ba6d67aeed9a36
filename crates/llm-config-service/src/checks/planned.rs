//! Checks a configuration as a change would make it.

use llm_config_core::access::ConfigAction;
use llm_config_core::id::ConfigId;
use llm_config_core::patch::ConfigPatch;
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_probe::report::{Depth, Report};
use llm_config_store::{CheckTrigger, OpenTargetError, OpenedTarget, StoreError};

use super::run::Probe;
use crate::configs::ScopeFilter;
use crate::error::{Error, Parsed};
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Checks a configuration as it would be after a change. Nothing is stored. The stored secret is
    /// used only if the change keeps its origin.
    ///
    /// `parse` reads the change in the body format of the configuration's scope, after the caller is
    /// authorised.
    pub async fn check_planned(
        &self,
        session: &Session,
        id: ConfigId,
        parse: impl FnOnce(Scope) -> Parsed<(ConfigPatch, Depth)>,
    ) -> Result<Report, Error> {
        let actions = &[ConfigAction::Update, ConfigAction::Ping];
        let config = self.authorize_config(session, ScopeFilter::All, id, actions).await?;
        let (patch, depth) = parse(config.scope)?;
        self.limits.check(session.actor.id, Some(id))?;
        let endpoint = patch.endpoint.as_ref().unwrap_or(&config.settings.endpoint);
        let mut slot = self.slot(session, endpoint).await?;
        // Decides again, as for a stored configuration.
        let opened = self.store.open_planned_target(id, &session.caller, patch, Purpose::Validate).await;
        let opened = match opened {
            Err(OpenTargetError::Store(StoreError::UnconfirmedOrigin(unconfirmed))) => {
                return Err(self.unconfirmed_origin_error(&session.caller, &unconfirmed).await);
            }
            other => other?,
        };
        let OpenedTarget { scope, role, target, credential, pending, .. } = opened;
        slot.confirm(&target.endpoint, &self.limit_metrics)?;
        let prober = &slot.prober(session, role);
        let (scope, target, credential) = (&scope, &target, credential.as_ref());
        let trigger = CheckTrigger::Request;
        self.probe(&slot, prober, Probe { scope, target, credential, pending, depth, trigger }).await
    }
}
