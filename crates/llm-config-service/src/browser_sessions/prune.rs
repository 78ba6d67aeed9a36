//! Deletes sessions and login links that have ended.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::error::Error;
use crate::service::Service;

/// How often sessions that have ended are deleted.
const PRUNE_EVERY: Duration = Duration::from_hours(1);

impl Service {
    /// Deletes sessions and login links that have ended. They are refused without it.
    pub async fn prune_browser_sessions(&self) -> Result<(), Error> {
        while self.store.prune_sessions(self.session_times.longest_idle()).await? {}
        Ok(())
    }

    /// Does so every hour. Ends when the future is dropped.
    pub async fn run_session_pruning(&self) -> Infallible {
        let mut ticks = interval(PRUNE_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.prune_browser_sessions().await {
                tracing::warn!(%error, "sessions that have ended cannot be deleted");
            }
        }
    }
}
