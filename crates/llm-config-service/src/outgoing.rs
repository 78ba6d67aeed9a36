//! The way to providers: who may reach what.

use std::sync::Arc;

use llm_config_core::access::OrgRole;
use llm_config_core::credential::Credential;
use llm_config_core::scope::Scope;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;
use llm_config_probe::Prober;
use llm_config_secrets::SecretResolver;
use llm_config_store::{PendingResolution, Resolution};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Error, Service, Session};

/// How many calls to providers run at once; others wait. Each holds a connection and, while its
/// host is looked up, a thread.
const AT_ONCE: usize = 64;

/// The way to providers. Cheap to clone.
#[derive(Clone)]
pub struct ProviderAccess {
    everybody: Prober,
    trusted: Prober,
    secrets: Arc<SecretResolver>,
    slots: Arc<Semaphore>,
}

impl ProviderAccess {
    /// `trusted` makes the checks of callers with a role for the whole organisation, and may reach this
    /// machine where the operator's settings allow it; `everybody` makes those of all others. `secrets`
    /// are resolved for both.
    #[must_use]
    pub fn new(everybody: Prober, trusted: Prober, secrets: SecretResolver) -> Self {
        Self { everybody, trusted, secrets: Arc::new(secrets), slots: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The prober for a caller who has this role now. A request that may have come through a proxy or from
    /// a foreign page does not reach this machine.
    pub(crate) const fn prober(&self, session: &Session, role: OrgRole) -> &Prober {
        match role {
            OrgRole::Owner | OrgRole::Administrators | OrgRole::Workspaces if session.arrival.is_direct() => {
                &self.trusted
            }
            OrgRole::Owner
            | OrgRole::Administrators
            | OrgRole::Workspaces
            | OrgRole::User
            | OrgRole::Billing => &self.everybody,
        }
    }

    /// The prober for background checks.
    pub(crate) const fn background(&self) -> &Prober {
        &self.everybody
    }

    /// Waits for a slot for an outgoing call. To be taken before a credential is opened: no opened secret
    /// waits in memory, and rights are decided shortly before the call.
    pub(crate) async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        self.slots.acquire().await.ok()
    }

    /// The credential in a form that can be sent to `target`, if a grant allows what it refers to.
    pub(crate) async fn resolve(
        &self,
        credential: &Credential,
        scope: &Scope,
        target: &Target,
    ) -> Result<Credential, ResolveError> {
        self.secrets.resolve(credential, scope, target).await
    }
}

impl Service {
    /// The credential in a form that can be sent to `target`. The outcome for one that is not inline is
    /// in the audit log before anything is done with it; where it cannot be written, the secret is not
    /// used.
    pub(crate) async fn resolve(
        &self,
        credential: Option<&Credential>,
        scope: &Scope,
        target: &Target,
        pending: Option<PendingResolution>,
    ) -> Result<Result<Option<Credential>, ResolveError>, Error> {
        let Some(credential) = credential else { return Ok(Ok(None)) };
        let resolved = self.outgoing.resolve(credential, scope, target).await;
        if let Some(opening) = pending {
            let outcome = if resolved.is_ok() { Resolution::Opened } else { Resolution::Refused };
            self.store.record_resolution(opening, outcome).await?;
        }
        Ok(resolved.map(Some))
    }
}
