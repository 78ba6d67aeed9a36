//! Checks that nobody asked for: every configuration once in an interval, by one replica at a
//! time, for no tokens.

use std::time::Duration;

use llm_config_core::caller::Caller;
use llm_config_core::id::ConfigId;
use llm_config_core::target::Purpose;
use llm_config_core::time::Timestamp;
use llm_config_probe::report::Depth;
use llm_config_store::{CheckTrigger, OpenTargetError};

use super::{Error, Service};

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
            for config in due {
                if let Err(error) = self.check_due(config, every, &replica).await {
                    tracing::warn!(config = %config, error = %error, "a background check came to nothing");
                }
            }
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

    async fn check_due(&self, config: ConfigId, every: Duration, replica: &str) -> Result<(), Error> {
        let caller = Caller::operator();
        let checked = match self.store.open_target(config, &caller, Purpose::Validate).await {
            Ok(opened) => {
                let prober = self.outgoing.background();
                let checked =
                    self.check_opened(prober, &caller, opened, Depth::Credential, CheckTrigger::Background);
                checked.await.map(drop)
            }
            // Deleted since it was claimed; its place in the schedule went with it.
            Err(OpenTargetError::NotFound(_)) => return Ok(()),
            Err(error) => Err(error.into()),
        };
        // Also after a failure: one bad row must not be checked over and over.
        let replica = replica.to_owned();
        let finish = move |tx: &mut llm_config_store::Tx<'_>| {
            Ok::<_, Error>(tx.finish_scheduled_check(config, &replica, next_due(tx.now(), every))?)
        };
        self.store.write(finish).await?;
        checked
    }
}

fn next_due(now: Timestamp, every: Duration) -> Timestamp {
    let every = i64::try_from(every.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_add(every))
}
