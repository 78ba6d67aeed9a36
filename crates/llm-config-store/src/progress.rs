//! The progress of a use case in a thread of its own, whose caller may stop waiting for it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// It took too long, and still runs. If it has a connection, the counter includes it.
    GivenUp(Option<Arc<AtomicUsize>>),
    /// Its thread is done with it.
    Ended,
}

impl Progress {
    /// Notes the connection. Fails if the use case was given up.
    pub(crate) fn connect(&self, pool: usize) -> Result<(), StoreError> {
        let mut phase = self.phase();
        *phase = match *phase {
            Phase::Waiting | Phase::Connected(_) => Phase::Connected(pool),
            Phase::GivenUp(_) | Phase::Ended => return Err(no_answer()),
        };
        Ok(())
    }

    /// Fails if the use case was given up. A commit asks first: the caller was told that nothing is known to
    /// be stored, so it is better not to store anything.
    pub(crate) fn ensure_not_given_up(&self) -> Result<(), StoreError> {
        if self.is_given_up() { Err(no_answer()) } else { Ok(()) }
    }

    /// Gives the use case up, and returns the pool of its connection if it has one. Until the use case ends,
    /// `hanging` counts this connection.
    pub(crate) fn give_up(&self, hanging: &Arc<AtomicUsize>) -> Option<usize> {
        let mut phase = self.phase();
        let pool = match *phase {
            Phase::Connected(pool) => Some(pool),
            Phase::Waiting => None,
            Phase::GivenUp(_) | Phase::Ended => return None,
        };
        let counter = pool.map(|_| Arc::clone(hanging));
        if let Some(counter) = &counter {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        *phase = Phase::GivenUp(counter);
        pool
    }

    pub(crate) fn is_given_up(&self) -> bool {
        matches!(*self.phase(), Phase::GivenUp(_))
    }

    /// Whether the use case has neither ended nor been given up.
    pub(crate) fn is_running(&self) -> bool {
        matches!(*self.phase(), Phase::Waiting | Phase::Connected(_))
    }

    /// Notes the end, after which the use case is not given up.
    fn end(&self) {
        if let Phase::GivenUp(Some(counter)) = std::mem::replace(&mut *self.phase(), Phase::Ended) {
            counter.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The error of a use case that takes too long.
pub(crate) fn no_answer() -> StoreError {
    StoreError::Unavailable("it does not answer in time".to_owned())
}

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
        self.0.end();
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
        assert!(progress.is_given_up() && !progress.is_running() && has_running_use_cases());
        assert_eq!(counter.load(Ordering::Relaxed), 1);
        drop(running);
        assert_eq!(counter.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn give_up_after_the_end_counts_nothing() {
        let (progress, counter) = (Arc::new(Progress::default()), counter());
        let running = Running::new(Arc::clone(&progress));
        progress.connect(7).unwrap();
        assert!(progress.is_running());
        drop(running);
        assert!(!progress.is_running());
        assert_eq!(progress.give_up(&counter), None);
        assert_eq!(counter.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn connect_and_commit_after_give_up_fail() {
        let (progress, counter) = (Progress::default(), counter());
        assert_eq!(progress.give_up(&counter), None, "it had no connection");
        assert!(matches!(progress.connect(1), Err(StoreError::Unavailable(_))));
        let progress = Progress::default();
        progress.connect(1).unwrap();
        progress.ensure_not_given_up().unwrap();
        assert_eq!(progress.give_up(&counter), Some(1));
        assert!(matches!(progress.ensure_not_given_up(), Err(StoreError::Unavailable(_))));
    }
}
