//! Background checks: every configuration once per interval, each by one replica at a time, without calling
//! models.

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

use crate::error::Error;
use crate::service::Service;

/// How long a replica holds a configuration: longer than a check takes.
const LEASE: Duration = Duration::from_mins(2);
/// How many configurations a replica claims at once.
const BATCH: u32 = 8;
/// When a configuration is due again whose check this server was too busy for.
const BUSY_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause between two queries for due configurations.
const POLL: Duration = Duration::from_secs(30);

impl Service {
    /// Checks every configuration once per `every`, until the future is dropped.
    ///
    /// These checks have the network policy of callers without an organisation-wide role, so they reach this
    /// machine only if the operator lists the host.
    pub async fn check_in_background(&self, every: Duration) {
        // Unique among all servers of the database.
        let replica = self.store.new_token_id().to_string();
        loop {
            let due = self.claim(every, &replica).await;
            let is_idle = due.is_empty();
            // Concurrently, so that slow providers do not outlast the leases.
            let checks = due.into_iter().map(|config| self.check_due(config, every, &replica));
            join_all(checks).await;
            if is_idle {
                tokio::time::sleep(POLL.min(every)).await;
            }
        }
    }

    async fn claim(&self, every: Duration, replica: &str) -> Vec<ConfigId> {
        let replica = replica.to_owned();
        let claimed =
            self.store.write(move |tx| Ok::<_, Error>(tx.claim_due_checks(&replica, every, LEASE, BATCH)?));
        claimed.await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "due background checks could not be claimed");
            Vec::new()
        })
    }

    /// Checks a configuration and ends its lease, also after a failure or a panic: one bad row must neither
    /// be checked repeatedly nor block the other rows.
    async fn check_due(&self, config: ConfigId, every: Duration, replica: &str) {
        let pause = match AssertUnwindSafe(self.check_claimed(config)).catch_unwind().await {
            Ok(Ok(())) => every,
            Ok(Err(Error::Busy)) => BUSY_PAUSE.min(every),
            Ok(Err(error)) => {
                tracing::warn!(config = %config, error = %error, "a background check failed");
                every
            }
            Err(_) => {
                tracing::error!(config = %config, "a background check panicked");
                every
            }
        };
        let replica = replica.to_owned();
        let finish = move |tx: &mut Tx<'_>| {
            let next_due = next_due(tx.now(), pause);
            Ok::<_, Error>(tx.finish_scheduled_check(config, &replica, next_due)?)
        };
        if let Err(error) = self.store.write(finish).await {
            tracing::warn!(%config, %error, "the lease of a background check could not be ended");
        }
    }

    async fn check_claimed(&self, config: ConfigId) -> Result<(), Error> {
        let caller = Caller::operator();
        let slot = self.providers.slot().await?;
        match self.store.open_target(config, &caller, Purpose::Validate).await {
            Ok(opened) => {
                let (prober, trigger) = (slot.background_prober(), CheckTrigger::Background);
                self.check_opened(&slot, prober, &caller, opened, Depth::Credential, trigger).await.map(drop)
            }
            // Deleted since it was claimed, together with its row in the schedule.
            Err(OpenTargetError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn next_due(now: Timestamp, pause: Duration) -> Timestamp {
    let pause = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_add(pause))
}
