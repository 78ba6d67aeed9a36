//! The end of running calls when the process stops.

use std::future::pending;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};
use llm_config_gateway::error::GatewayError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How long before the end of the process calls are cut, so that their last bytes arrive.
const MARGIN: Duration = Duration::from_secs(1);

/// Whether and when this process stops.
#[derive(Default)]
pub(super) struct Shutdown(watch::Sender<Option<Times>>);

/// When a process that stops does what.
#[derive(Clone, Copy, Debug)]
struct Times {
    /// Calls that begin from then on are refused.
    refuses_from: Instant,
    /// Calls that still run are cut.
    cuts_at: Instant,
}

impl Shutdown {
    /// No calls begin after `delay`, and those that run are cut `timeout` later. Only the first call counts.
    pub(super) fn begin(&self, delay: Duration, timeout: Duration) {
        let refuses_from = Instant::now() + delay;
        let times = Times { refuses_from, cuts_at: refuses_from + timeout.saturating_sub(MARGIN) };
        self.0.send_if_modified(|current| {
            let is_first = current.is_none();
            current.get_or_insert(times);
            is_first
        });
    }

    pub(super) fn has_begun(&self) -> bool {
        self.0.borrow().is_some()
    }

    pub(super) fn refuses_calls(&self) -> bool {
        self.0.borrow().is_some_and(|times| times.refuses_from <= Instant::now())
    }

    pub(super) fn signal(&self) -> CutSignal {
        CutSignal(self.0.subscribe())
    }
}

/// Tells a running call when it is cut, because the process stops. Also wakes waits that began before
/// the shutdown.
#[derive(Clone, Debug)]
pub struct CutSignal(watch::Receiver<Option<Times>>);

impl CutSignal {
    /// Ends when running calls are cut.
    pub(crate) async fn cut(mut self) {
        let times = self.0.wait_for(Option::is_some).await.ok().and_then(|times| *times);
        match times {
            Some(times) => sleep_until(times.cuts_at).await,
            // The process does not stop any more.
            None => pending().await,
        }
    }

    /// The output of `work`; `None` if calls are cut before it ends. `work` is pinned by the caller, because
    /// an async function keeps a future that it takes by value twice.
    pub(crate) async fn limit<T>(self, work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        match select(work, pin!(self.cut())).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(((), _)) => None,
        }
    }

    /// The output of `work`, before anything of the call was sent: if calls are cut before it ends, the call
    /// may be repeated.
    pub async fn limit_unsent<T>(self, work: Pin<&mut impl Future<Output = T>>) -> Result<T, GatewayError> {
        self.limit(work).await.ok_or(GatewayError::Unavailable { retry_after: GatewayError::RETRY_AFTER })
    }
}
