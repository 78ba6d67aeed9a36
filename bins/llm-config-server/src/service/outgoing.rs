//! The way to providers: who may reach what.

use std::sync::Arc;

use llm_config_core::access::OrgRole;
use llm_config_core::config::Scope;
use llm_config_core::credential::Credential;
use llm_config_core::target::Target;
use llm_config_probe::Prober;
use llm_config_probe::ping::{Ping, Pong};
use llm_config_probe::report::{Depth, Report};
use llm_config_probe::sources::Granted;
use llm_config_store::OpenedTarget;
use tokio::sync::Semaphore;

use super::Session;

/// How many calls to providers run at once; others wait. Each holds a connection and, while its
/// host is looked up, a thread.
const AT_ONCE: usize = 64;

/// The way to providers. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    everybody: Prober,
    trusted: Prober,
    secrets: Arc<Granted>,
    slots: Arc<Semaphore>,
}

impl Outgoing {
    /// `everybody` is what anybody's checks go through; `trusted` what the checks go through of
    /// callers with a role for the whole organisation, who may reach this machine too where the
    /// operator's settings allow it. `secrets` are resolved for both.
    #[must_use]
    pub fn new(everybody: Prober, trusted: Prober, secrets: Granted) -> Self {
        Self { everybody, trusted, secrets: Arc::new(secrets), slots: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// What the checks of a caller go through who has this role now. A request that a proxy or a web
    /// page may have sent may come from anywhere, so that it does not reach this machine.
    pub(super) const fn prober(&self, session: &Session, role: OrgRole) -> &Prober {
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

    /// What the checks go through that nobody asked for.
    pub(super) const fn background(&self) -> &Prober {
        &self.everybody
    }

    /// Calls the model of `opened` once through `prober`.
    pub(super) async fn ping(
        &self,
        prober: &Prober,
        OpenedTarget { scope, target, credential, .. }: &OpenedTarget,
        ping: &Ping,
    ) -> Pong {
        let _slot = self.slots.acquire().await;
        let Some(credential) = credential else { return prober.ping(target, None, ping).await };
        match self.secrets.resolve(credential, scope, target).await {
            Ok(resolved) => prober.ping(target, Some(&resolved), ping).await,
            Err(error) => prober.unsent(target, error, ping),
        }
    }

    /// Checks `target` through `prober`, with the secret that a reference leads to.
    pub(super) async fn check(
        &self,
        prober: &Prober,
        scope: &Scope,
        target: &Target,
        credential: Option<&Credential>,
        depth: Depth,
    ) -> Report {
        let _slot = self.slots.acquire().await;
        let Some(credential) = credential else { return prober.probe(target, None, depth).await };
        match self.secrets.resolve(credential, scope, target).await {
            Ok(resolved) => prober.probe(target, Some(&resolved), depth).await,
            Err(error) => prober.unresolved(target, depth, error),
        }
    }
}
