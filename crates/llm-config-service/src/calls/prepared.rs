//! Opened configurations, as calls need them, in memory for at most ten minutes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use llm_config_core::config::Capability;
use llm_config_core::id::ConfigId;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Purpose;
use llm_config_gateway::echo::EchoScan;
use llm_config_gateway::error::GatewayError;
use llm_config_providers::{Auth, ProviderTarget};
use llm_config_store::{ConfigBasis, OpenTargetError, OpenedTarget};

use super::failure::CallFailure;
use super::memory::{Opened, PreparedCall};
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

/// The longest use of an opened configuration. Then it is opened again, which is audited.
const MAX_AGE: Duration = Duration::from_mins(10);

/// The longest use of a secret that a store of the operator holds, which may replace it at any time.
const MAX_AGE_OF_REFERENCE: Duration = Duration::from_mins(1);

/// The longest use of a refusal. Then it is decided, and audited, again.
const MAX_AGE_OF_REFUSAL: Duration = Duration::from_mins(1);

/// How often what is not used any more is dropped.
const PURGE_INTERVAL: Duration = Duration::from_secs(10);

impl Service {
    /// Drops cache entries that are invalid or too old, opened credentials above all, every ten seconds.
    /// Never ends.
    pub async fn purge_call_caches(&self) -> Infallible {
        loop {
            tokio::time::sleep(PURGE_INTERVAL).await;
            self.calls.purge();
        }
    }

    /// The opened configuration, from memory or else from the database. The opening is audited. Calls of one
    /// caller that need it at the same time open it once.
    pub(super) async fn prepare_call(
        &self,
        session: &Session,
        id: ConfigId,
    ) -> Result<Arc<PreparedCall>, CallFailure> {
        let (cache, key) = (&self.calls.opened, (session.caller.identity, id));
        let known = || cache.get(&key);
        // The fault of this server, for the log of the call that has met it.
        let mut cause = None;
        let opened = if let Some(known) = known() {
            known
        } else {
            // Boxed, so that calls of opened configurations do not carry the large futures.
            let open = async || match Box::pin(self.open(session, id)).await {
                Ok(prepared) => Opened::Ready(prepared),
                Err(failure) => {
                    cause = failure.cause;
                    Opened::Failed(failure.error)
                }
            };
            Box::pin(self.calls.openings.join(&key, known, open)).await
        };
        match opened {
            Opened::Ready(prepared) => Ok(prepared),
            Opened::Failed(error) => Err(CallFailure { config: None, error, cause }),
        }
    }

    async fn open(&self, session: &Session, id: ConfigId) -> Result<Arc<PreparedCall>, CallFailure> {
        let cache = &self.calls.opened;
        let reading = cache.begin_reading();
        let insert = |opened, max_age| {
            if let Some(basis) = &session.basis {
                let key = (session.caller.identity, id);
                cache.insert(key, opened, reading, max_age, basis, ConfigBasis::One(id));
            }
        };
        match self.store.open_target(id, &session.caller, Purpose::Call).await {
            Ok(opened) => {
                let max_age = if opened.pending.is_some() { MAX_AGE_OF_REFERENCE } else { MAX_AGE };
                let prepared = self.prepare(opened).await.inspect_err(|failure| {
                    if is_kept(failure) {
                        insert(Opened::Failed(failure.error.clone()), MAX_AGE_OF_REFUSAL);
                    }
                })?;
                let prepared = Arc::new(prepared);
                insert(Opened::Ready(Arc::clone(&prepared)), max_age);
                Ok(prepared)
            }
            Err(OpenTargetError::Denied(_)) => {
                insert(Opened::Failed(GatewayError::CallNotAllowed), MAX_AGE_OF_REFUSAL);
                Err(GatewayError::CallNotAllowed.into())
            }
            Err(OpenTargetError::NotFound(_)) => {
                Err(GatewayError::ConfigNotFound { id: id.to_string() }.into())
            }
            Err(OpenTargetError::Store(error)) => Err(Error::from(error).into()),
        }
    }

    async fn prepare(&self, opened: OpenedTarget) -> Result<PreparedCall, CallFailure> {
        let OpenedTarget {
            config,
            incarnation,
            role,
            scope,
            target,
            settings,
            call_settings,
            credential,
            pending,
            ..
        } = opened;
        let resolved = match credential {
            Some(credential) if credential.is_inline() => Some(credential),
            Some(reference) => {
                let secrets = self.providers.secrets().ok_or(GatewayError::SecretUnavailable)?;
                let resolved = secrets.resolve(&reference, &scope, &target).await;
                self.record_resolution(pending, resolved.is_ok()).await?;
                Some(resolved.map_err(|error| match error {
                    ResolveError::Refused => GatewayError::SecretUnavailable,
                    ResolveError::Unavailable => {
                        GatewayError::Unavailable { retry_after: GatewayError::RETRY_AFTER }
                    }
                })?)
            }
            None => None,
        };
        let auth = Auth::new(target.provider, resolved.as_ref());
        let (auth, _) = auth.map_err(|_| GatewayError::CredentialMalformed)?;
        let echo = EchoScan::new(&auth.secrets());
        Ok(PreparedCall {
            config,
            incarnation,
            role,
            name: settings.name.as_str().to_owned(),
            settings: call_settings,
            takes_sampling: settings.capabilities.contains(&Capability::SamplingParameters),
            defaults: settings.sampling,
            target: ProviderTarget::owned(target, auth),
            echo,
        })
    }
}

/// Whether a failure is kept in memory: not a fault of this server, and not that a secret store does not
/// respond, which may be over at the next call.
const fn is_kept(failure: &CallFailure) -> bool {
    failure.cause.is_none() && !matches!(failure.error, GatewayError::Unavailable { .. })
}
