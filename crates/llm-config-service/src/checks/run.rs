//! Runs the checks of an opened target.

use llm_config_core::credential::Credential;
use llm_config_core::endpoint::Endpoint;
use llm_config_core::scope::Scope;
use llm_config_core::target::Target;
use llm_config_probe::Prober;
use llm_config_probe::report::{Depth, Reason, Report};
use llm_config_store::{CheckTrigger, PendingResolution};

use crate::error::Error;
use crate::provider_access::Slot;
use crate::service::Service;
use crate::session::Session;

/// The input of a check, from an opened target: a stored configuration, a planned change or a draft.
pub(super) struct Probe<'a> {
    pub(super) scope: &'a Scope,
    pub(super) target: &'a Target,
    pub(super) credential: Option<&'a Credential>,
    /// For a reference to a secret: the audit event to be completed once it is resolved.
    pub(super) pending: Option<PendingResolution>,
    pub(super) depth: Depth,
    pub(super) trigger: CheckTrigger,
}

impl Service {
    /// Waits for a slot for a call of this session to the host of `endpoint`.
    pub(crate) async fn slot(&self, session: &Session, endpoint: &Endpoint) -> Result<Slot<'_>, Error> {
        self.providers.slot(session.caller.identity.principal(), endpoint, &self.limit_metrics).await
    }

    /// Runs the checks outside of any transaction, and counts the report. Fails with `Busy` if this server's
    /// own congestion prevented a step: such a report is no fact about the configuration.
    pub(super) async fn probe(
        &self,
        slot: &Slot<'_>,
        prober: &Prober,
        probe: Probe<'_>,
    ) -> Result<Report, Error> {
        let Probe { scope, target, credential, pending, depth, trigger } = probe;
        let report = match self.resolve(slot, credential, scope, target, pending).await? {
            Ok(credential) => {
                let (prober, target) = (prober.clone(), target.clone());
                let calls = async move { prober.probe(&target, credential.as_ref(), depth).await };
                self.providers.run(calls).await?
            }
            Err(error) => prober.unresolved(target, depth, error),
        };
        self.metrics.count(trigger, &report);
        if report.reason == Reason::Busy { Err(Error::Busy) } else { Ok(report) }
    }
}
