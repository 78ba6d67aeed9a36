//! The progress of a use case in a thread of its own, whose caller may stop waiting for it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::StoreError;

/// How long a use case may take on PostgreSQL. Then its caller is told that the database is unavailable.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// The use cases of this process that have not ended.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// Whether threads of this process are in use cases, which may hang: they were given up, or their callers
/// have gone. A runtime that waits for its threads at the end of the program would wait for these.
#[must_use]
pub fn has_running_use_cases() -> bool {
    RUNNING.load(Ordering::Relaxed) > 0
}

/// How far a use case is, shared by its thread and its caller.
#[derive(Default)]
pub(crate) struct Progress(Mutex<Phase>);

#[derive(Default)]
enum Phase {
    /// It has no connection.
    #[default]
    Waiting,
    /// It has a connection of the pool with this number.
    Connected(usize),
    /// It commits, or has committed.
    Committing(usize),
    /// Its caller has left. The counters are those of the connections that hang.
    GivenUp(Option<Arc<AtomicUsize>>),
}

impl Progress {
    /// Notes the connection. Fails if the caller has left.
    pub(crate) fn connect(&self, pool: usize) -> Result<(), StoreError> {
        self.advance(|_| Phase::Connected(pool))
    }

    /// Notes the commit. Fails if the caller has left: they were told that nothing is known to be stored, so
    /// it is better not to store anything.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        self.advance(|phase| match phase {
            Phase::Connected(pool) | Phase::Committing(pool) => Phase::Committing(*pool),
            Phase::Waiting | Phase::GivenUp(_) => Phase::Waiting,
        })
    }

    /// Notes that the caller has left, and returns the pool of the connection if there is one. Until the use
    /// case ends, `hanging` counts its connection.
    pub(crate) fn give_up(&self, hanging: &Arc<AtomicUsize>) -> Option<usize> {
        let mut phase = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = match *phase {
            Phase::Connected(pool) | Phase::Committing(pool) => Some(pool),
            Phase::Waiting => None,
            Phase::GivenUp(_) => return None,
        };
        let counter = pool.map(|_| Arc::clone(hanging));
        if let Some(counter) = &counter {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        *phase = Phase::GivenUp(counter);
        pool
    }

    pub(crate) fn is_given_up(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), Phase::GivenUp(_))
    }

    fn advance(&self, next: impl FnOnce(&Phase) -> Phase) -> Result<(), StoreError> {
        let mut phase = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*phase, Phase::GivenUp(_)) {
            return Err(StoreError::Unavailable(NO_ANSWER.to_owned()));
        }
        *phase = next(&phase);
        Ok(())
    }
}

/// Why a use case that takes too long fails.
pub(crate) const NO_ANSWER: &str = "it does not answer in time";

/// Ends with the thread's work.
pub(crate) struct Running(pub(crate) Arc<Progress>);

impl Running {
    pub(crate) fn new(progress: Arc<Progress>) -> Self {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Self(progress)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        let phase = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Phase::GivenUp(Some(counter)) = &*phase {
            counter.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter() -> Arc<AtomicUsize> {
        Arc::default()
    }

    #[test]
    fn give_up_with_connection_counts_it_until_the_end() {
        let (progress, counter) = (Arc::new(Progress::default()), counter());
        let running = Running::new(Arc::clone(&progress));
        progress.connect(7).unwrap();
        assert_eq!(progress.give_up(&counter), Some(7));
        assert_eq!(progress.give_up(&counter), None, "counted once");
        assert!(progress.is_given_up() && has_running_use_cases());
        assert_eq!(counter.load(Ordering::Relaxed), 1);
        drop(running);
        assert_eq!(counter.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn connect_and_commit_after_give_up_fail() {
        let (progress, counter) = (Progress::default(), counter());
        assert_eq!(progress.give_up(&counter), None, "it had no connection");
        assert!(matches!(progress.connect(1), Err(StoreError::Unavailable(_))));
        let progress = Progress::default();
        progress.connect(1).unwrap();
        assert_eq!(progress.give_up(&counter), Some(1));
        assert!(matches!(progress.commit(), Err(StoreError::Unavailable(_))));
    }

    #[test]
    fn give_up_during_commit_returns_its_pool() {
        let progress = Progress::default();
        progress.connect(3).unwrap();
        progress.commit().unwrap();
        assert_eq!(progress.give_up(&counter()), Some(3));
    }
}
