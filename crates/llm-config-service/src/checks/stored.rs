//! Checks a stored configuration and keeps the report.

use llm_config_core::access::ConfigAction;
use llm_config_core::caller::Caller;
use llm_config_core::id::ConfigId;
use llm_config_core::target::Purpose;
use llm_config_probe::Prober;
use llm_config_probe::report::{Depth, Reason, Report, Usable};
use llm_config_store::{CheckReport, CheckTrigger, NewCheck, OpenedTarget, RecordedCheck, Verdict};

use super::run::Probe;
use super::verdict::log_change;
use crate::configs::ScopeFilter;
use crate::error::{Error, Parsed};
use crate::provider_access::Slot;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Checks a configuration as it is stored, and keeps the report. Changes nothing else.
    pub async fn check(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        depth: Parsed<Depth>,
    ) -> Result<Report, Error> {
        let config = self.authorize_config(session, filter, id, &[ConfigAction::Ping]).await?;
        let depth = depth?;
        self.limits.check(session.actor.id, Some(id))?;
        let mut slot = self.slot(session, &config.settings.endpoint).await?;
        // Decides again: rights may have changed while the call waited for its slot, and a decision is
        // binding only in the transaction that opens the credential.
        let opened = self.store.open_target(id, &session.caller, Purpose::Validate).await?;
        slot.confirm(&opened.target.endpoint, &self.limit_metrics)?;
        let prober = slot.prober(session, opened.role);
        self.check_opened(&slot, &prober, &session.caller, opened, depth, CheckTrigger::Request).await
    }

    /// Checks an opened target, and keeps the report unless the configuration changed meanwhile.
    pub(super) async fn check_opened(
        &self,
        slot: &Slot<'_>,
        prober: &Prober,
        caller: &Caller,
        opened: OpenedTarget,
        depth: Depth,
        trigger: CheckTrigger,
    ) -> Result<Report, Error> {
        let OpenedTarget { config, incarnation, revision, opened_at, scope, target, .. } = opened;
        let (credential, pending) = (opened.credential, opened.pending);
        let (scope, target) = (&scope, &target);
        let probe = Probe { scope, target, credential: credential.as_ref(), pending, depth, trigger };
        let report = self.probe(slot, prober, probe).await?;
        // Overwritten in memory before the wait for the database.
        drop(credential);
        let json = report.to_json();
        let Some(verdict) = Verdict::from_report(&json) else {
            tracing::error!(config = %config, "a report without a verdict cannot be kept");
            return Ok(report);
        };
        let kept = match CheckReport::try_from(json) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(config = %config, error = %error, "a report cannot be kept");
                return Ok(report);
            }
        };
        let new = NewCheck {
            config,
            incarnation,
            revision,
            at: opened_at,
            trigger,
            checked_by: caller.identity.principal(),
            works: availability(&report, trigger),
            verdict,
            report: kept,
        };
        match self.store.write(move |tx| Ok::<_, Error>(tx.record_check(&new)?)).await? {
            RecordedCheck::Stored(Some(change)) => log_change(config, &report, trigger, &change),
            RecordedCheck::Stored(None) => {}
            RecordedCheck::Outdated => {
                tracing::info!(%config, "the report is dropped: the configuration changed during the check");
            }
        }
        Ok(report)
    }
}

/// Whether the configuration is available, according to the report.
///
/// `None` after a check of reachability only, after an inconclusive background check, and if the network
/// policy forbade the call: that is a fact about the caller or this server, not about the provider.
fn availability(report: &Report, trigger: CheckTrigger) -> Option<bool> {
    if report.reason == Reason::BlockedByPolicy {
        return None;
    }
    match (report.depth, report.usable, trigger) {
        (Depth::Credential | Depth::Inference, Usable::Yes, _) => Some(true),
        (Depth::Credential | Depth::Inference, Usable::No, _)
        | (Depth::Credential | Depth::Inference, Usable::Unknown, CheckTrigger::Request) => Some(false),
        (Depth::Reach, _, _)
        | (Depth::Credential | Depth::Inference, Usable::Unknown, CheckTrigger::Background) => None,
    }
}
