//! Calls a model once.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use llm_config_core::access::ConfigAction;
use llm_config_core::target::Purpose;
use llm_config_probe::ping;
use llm_config_store::OpenedTarget;
use tokio::time::Instant;

use super::ping::{Ping, PingOutcome};
use crate::configs::ScopeFilter;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Calls the model of a configuration once, with its stored credential. Fails with `Busy` if this server
    /// is too busy to call it; in a series, such a ping is one that failed.
    pub async fn ping(&self, session: &Session, ping: &Ping) -> Result<PingOutcome, Error> {
        self.authorize_config(session, ScopeFilter::Owners, ping.target, &[ConfigAction::Ping]).await?;
        self.limits.pings(session.actor.id, ping.target, 1)?;
        let outcome = self.ping_now(session, ping, 1).await?;
        if outcome.result.is_busy() { Err(Error::Busy) } else { Ok(outcome) }
    }

    /// Makes the `number`-th ping of a series.
    ///
    /// Each ping opens the credential anew, so a right that is withdrawn during a series ends the series.
    pub(super) async fn ping_now(
        &self,
        session: &Session,
        ping: &Ping,
        number: u32,
    ) -> Result<PingOutcome, Error> {
        let caller = session.actor.id;
        self.held_time.require_credit(caller, Instant::now()).inspect_err(|_| {
            self.limit_metrics.count("ping_seconds_of_caller");
        })?;
        let config = self.store.config(ping.target).await?.ok_or(Error::NotFound("configuration"))?;
        let mut slot = self.slot(session, &config.settings.endpoint).await?;
        let _held = self.held_time.hold(caller);
        let opened = self.store.open_target(ping.target, &session.caller, Purpose::Ping).await?;
        slot.confirm(&opened.target.endpoint, &self.limit_metrics)?;
        // By the current role: it may have changed since the start of the series.
        let prober = slot.prober(session, opened.role);
        let OpenedTarget { scope, target, credential, pending, .. } = opened;
        let resolved = self.resolve(&slot, credential.as_ref(), &scope, &target, pending).await?;
        let (message, timeout) = (ping.message.clone(), ping.timeout);
        let request = ping::Ping { message, timeout, now: self.wall_clock() };
        let provider = target.provider;
        let result = match resolved {
            Ok(credential) => {
                let calls = async move { prober.ping(&target, credential.as_ref(), &request).await };
                self.providers.run(calls).await?
            }
            Err(error) => prober.unsent(&target, error, &request),
        };
        Ok(PingOutcome { number, provider, result })
    }

    /// The time of the store's clock.
    pub(crate) fn wall_clock(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(self.now().as_micros().unsigned_abs())
    }
}
