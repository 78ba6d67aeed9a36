//! Old ciphertext in SQLite's write-ahead log.
//!
//! `secure_delete` overwrites what was deleted in the database file. The log keeps its old frames
//! until a checkpoint empties it, which other readers can put off: then it is tried again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use crate::Store;
use crate::backend::{AnyConnection, BUSY_TIMEOUT_MS, checkout};
use crate::store::Inner;

/// How long a checkpoint waits for readers. An answer may be waiting for it.
const PATIENCE_MS: u32 = 20;

/// The first and the longest pause between two tries.
const PAUSE: [Duration; 2] = [Duration::from_millis(20), Duration::from_secs(2)];

/// How much of the log may hold old ciphertext.
#[derive(Default)]
pub(crate) struct Purge {
    /// How many transactions replaced or deleted a secret.
    asked: AtomicU64,
    /// How many of them are no longer in the log.
    done: AtomicU64,
    /// Whether a thread is trying again.
    is_retrying: AtomicBool,
}

impl Purge {
    fn is_pending(&self) -> bool {
        self.done.load(Ordering::Acquire) < self.asked.load(Ordering::Acquire)
    }
}

#[derive(QueryableByName)]
struct Checkpointed {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Empties the log; `false` while another connection reads from it.
fn empty_log(conn: &mut SqliteConnection) -> QueryResult<bool> {
    conn.batch_execute(&format!("PRAGMA busy_timeout = {PATIENCE_MS}"))?;
    let emptied = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpointed>(conn);
    conn.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}"))?;
    Ok(emptied?.busy == 0)
}

impl Inner {
    /// Notes that the log has old ciphertext and empties it, or sees to it that it is emptied.
    /// Nothing to do on PostgreSQL, whose old rows `VACUUM` removes.
    pub(crate) fn purge(self: &Arc<Self>, conn: &mut AnyConnection) {
        if matches!(conn, AnyConnection::Sqlite(_)) {
            self.purge.asked.fetch_add(1, Ordering::AcqRel);
            self.try_purge(conn);
            self.retry_purge();
        }
    }

    fn try_purge(&self, conn: &mut AnyConnection) {
        let AnyConnection::Sqlite(conn) = conn else { return };
        // Later requests need a checkpoint of their own.
        let asked = self.purge.asked.load(Ordering::Acquire);
        match empty_log(conn) {
            Ok(true) => {
                self.purge.done.fetch_max(asked, Ordering::AcqRel);
            }
            Ok(false) => tracing::debug!("a reader keeps old ciphertext in the write-ahead log"),
            Err(error) => tracing::debug!(%error, "the write-ahead log could not be emptied"),
        }
    }

    /// Tries again in the background, until it succeeds or the store is gone.
    fn retry_purge(self: &Arc<Self>) {
        if !self.purge.is_pending() || self.purge.is_retrying.swap(true, Ordering::AcqRel) {
            return;
        }
        let store = Arc::downgrade(self);
        let thread = std::thread::Builder::new().name("secret-purge".to_owned());
        if let Err(error) = thread.spawn(move || retry(&store)) {
            self.purge.is_retrying.store(false, Ordering::Release);
            tracing::warn!(%error, "old ciphertext stays in the write-ahead log until a secret changes");
        }
    }
}

/// Holds the store only during an attempt, so dropping the store ends the thread.
fn retry(store: &Weak<Inner>) {
    let [mut pause, longest] = PAUSE;
    loop {
        std::thread::sleep(pause);
        pause = (pause * 2).min(longest);
        let Some(store) = store.upgrade() else { return };
        match checkout(&store.pool) {
            Ok(mut conn) => store.try_purge(&mut conn),
            Err(error) => tracing::debug!(%error, "the write-ahead log could not be emptied"),
        }
        if !store.purge.is_pending() {
            store.purge.is_retrying.store(false, Ordering::Release);
            // A request between the two lines above relied on this thread.
            if !store.purge.is_pending() || store.purge.is_retrying.swap(true, Ordering::AcqRel) {
                return;
            }
        }
    }
}

impl Store {
    /// Whether ciphertext of secrets that were replaced or deleted may still be in SQLite's
    /// write-ahead log, because another connection still reads from there. Never on PostgreSQL.
    #[must_use]
    pub fn is_secret_purge_pending(&self) -> bool {
        self.inner.purge.is_pending()
    }

    /// Waits until that is over, at most for that long. `false` where it is not.
    pub async fn wait_for_secret_purge(&self, at_most: Duration) -> bool {
        let end = Instant::now() + at_most;
        while self.is_secret_purge_pending() {
            if Instant::now() >= end {
                return false;
            }
            tokio::time::sleep(PAUSE[0]).await;
        }
        true
    }
}
