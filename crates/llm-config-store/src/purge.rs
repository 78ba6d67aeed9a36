//! Removes old ciphertext from SQLite's write-ahead log.
//!
//! `secure_delete` overwrites deleted data in the database file. The log keeps its old frames until a
//! checkpoint truncates it, which a reader can prevent; the writer then retries until it succeeds. See
//! <https://www.sqlite.org/wal.html#ckpt>.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Integer;

use crate::database::backend::AnyConnection;

/// The pause before the first retry, which doubles with each one.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// The number of retries after which the pause does not get longer: it is then about 1.3 seconds.
const MAX_DOUBLINGS: u32 = 6;

/// The progress of purges, counted in groups of transactions.
#[derive(Default)]
pub(crate) struct Purge {
    /// The number of groups that replaced or deleted a secret.
    requested: AtomicU64,
    /// The number of those that are no longer in the log.
    completed: AtomicU64,
    retries: Mutex<Retries>,
}

#[derive(Default)]
struct Retries {
    /// The number of failed attempts since the last request.
    failures: u32,
    last: Option<Instant>,
}

impl Retries {
    fn pause(&self) -> Duration {
        FIRST_PAUSE * 2_u32.pow(self.failures.min(MAX_DOUBLINGS))
    }
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

impl Purge {
    pub(crate) fn is_pending(&self) -> bool {
        self.completed.load(Ordering::Acquire) < self.requested.load(Ordering::Acquire)
    }

    fn retries(&self) -> MutexGuard<'_, Retries> {
        self.retries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a commit has left old ciphertext in the log.
    pub(crate) fn request(&self) {
        self.requested.fetch_add(1, Ordering::AcqRel);
        *self.retries() = Retries::default();
    }

    /// The pause before the next attempt; `None` if none is pending.
    pub(crate) fn pause(&self) -> Option<Duration> {
        self.is_pending().then(|| self.retries().pause())
    }

    /// Truncates the log if an attempt is due. Only the writer calls this, so no two attempts wait for each
    /// other.
    pub(crate) fn run_if_due(&self, conn: &mut AnyConnection) {
        let is_due = {
            let retries = self.retries();
            retries.last.is_none_or(|last| last.elapsed() >= retries.pause())
        };
        if self.is_pending() && is_due {
            self.run(conn);
        }
    }

    /// Truncates the log.
    pub(crate) fn run(&self, conn: &mut AnyConnection) {
        let AnyConnection::Sqlite(conn) = conn else { return };
        // Read before the checkpoint, which does not cover later requests.
        let requested = self.requested.load(Ordering::Acquire);
        match diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(conn) {
            Ok(Checkpoint { busy: 0 }) => {
                self.completed.fetch_max(requested, Ordering::AcqRel);
                return;
            }
            Ok(Checkpoint { busy: _ }) => {
                tracing::debug!("a reader keeps old ciphertext in the write-ahead log");
            }
            Err(error) => tracing::debug!(%error, "the write-ahead log could not be truncated"),
        }
        let mut retries = self.retries();
        retries.failures += 1;
        retries.last = Some(Instant::now());
    }
}
