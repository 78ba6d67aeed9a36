//! Shares of concurrent lookups: a caller whose name servers do not respond uses up their own share only.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use foldhash::HashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many lookups of one owner run at once, of the 16 of names that users enter.
const SHARE: usize = 4;

/// On whose behalf a lookup is made: the id of a caller, or of what owns a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LookupOwner(u128);

impl LookupOwner {
    /// The owner with this id.
    #[must_use]
    pub const fn new(id: u128) -> Self {
        Self(id)
    }
}

/// The shares of all owners with lookups in progress.
pub(crate) struct LookupShares(LazyLock<Mutex<HashMap<LookupOwner, Arc<Semaphore>>>>);

impl LookupShares {
    pub(crate) const fn new() -> Self {
        Self(LazyLock::new(Mutex::default))
    }

    /// The permits of an owner. Each permit that is taken keeps the share.
    pub(crate) fn of(&self, owner: LookupOwner) -> Arc<Semaphore> {
        let mut shares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Without a lookup that holds or waits for a part, a share is whole.
        shares.retain(|_, share| Arc::strong_count(share) > 1);
        Arc::clone(shares.entry(owner).or_insert_with(|| Arc::new(Semaphore::new(SHARE))))
    }
}

/// A part of an owner's share. Dropped when the lookup ends.
pub(crate) type SharePermit = OwnedSemaphorePermit;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_owner_keeps_shares_in_use_only() {
        let shares = LookupShares::new();
        let [one, other] = [1, 2].map(LookupOwner::new);
        let taken: Vec<_> = (0..SHARE).map(|_| shares.of(one).try_acquire_owned().unwrap()).collect();
        assert!(shares.of(one).try_acquire_owned().is_err());
        assert!(shares.of(other).try_acquire_owned().is_ok());
        drop(taken);
        assert!(shares.of(other).try_acquire_owned().is_ok());
        assert_eq!(shares.0.lock().unwrap().len(), 1);
        assert!(shares.of(one).try_acquire_owned().is_ok());
    }
}
