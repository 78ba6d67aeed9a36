//! Access to providers: the network policy of a caller, the secrets behind references, and slots for calls.

use std::sync::Arc;

use llm_config_core::access::OrgRole;
use llm_config_core::credential::Credential;
use llm_config_core::scope::Scope;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;
use llm_config_egress::Guard;
use llm_config_probe::Prober;
use llm_config_secrets::SecretResolver;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::Error;
use crate::session::Session;

/// How many calls to providers run at once; further calls wait. Each call holds a connection and, while its
/// host name is resolved, a thread.
const SLOTS: usize = 64;

/// The means to call providers. Cheap to clone.
#[derive(Clone)]
pub struct ProviderAccess(Option<Arc<Enabled>>);

struct Enabled {
    default_prober: Prober,
    trusted_prober: Prober,
    secrets: SecretResolver,
    slots: Semaphore,
}

impl ProviderAccess {
    /// `trusted_prober` serves direct requests of callers with an organisation-wide role, and may reach this
    /// machine if the operator's settings allow it; `default_prober` serves all others. `secrets` resolves
    /// references for both.
    #[must_use]
    pub fn new(default_prober: Prober, trusted_prober: Prober, secrets: SecretResolver) -> Self {
        let slots = Semaphore::new(SLOTS);
        Self(Some(Arc::new(Enabled { default_prober, trusted_prober, secrets, slots })))
    }

    /// No access: every use case that calls a provider fails with `Denied`.
    #[must_use]
    pub const fn disabled() -> Self {
        Self(None)
    }

    /// The client for model calls of a caller whose current role is `role`; `None` without access.
    pub(crate) fn guard(&self, session: &Session, role: OrgRole) -> Option<&Guard> {
        self.0.as_deref().map(|access| access.prober(session, role).guard())
    }

    /// What resolves references to secrets; `None` without access.
    pub(crate) fn secrets(&self) -> Option<&SecretResolver> {
        self.0.as_deref().map(|access| &access.secrets)
    }

    /// Waits for a slot for a call. A use case takes the slot before it opens a credential, so that no opened
    /// secret waits in memory and rights are decided shortly before the call.
    pub(crate) async fn slot(&self) -> Result<Slot<'_>, Error> {
        match &self.0 {
            // The semaphore is never closed, so there is always a permit.
            Some(access) => Ok(Slot { access, _permit: access.slots.acquire().await.ok() }),
            None => Err(Error::Denied("this program does not call providers".to_owned())),
        }
    }
}

/// The permission to make one call at a time.
pub(crate) struct Slot<'a> {
    access: &'a Enabled,
    _permit: Option<SemaphorePermit<'a>>,
}

impl Enabled {
    /// The prober for a caller whose current role is `role`. A request that may have come through a proxy,
    /// or from a web page of another origin, does not reach this machine.
    fn prober(&self, session: &Session, role: OrgRole) -> &Prober {
        match role {
            OrgRole::Owner | OrgRole::Administrators | OrgRole::Workspaces if session.arrival.is_direct() => {
                &self.trusted_prober
            }
            OrgRole::Owner
            | OrgRole::Administrators
            | OrgRole::Workspaces
            | OrgRole::User
            | OrgRole::Billing => &self.default_prober,
        }
    }
}

impl Slot<'_> {
    /// The prober for a caller whose current role is `role`.
    pub(crate) fn prober(&self, session: &Session, role: OrgRole) -> &Prober {
        self.access.prober(session, role)
    }

    /// The prober for background checks.
    pub(crate) fn background_prober(&self) -> &Prober {
        &self.access.default_prober
    }

    /// The credential in a form that can be sent to `target`, if a grant allows its reference.
    pub(crate) async fn resolve(
        &self,
        credential: &Credential,
        scope: &Scope,
        target: &Target,
    ) -> Result<Credential, ResolveError> {
        self.access.secrets.resolve(credential, scope, target).await
    }
}
