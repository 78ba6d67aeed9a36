//! Writes what the recorder has counted.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::future::join;
use llm_config_store::usage::UsageBatch;
use tokio::time::{MissedTickBehavior, interval};

use crate::error::Error;
use crate::service::Service;

/// How often usage is written. A process that is killed loses at most what it has counted since.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// How often usage that is no longer read is deleted.
const PRUNE_EVERY: Duration = Duration::from_hours(1);

impl Service {
    /// Writes what the [recorder](Self::usage_recorder) has. After an error, what was not written is kept,
    /// and written by the next call, once. Calls at the same time run one after the other.
    pub async fn flush_usage(&self) -> Result<(), Error> {
        let mut batches = self.usage_batches.lock().await;
        // What is recorded meanwhile is left to the next call, so that this one ends.
        for _ in 0..self.usage.backlog() / UsageBatch::LIMIT + 2 {
            let Some(batch) = batches.next(&self.usage) else { return Ok(()) };
            // If this future is dropped here, the batch is sent again.
            match self.store.add_usage(batch).await {
                Ok(()) => batches.settle(&self.usage),
                Err(error) => {
                    batches.refuse(&self.usage, &error);
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Writes usage every second, and deletes every hour what is no longer read. Ends when the future is
    /// dropped.
    pub async fn run_usage_writer(&self) -> Infallible {
        let (never, _) = join(self.flush_every_second(), self.prune_every_hour()).await;
        match never {}
    }

    async fn flush_every_second(&self) -> Infallible {
        let mut ticks = interval(FLUSH_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_failing = false;
        loop {
            ticks.tick().await;
            let flushed = self.flush_usage().await;
            match &flushed {
                Err(error) if !is_failing => {
                    tracing::warn!(%error, "usage cannot be written; it is kept in memory");
                }
                Ok(()) if is_failing => tracing::info!("usage is written again"),
                Ok(()) | Err(_) => {}
            }
            is_failing = flushed.is_err();
        }
    }

    async fn prune_every_hour(&self) -> Infallible {
        let mut ticks = interval(PRUNE_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let pruned = loop {
                match self.store.prune_usage().await {
                    Ok(true) => {}
                    done => break done,
                }
            };
            if let Err(error) = pruned {
                tracing::warn!(%error, "old usage cannot be deleted");
            }
        }
    }
}
