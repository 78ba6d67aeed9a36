//! A gate between a test and the script of a provider: events instead of times.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The time after which waiting fails.
const LIMIT: Duration = Duration::from_mins(1);

/// Lets as many pass as it was opened times. All clones are one gate.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<usize>, Condvar)>);

impl Gate {
    /// Lets one pass.
    pub(crate) fn open(&self) {
        let (permits, opened) = &*self.0;
        *permits.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        opened.notify_all();
    }

    /// Waits until the gate is opened. Panics with `failure` after a minute.
    #[track_caller]
    pub(crate) fn pass(&self, failure: &str) {
        let (permits, opened) = &*self.0;
        let permits = permits.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = opened.wait_timeout_while(permits, LIMIT, |permits| *permits == 0);
        let (mut permits, _) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(*permits > 0, "{failure}");
        *permits -= 1;
    }
}
