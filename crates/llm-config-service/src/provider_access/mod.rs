//! Access to providers: the network policy of a caller, the secrets behind references, and slots for calls.

mod slots;

use std::panic;
use std::sync::Arc;

use llm_config_core::access::OrgRole;
use llm_config_core::credential::Credential;
use llm_config_core::endpoint::Endpoint;
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;
use llm_config_egress::{Guard, LookupOwner};
use llm_config_probe::Prober;
use llm_config_secrets::SecretResolver;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::error::Error;
use crate::limit_metrics::LimitMetrics;
use crate::session::Session;
pub(crate) use slots::{BACKGROUND, Host};
use slots::{Permit, Share, Slots};

/// The means to call providers. Cheap to clone.
#[derive(Clone)]
pub struct ProviderAccess {
    enabled: Option<Arc<Enabled>>,
    /// The runtime of checks and pings; that of their callers without one.
    runtime: Option<Handle>,
}

struct Enabled {
    default_prober: Prober,
    trusted_prober: Prober,
    secrets: SecretResolver,
    slots: Slots,
}

impl ProviderAccess {
    /// `trusted_prober` serves direct requests of callers with an organisation-wide role, and may reach this
    /// machine if the operator's settings allow it; `default_prober` serves all others. `secrets` resolves
    /// references for both.
    #[must_use]
    pub fn new(default_prober: Prober, trusted_prober: Prober, secrets: SecretResolver) -> Self {
        let slots = Slots::default();
        let enabled = Enabled { default_prober, trusted_prober, secrets, slots };
        Self { enabled: Some(Arc::new(enabled)), runtime: None }
    }

    /// The same access, whose checks and pings run on another runtime than that of their callers: what a
    /// hostile answer costs to read is not paid by the threads that serve requests.
    #[must_use]
    pub fn with_runtime(self, runtime: Handle) -> Self {
        Self { runtime: Some(runtime), ..self }
    }

    /// No access: every use case that calls a provider fails with `Denied`.
    #[must_use]
    pub const fn disabled() -> Self {
        Self { enabled: None, runtime: None }
    }

    /// The client for model calls of a caller whose current role is `role`; `None` without access.
    pub(crate) fn guard(&self, session: &Session, role: OrgRole) -> Option<Guard> {
        let owner = lookup_owner(session);
        self.enabled.as_deref().map(|access| access.prober(session, role).guard().for_lookup_owner(owner))
    }

    /// What resolves references to secrets; `None` without access.
    pub(crate) fn secrets(&self) -> Option<&SecretResolver> {
        self.enabled.as_deref().map(|access| &access.secrets)
    }

    /// Waits for a slot for a call to the host of `endpoint`, at most two seconds: `TooMany` if the caller or
    /// the host has as many calls as it may have, or the server has.
    ///
    /// A use case takes the slot before it opens a credential, so that no opened secret waits in memory and
    /// rights are decided shortly before the call.
    pub(crate) async fn slot(
        &self,
        caller: PrincipalId,
        endpoint: &Endpoint,
        metrics: &LimitMetrics,
    ) -> Result<Slot<'_>, Error> {
        let access = self.enabled()?;
        let permit = access.slots.take(caller, Host::new(endpoint)).await;
        let permit = permit.map_err(|share| refused(share, metrics))?;
        Ok(Slot { access, permit: Some(permit) })
    }

    /// The slot of a background check.
    pub(crate) fn background_slot(&self) -> Result<Slot<'_>, Error> {
        Ok(Slot { access: self.enabled()?, permit: None })
    }

    /// Runs the calls of a check or a ping, and reads the answers, on the runtime for them. Dropping the
    /// future ends the calls.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        calls: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        let Some(runtime) = &self.runtime else { return Ok(calls.await) };
        let mut tasks = JoinSet::new();
        tasks.spawn_on(calls, runtime);
        match tasks.join_next().await {
            Some(Ok(output)) => Ok(output),
            Some(Err(error)) if error.is_panic() => panic::resume_unwind(error.into_panic()),
            // The runtime has ended, and with it this program soon.
            Some(Err(_)) | None => Err(Error::Busy),
        }
    }

    fn enabled(&self) -> Result<&Enabled, Error> {
        self.enabled
            .as_deref()
            .ok_or_else(|| Error::Denied("this program does not call providers".to_owned()))
    }
}

fn refused(share: Share, metrics: &LimitMetrics) -> Error {
    metrics.count(share.label());
    share.into()
}

/// Whose share of lookups the calls of a session use.
fn lookup_owner(session: &Session) -> LookupOwner {
    LookupOwner::new(session.caller.identity.principal().as_uuid().as_u128())
}

/// The permission to make one call at a time.
pub(crate) struct Slot<'a> {
    access: &'a Enabled,
    /// `None` for a background check.
    permit: Option<Permit<'a>>,
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
    /// Counts the call for the host of the opened target, whose endpoint may have changed since the slot was
    /// taken.
    pub(crate) fn confirm(&mut self, opened: &Endpoint, metrics: &LimitMetrics) -> Result<(), Error> {
        let Some(permit) = &mut self.permit else { return Ok(()) };
        permit.move_to(Host::new(opened)).map_err(|share| refused(share, metrics))
    }

    /// The prober for a caller whose current role is `role`.
    pub(crate) fn prober(&self, session: &Session, role: OrgRole) -> Prober {
        self.access.prober(session, role).for_lookup_owner(lookup_owner(session))
    }

    /// The prober for background checks of a configuration of `scope`.
    pub(crate) fn background_prober(&self, scope: &Scope) -> Prober {
        let owner = match scope {
            Scope::Owner(id) => id.as_uuid(),
            Scope::Workspace(id) => id.as_uuid(),
        };
        self.access.default_prober.for_lookup_owner(LookupOwner::new(owner.as_u128()))
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

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use tokio::runtime::Builder;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn run_with_runtime_uses_its_threads_and_ends_when_dropped() {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("providers").build().unwrap();
        let access = ProviderAccess::disabled().with_runtime(runtime.handle().clone());
        let name = access.run(async { thread::current().name().map(str::to_owned) }).await;
        assert_eq!(name.ok().flatten().as_deref(), Some("providers"));

        let (held, released) = oneshot::channel::<()>();
        let hanging = access.run(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        assert!(tokio::time::timeout(Duration::from_millis(10), hanging).await.is_err());
        assert!(released.await.is_err(), "the calls ended with the future");

        runtime.shutdown_background();
        assert!(matches!(access.run(async {}).await, Err(Error::Busy)));
    }

    #[tokio::test]
    async fn run_without_runtime_uses_the_thread_of_the_caller() {
        let own = thread::current().id();
        let used = ProviderAccess::disabled().run(async { thread::current().id() }).await;
        assert!(used.is_ok_and(|used| used == own));
    }
}
