//! The counts of quotas in memory, each for a second.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::HashMap;
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use tokio::time::Instant;

/// How long a count is remembered.
const REMEMBERED: Duration = Duration::from_secs(1);

/// The maximum number of counts. Callers with rights to all owners choose what is counted.
const COUNTS: usize = 10_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// The configurations of an owner or a workspace.
    Scope(Scope),
    /// All configurations.
    AllConfigs,
    /// The tokens of a user that have not expired.
    TokensOf(PrincipalId),
    /// The tokens of a user, those that have expired included.
    TokenRowsOf(PrincipalId),
}

/// The counts of the last second.
#[derive(Debug, Default)]
pub(crate) struct CountMemory(Mutex<HashMap<Counted, Count>>);

#[derive(Debug)]
struct Count {
    /// What the database had.
    stored: u64,
    /// What was admitted since.
    admitted: u64,
    /// The moment before it was counted.
    at: Instant,
    is_counting: bool,
}

/// Whether one more may be stored.
#[derive(Debug)]
pub(super) enum Admission<'a> {
    Admitted,
    Refused,
    /// The number is not known. The caller counts.
    MustCount(Counting<'a>),
}

/// A count in progress. Others do not wait for it.
#[derive(Debug)]
pub(super) struct Counting<'a> {
    memory: &'a CountMemory,
    counted: Counted,
    began: Instant,
}

impl CountMemory {
    /// Admits one more at `now`, if `limit` is not reached.
    pub(super) fn admit(&self, counted: Counted, limit: NonZeroU32, now: Instant) -> Admission<'_> {
        let limit = u64::from(limit.get());
        let mut counts = self.counts();
        if counts.len() >= COUNTS && !counts.contains_key(&counted) {
            counts.retain(|_, count| count.is_counting || now < count.at + REMEMBERED);
            // Many owners within a second: the next creation of each counts again.
            if counts.len() >= COUNTS {
                counts.clear();
            }
        }
        let count = counts.entry(counted).or_insert(Count {
            stored: 0,
            admitted: 0,
            at: now.checked_sub(REMEMBERED).unwrap_or(now),
            is_counting: false,
        });
        let is_full = count.stored >= limit;
        // What was admitted may have failed later, so only a number from the database refuses.
        let is_known = now < count.at + REMEMBERED && (is_full || count.stored + count.admitted < limit);
        if !is_known && !count.is_counting {
            count.is_counting = true;
            return Admission::MustCount(Counting { memory: self, counted, began: now });
        }
        if is_full {
            return Admission::Refused;
        }
        count.admitted += 1;
        Admission::Admitted
    }

    /// Makes the next creation count again.
    pub(super) fn forget(&self, counted: &Counted) {
        self.counts().remove(counted);
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Counted, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counting<'_> {
    /// Remembers the number, and admits one more if it is below `limit`.
    pub(super) fn finish(self, number: u64, limit: NonZeroU32) -> bool {
        let is_admitted = number < u64::from(limit.get());
        let count =
            Count { stored: number, admitted: is_admitted.into(), at: self.began, is_counting: false };
        self.memory.counts().insert(self.counted, count);
        is_admitted
    }
}

impl Drop for Counting<'_> {
    /// Also if the count failed, or the client has gone.
    fn drop(&mut self) {
        if let Some(count) = self.memory.counts().get_mut(&self.counted) {
            count.is_counting = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_ALL: Counted = Counted::AllConfigs;

    fn limit(limit: u32) -> NonZeroU32 {
        NonZeroU32::new(limit).unwrap()
    }

    /// Whether one more is admitted at `now`, if the database has `stored`; `None` for what needs no count.
    fn admits(memory: &CountMemory, now: Instant, stored: Option<u64>) -> bool {
        match (memory.admit(OF_ALL, limit(3), now), stored) {
            (Admission::Admitted, None) => true,
            (Admission::Refused, None) => false,
            (Admission::MustCount(counting), Some(stored)) => counting.finish(stored, limit(3)),
            (admission, stored) => panic!("{admission:?} {stored:?}"),
        }
    }

    #[test]
    fn admit_within_a_second_counts_only_before_it_refuses() {
        let (memory, now) = (CountMemory::default(), Instant::now());
        assert!(admits(&memory, now, Some(1)));
        assert!(admits(&memory, now, None));
        // Both of the former have failed.
        assert!(admits(&memory, now, Some(1)));
        assert!(admits(&memory, now, None));
        assert!(!admits(&memory, now, Some(3)));
        assert!(!admits(&memory, now, None));
        let now = now + REMEMBERED;
        assert!(admits(&memory, now, Some(2)));
    }

    #[test]
    fn admit_during_a_count_does_not_wait() {
        let (memory, now) = (CountMemory::default(), Instant::now());
        let Admission::MustCount(counting) = memory.admit(OF_ALL, limit(3), now) else { panic!("counts") };
        assert!(admits(&memory, now, None));
        assert!(!counting.finish(3, limit(3)));
        assert!(!admits(&memory, now, None));
        let now = now + REMEMBERED;
        let Admission::MustCount(counting) = memory.admit(OF_ALL, limit(3), now) else { panic!("counts") };
        // The last known number is still at the limit.
        assert!(!admits(&memory, now, None));
        drop(counting);
        assert!(admits(&memory, now, Some(0)));
    }

    #[test]
    fn forget_makes_the_next_creation_count() {
        let (memory, now) = (CountMemory::default(), Instant::now());
        assert!(!admits(&memory, now, Some(3)));
        memory.forget(&OF_ALL);
        assert!(admits(&memory, now, Some(2)));
    }

    #[test]
    fn admit_for_many_owners_keeps_a_bounded_number_of_counts() {
        let (memory, now) = (CountMemory::default(), Instant::now());
        for owner in 0..=COUNTS {
            let owner = PrincipalId::new(uuid::Uuid::from_u128(owner as u128));
            let Admission::MustCount(counting) = memory.admit(Counted::TokensOf(owner), limit(3), now) else {
                panic!("counts");
            };
            assert!(counting.finish(0, limit(3)));
        }
        assert!(memory.counts().len() <= COUNTS);
    }
}
