//! Whether cached entries are still true.
//!
//! Every change of a row that entries depend on is noted here, with the next number of a counter: by the
//! transaction that makes it, after its commit and before its answer, and by the poll that notices the
//! commits of other processes. An entry remembers the counter at which its read began, and is true as long as
//! no dependency has a higher number. So an invalidation during the read counts too, and an entry that was
//! read before a change can be inserted after it without harm.
//!
//! A poll that began at a moment has noticed what was committed before. While the last poll began more than
//! [`MAX_AGE_OF_POLL`] ago, no entry is used.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use foldhash::fast::RandomState;
use llm_config_core::id::{ConfigId, PrincipalId, TokenId};

use super::boot_time;

/// The pause between two polls.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How long ago the last poll may have begun. No entry hides a change of another process for longer.
const MAX_AGE_OF_POLL: Duration = Duration::from_secs(1);

/// The number of slots that dependencies share. Two dependencies with the same slot invalidate each other's
/// entries, which costs a read.
const SLOTS: usize = 1 << 16;

/// What an entry depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Dependency {
    /// The row of a token.
    Token(TokenId),
    /// The row of a user, and their memberships.
    User(PrincipalId),
    /// The row of a configuration, its labels and the readable columns of its secret.
    Config(ConfigId),
    /// Every configuration, those that will be created included: the meaning of a name, for example.
    AnyConfig,
}

impl Dependency {
    /// The dependency in a row of the table `cache_changes`.
    pub(crate) fn parse(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "token" => id.parse().ok().map(Self::Token),
            "user" => id.parse().ok().map(Self::User),
            "config" => id.parse().ok().map(Self::Config),
            _ => None,
        }
    }
}

/// The index at which the number of a dependency's last change is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot(u16);

/// The moment at which a read of the database began.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The number of the last change before.
    number: u64,
    /// The time since the machine started.
    pub(super) began_at: Duration,
}

/// A poll that has begun.
#[derive(Clone, Copy)]
pub(crate) struct Poll(Duration);

impl Poll {
    /// Notes the time before the database is asked.
    pub(crate) fn start() -> Self {
        Self(boot_time::now())
    }

    pub(super) const fn began_at(self) -> Duration {
        self.0
    }
}

/// What this process knows about changes of the rows that entries depend on.
pub(crate) struct Coherence {
    /// The number of the last change.
    last: AtomicU64,
    /// In each slot, the number of the last change.
    changed: Box<[AtomicU64]>,
    /// The number of the last change that may concern every entry.
    all_changed: AtomicU64,
    /// When the last poll began, in nanoseconds since the machine started; 0 before the first poll.
    polled_at: AtomicU64,
    /// On PostgreSQL: the oldest transaction that was still running at the last poll. What that poll has not
    /// noticed carries at least this number.
    oldest_running: AtomicU64,
    hasher: RandomState,
}

impl Default for Coherence {
    fn default() -> Self {
        Self {
            last: AtomicU64::new(0),
            changed: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
            all_changed: AtomicU64::new(0),
            polled_at: AtomicU64::new(0),
            oldest_running: AtomicU64::new(0),
            hasher: RandomState::default(),
        }
    }
}

impl Coherence {
    /// Notes the moment before a read of the database, whose result is to be cached.
    pub(crate) fn begin_reading(&self) -> Reading {
        Reading { number: self.last.load(Ordering::SeqCst), began_at: boot_time::now() }
    }

    /// Entries with these dependencies, and those whose read has begun, are not used any more.
    pub(crate) fn invalidate(&self, dependencies: &[Dependency]) {
        if dependencies.is_empty() {
            return;
        }
        let number = self.next_number();
        for dependency in dependencies {
            self.number(self.slot(*dependency)).fetch_max(number, Ordering::SeqCst);
            if matches!(dependency, Dependency::Config(_)) {
                self.number(self.slot(Dependency::AnyConfig)).fetch_max(number, Ordering::SeqCst);
            }
        }
    }

    /// No entry is used any more.
    pub(crate) fn invalidate_all(&self) {
        let number = self.next_number();
        self.all_changed.fetch_max(number, Ordering::SeqCst);
    }

    /// Notes the oldest transaction that was running at a poll, before [`Self::finish`] notes the poll.
    pub(super) fn set_oldest_running(&self, xid: u64) {
        self.oldest_running.store(xid, Ordering::SeqCst);
    }

    /// The smallest number of a transaction whose changes the last poll may have missed. `None` if that poll,
    /// or this process, has noticed a change of `dependencies` since `reading`.
    pub(crate) fn unnoticed_since(&self, dependencies: &[Dependency], reading: Reading) -> Option<u64> {
        // Read first: a later poll may have noticed a change of an earlier transaction.
        let oldest_running = self.oldest_running.load(Ordering::SeqCst);
        let slots = dependencies.iter().map(|dependency| self.slot(*dependency));
        self.is_current(slots, reading, boot_time::now()).then_some(oldest_running)
    }

    /// Notes a poll, after everything that it has noticed was invalidated.
    pub(crate) fn finish(&self, poll: Poll) {
        self.polled_at.fetch_max(nanoseconds(poll.began_at()), Ordering::SeqCst);
    }

    /// Whether nothing of this has changed since the read began, as far as a poll of the last second knows.
    pub(super) fn is_current(
        &self,
        slots: impl IntoIterator<Item = Slot>,
        reading: Reading,
        now: Duration,
    ) -> bool {
        let polled_at = Duration::from_nanos(self.polled_at.load(Ordering::SeqCst));
        polled_at + MAX_AGE_OF_POLL > now
            && self.all_changed.load(Ordering::SeqCst) <= reading.number
            && slots.into_iter().all(|slot| self.number(slot).load(Ordering::SeqCst) <= reading.number)
    }

    pub(super) fn slot(&self, dependency: Dependency) -> Slot {
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is below the number of slots")]
        Slot((self.hasher.hash_one(dependency) % SLOTS as u64) as u16)
    }

    fn number(&self, Slot(slot): Slot) -> &AtomicU64 {
        &self.changed[usize::from(slot)]
    }

    fn next_number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::SeqCst) + 1
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
