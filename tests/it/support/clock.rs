//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use llm_config_core::time::Timestamp;
use llm_config_store::clock::Clock;

/// A clock that stands still until a test moves it.
#[derive(Clone)]
pub(crate) struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_800_000_000_000_000)))
    }

    /// Moves the clock, and every copy of it.
    pub(crate) fn pass(&self, time: Duration) {
        self.0.fetch_add(micros(time), Ordering::SeqCst);
    }

    /// Moves the clock back, and every copy of it.
    pub(crate) fn set_back(&self, time: Duration) {
        self.0.fetch_sub(micros(time), Ordering::SeqCst);
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).expect("a time of a test")
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
