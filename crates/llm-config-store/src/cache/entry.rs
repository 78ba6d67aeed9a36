//! A cached value with what it depends on.

use std::sync::Arc;
use std::time::Duration;

use super::boot_time;
use super::coherence::{Coherence, Dependency, Reading, Slot};

/// A cached value, and when it is still true.
#[derive(Clone)]
pub(crate) struct Entry<T> {
    value: T,
    size: usize,
    reading: Reading,
    max_age: Duration,
    slots: Arc<[Slot]>,
}

impl<T> Entry<T> {
    /// `size` is in bytes. The entry is used for at most `max_age`, which bounds the effect of a change that
    /// nothing has noticed.
    pub(super) fn new(
        value: T,
        size: usize,
        coherence: &Coherence,
        reading: Reading,
        max_age: Duration,
        dependencies: &[Dependency],
    ) -> Self {
        let slots = dependencies.iter().map(|dependency| coherence.slot(*dependency)).collect();
        Self { value, size, reading, max_age, slots }
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// The value, if it is still true.
    pub(super) fn current(&self, coherence: &Coherence) -> Option<&T> {
        let now = boot_time::now();
        let is_fresh = now.saturating_sub(self.reading.began_at) < self.max_age;
        (is_fresh && coherence.is_current(self.slots.iter().copied(), self.reading, now))
            .then_some(&self.value)
    }
}
