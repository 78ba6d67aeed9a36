//! The search for corrupt rows in the background.

use std::convert::Infallible;
use std::time::Duration;

use crate::service::Service;

/// The pause between two steps: a million rows are read within three hours.
const PAUSE: Duration = Duration::from_secs(2);

impl Service {
    /// Looks for corrupt rows of configurations, a few at a time. Never ends.
    pub async fn find_corrupt_rows(&self) -> Infallible {
        loop {
            tokio::time::sleep(PAUSE).await;
            let rows = self.corrupt_rows.clone();
            if let Err(error) = self.store.read(move |tx| rows.step(tx)).await {
                tracing::debug!(%error, "the rows of configurations could not be read");
            }
        }
    }
}
