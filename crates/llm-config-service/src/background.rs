//! Checks that nobody asked for: every configuration once in an interval, by one replica at a
//! time, for no tokens.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;

use llm_config_core::caller::Caller;
use llm_config_core::id::ConfigId;
use llm_config_core::target::Purpose;
use llm_config_core::time::Timestamp;
use llm_config_probe::report::Depth;
use llm_config_store::{CheckTrigger, OpenTargetError, Tx};

use crate::{Error, Service};

/// How long a replica has a configuration for itself: longer than a check takes.
const LEASE: Duration = Duration::from_mins(2);
/// How many configurations a replica takes at once.
const BATCH: u32 = 8;
/// How long to wait, at most, before looking for what is due.
const LOOK: Duration = Duration::from_secs(30);

impl Service {
    /// Checks every configuration once in `every`, until the future is dropped. `replica` is a
    /// name that no other server on the database has.
    ///
    /// These checks reach what anybody's may reach; so a configuration on this machine is only
    /// checked where the operator lists its host.
    pub async fn check_in_background(&self, every: Duration, replica: String) {
        loop {
            let due = self.claim(every, &replica).await;
            let is_idle = due.is_empty();
            // At once, so that slow providers do not outlast the leases.
            let checks = due.into_iter().map(|config| self.check_due(config, every, &replica));
            join_all(checks).await;
            if is_idle {
                tokio::time::sleep(LOOK.min(every)).await;
            }
        }
    }

    async fn claim(&self, every: Duration, replica: &str) -> Vec<ConfigId> {
        let replica = replica.to_owned();
        let claimed =
            self.store.write(move |tx| Ok::<_, Error>(tx.claim_due_checks(&replica, every, LEASE, BATCH)?));
        claimed.await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "what is due to be checked could not be read");
            Vec::new()
        })
    }

    /// Checks one, whatever happens, and ends its lease: also after a failure or a panic, because
    /// one bad row must not be checked over and over, nor keep others from being checked.
    async fn check_due(&self, config: ConfigId, every: Duration, replica: &str) {
        match AssertUnwindSafe(self.check_claimed(config)).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(config = %config, error = %error, "a background check came to nothing");
            }
            Err(_) => tracing::error!(config = %config, "a background check panicked"),
        }
        let replica = replica.to_owned();
        let finish = move |tx: &mut Tx<'_>| {
            let next_due = next_due(tx.now(), every);
            Ok::<_, Error>(tx.finish_scheduled_check(config, &replica, next_due)?)
        };
        if let Err(error) = self.store.write(finish).await {
            tracing::warn!(config = %config, error = %error, "the lease of a background check was not ended");
        }
    }

    async fn check_claimed(&self, config: ConfigId) -> Result<(), Error> {
        let caller = Caller::operator();
        let _slot = self.outgoing.slot().await;
        match self.store.open_target(config, &caller, Purpose::Validate).await {
            Ok(opened) => {
                let (prober, trigger) = (self.outgoing.background(), CheckTrigger::Background);
                self.check_opened(prober, &caller, opened, Depth::Credential, trigger).await.map(drop)
            }
            // Deleted since it was claimed; its place in the schedule went with it.
            Err(OpenTargetError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn next_due(now: Timestamp, every: Duration) -> Timestamp {
    let every = i64::try_from(every.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_add(every))
}
