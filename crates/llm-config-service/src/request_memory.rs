//! The memory that requests hold while their clients send or take bytes: large bodies in both directions, and
//! parts of whole lists. Clients decide how long that is, so its sum is bounded. Bodies of model calls have
//! limits of their own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llm_config_core::id::PrincipalId;

use crate::counts::Counts;
use crate::limit_metrics::LimitMetrics;

/// What all requests may hold together, in bytes.
const ALL: usize = 256 * 1024 * 1024;

/// What the requests of one user may hold together, in bytes.
const OF_USER: usize = ALL / 4;

/// Requests hold as much memory as they may. It ends when clients have sent or read their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryFull {
    /// Those of one user.
    #[error(
        "the requests of this user hold as much memory of the server as they may, {} MiB; send and read \
         fewer large bodies at once",
        OF_USER / 1024 / 1024
    )]
    OfUser,
    /// All of them.
    #[error("requests hold as much memory of the server as they may; try again")]
    OfServer,
}

impl MemoryFull {
    const fn label(self) -> &'static str {
        match self {
            Self::OfUser => "request_memory_of_user",
            Self::OfServer => "request_memory",
        }
    }
}

#[derive(Default)]
struct Held {
    all: usize,
    of_user: Counts<PrincipalId>,
}

/// Counts the memory that all requests hold. Cheap to clone; all clones share the count.
#[derive(Clone, Default)]
pub(crate) struct MemoryAccount(Arc<Mutex<Held>>);

impl MemoryAccount {
    /// The memory of a request, which holds nothing yet.
    pub(crate) fn request(&self, user: Option<PrincipalId>, metrics: LimitMetrics) -> RequestMemory {
        RequestMemory { account: self.clone(), metrics, user, bytes: 0 }
    }

    /// Adds `bytes` if the limits allow.
    fn add(&self, user: Option<PrincipalId>, bytes: usize) -> Result<(), MemoryFull> {
        let mut held = self.held();
        held.require_room(user, bytes)?;
        held.add(user, bytes);
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn require_room(&self, user: Option<PrincipalId>, bytes: usize) -> Result<(), MemoryFull> {
        if self.of_user(user) + bytes > OF_USER {
            return Err(MemoryFull::OfUser);
        }
        if self.all + bytes > ALL {
            return Err(MemoryFull::OfServer);
        }
        Ok(())
    }

    /// The bytes of a user; none for a request without a user.
    fn of_user(&self, user: Option<PrincipalId>) -> usize {
        user.map_or(0, |user| self.of_user.of(&user))
    }

    fn add(&mut self, user: Option<PrincipalId>, bytes: usize) {
        self.all += bytes;
        if let Some(user) = user {
            self.of_user.add(user, bytes);
        }
    }

    fn remove(&mut self, user: Option<PrincipalId>, bytes: usize) {
        self.all = self.all.saturating_sub(bytes);
        if let Some(user) = user {
            self.of_user.remove(&user, bytes);
        }
    }
}

/// The memory that one request holds, until this is dropped.
pub struct RequestMemory {
    account: MemoryAccount,
    metrics: LimitMetrics,
    user: Option<PrincipalId>,
    bytes: usize,
}

impl RequestMemory {
    /// Holds `bytes` altogether, unless it holds more already.
    pub fn grow_to(&mut self, bytes: usize) -> Result<(), MemoryFull> {
        let more = bytes.saturating_sub(self.bytes);
        self.account.add(self.user, more).inspect_err(|full| self.metrics.count(full.label()))?;
        self.bytes += more;
        Ok(())
    }

    /// The same where nothing can be refused any more. Later requests are refused for it.
    pub fn grow_beyond_limits_to(&mut self, bytes: usize) {
        let more = bytes.saturating_sub(self.bytes);
        self.account.held().add(self.user, more);
        self.bytes += more;
    }

    /// Fails if requests hold more than they may already.
    pub fn require_room(&self) -> Result<(), MemoryFull> {
        let required = self.account.held().require_room(self.user, 0);
        required.inspect_err(|full| self.metrics.count(full.label()))
    }
}

impl Drop for RequestMemory {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.account.held().remove(self.user, self.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use llm_config_core::id::PrincipalId;
    use uuid::Uuid;

    use super::*;

    fn memory(account: &MemoryAccount, user: impl Into<Option<u128>>) -> RequestMemory {
        let user = user.into().map(|user| PrincipalId::new(Uuid::from_u128(user)));
        account.request(user, LimitMetrics::default())
    }

    #[test]
    fn user_holds_a_quarter_until_their_request_ends() {
        let account = MemoryAccount::default();
        let (mut first, mut second) = (memory(&account, 1), memory(&account, 1));
        first.grow_to(OF_USER / 2).unwrap();
        first.grow_to(1).unwrap();
        second.grow_to(OF_USER / 2).unwrap();
        assert_eq!(second.grow_to(OF_USER / 2 + 1), Err(MemoryFull::OfUser));
        memory(&account, 2).grow_to(OF_USER).unwrap();
        drop(first);
        second.grow_to(OF_USER).unwrap();
        drop(second);
        assert!(account.0.lock().unwrap().of_user.is_empty());
    }

    #[test]
    fn memory_beyond_the_limits_refuses_later_requests_of_the_user() {
        let account = MemoryAccount::default();
        let (mut first, mut second) = (memory(&account, 1), memory(&account, 1));
        first.grow_to(OF_USER).unwrap();
        second.require_room().unwrap();
        second.grow_beyond_limits_to(1);
        assert_eq!(memory(&account, 1).require_room(), Err(MemoryFull::OfUser));
        memory(&account, 2).require_room().unwrap();
        drop(first);
        memory(&account, 1).require_room().unwrap();
    }

    #[test]
    fn all_users_hold_the_whole_together() {
        let account = MemoryAccount::default();
        let mut held: Vec<_> = (0..4).map(|user| memory(&account, user)).collect();
        for memory in &mut held {
            memory.grow_to(OF_USER).unwrap();
        }
        assert_eq!(memory(&account, 9).grow_to(1), Err(MemoryFull::OfServer));
        let mut of_nobody = memory(&account, None);
        assert_eq!(of_nobody.grow_to(1), Err(MemoryFull::OfServer));
        held.pop();
        of_nobody.grow_to(1).unwrap();
    }
}
