//! Resolves references to secrets and records the outcome.

use llm_config_core::credential::Credential;
use llm_config_core::scope::Scope;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;
use llm_config_store::{PendingResolution, Resolution};

use crate::error::Error;
use crate::provider_access::Slot;
use crate::service::Service;

impl Service {
    /// The credential in a form that can be sent to `target`.
    ///
    /// For a credential that is not inline, the audit event is committed before this returns. If it cannot be
    /// written, the secret is not used.
    pub(crate) async fn resolve(
        &self,
        slot: &Slot<'_>,
        credential: Option<&Credential>,
        scope: &Scope,
        target: &Target,
        pending: Option<PendingResolution>,
    ) -> Result<Result<Option<Credential>, ResolveError>, Error> {
        let Some(credential) = credential else { return Ok(Ok(None)) };
        let resolved = slot.resolve(credential, scope, target).await;
        self.record_resolution(pending, resolved.is_ok()).await?;
        Ok(resolved.map(Some))
    }

    /// Records whether a reference was resolved, where the opening of a credential has left that open.
    pub(crate) async fn record_resolution(
        &self,
        pending: Option<PendingResolution>,
        is_resolved: bool,
    ) -> Result<(), Error> {
        if let Some(opening) = pending {
            let outcome = if is_resolved { Resolution::Opened } else { Resolution::Refused };
            self.store.record_resolution(opening, outcome).await?;
        }
        Ok(())
    }
}
