//! Waiting for a condition.

use std::time::{Duration, Instant};

/// The time after which waiting fails.
const LIMIT: Duration = Duration::from_mins(1);

/// Waits as long as a server may return what another process has overwritten. Afterwards it must not, however
/// busy the machine is.
pub(crate) fn wait_for_coherence() {
    std::thread::sleep(Duration::from_secs(1));
}

/// Evaluates `condition` until it is true. Panics with `failure` after a minute.
#[track_caller]
pub(crate) fn wait_until(failure: &str, condition: impl Fn() -> bool) {
    let end = Instant::now() + LIMIT;
    while !condition() {
        assert!(Instant::now() < end, "{failure}");
        std::thread::yield_now();
    }
}
