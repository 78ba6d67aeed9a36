//! A cached value with what it depends on.

use std::sync::Arc;
use std::time::Duration;

use super::boot_time;
use super::coherence::{Coherence, Dependency, Reading, Slot};

/// The longest use of an entry. It bounds the effect of a change that nothing has noticed.
const MAX_AGE: Duration = Duration::from_mins(1);

#[derive(Clone)]
pub(crate) struct Entry<T> {
    value: T,
    size: usize,
    reading: Reading,
    slots: Arc<[Slot]>,
}

impl<T> Entry<T> {
    /// `size` is in bytes.
    pub(super) fn new(
        value: T,
        size: usize,
        coherence: &Coherence,
        reading: Reading,
        dependencies: &[Dependency],
    ) -> Self {
        let slots = dependencies.iter().map(|dependency| coherence.slot(*dependency)).collect();
        Self { value, size, reading, slots }
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// The value, if it is still true.
    pub(super) fn current(&self, coherence: &Coherence) -> Option<&T> {
        let now = boot_time::now();
        let is_fresh = now.saturating_sub(self.reading.began_at) < MAX_AGE;
        (is_fresh && coherence.is_current(&self.slots, self.reading, now)).then_some(&self.value)
    }
}
