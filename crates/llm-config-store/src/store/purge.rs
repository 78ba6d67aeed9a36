//! Removes old ciphertext from SQLite's write-ahead log.
//!
//! `secure_delete` overwrites deleted data in the database file. The log keeps its old frames until a
//! checkpoint truncates it, which a reader can prevent; the checkpoint is then retried in the background. See
//! <https://www.sqlite.org/wal.html#ckpt>.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::{Inner, Store};
use crate::database::backend::{AnyConnection, BUSY_TIMEOUT_MS, checkout};

/// How long a checkpoint waits for readers, in milliseconds. A response may be waiting for it.
const CHECKPOINT_TIMEOUT_MS: u32 = 20;

/// The pause before the first retry, which doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The progress of purges, counted in transactions.
#[derive(Default)]
pub(crate) struct Purge {
    /// The number of transactions that replaced or deleted a secret.
    requested: AtomicU64,
    /// The number of those that are no longer in the log.
    completed: AtomicU64,
    /// Whether a background thread retries.
    is_retrying: AtomicBool,
}

impl Purge {
    fn is_pending(&self) -> bool {
        self.completed.load(Ordering::Acquire) < self.requested.load(Ordering::Acquire)
    }
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Truncates the log; `false` while another connection reads from it.
fn truncate_log(conn: &mut SqliteConnection) -> QueryResult<bool> {
    conn.batch_execute(&format!("PRAGMA busy_timeout = {CHECKPOINT_TIMEOUT_MS}"))?;
    let checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(conn);
    conn.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}"))?;
    Ok(checkpoint?.busy == 0)
}

impl Inner {
    /// Removes old ciphertext from the log, now or in the background. Does nothing on PostgreSQL, where
    /// `VACUUM` removes old rows.
    pub(crate) fn purge(self: &Arc<Self>, conn: &mut AnyConnection) {
        if matches!(conn, AnyConnection::Sqlite(_)) {
            self.purge.requested.fetch_add(1, Ordering::AcqRel);
            self.try_purge(conn);
            self.retry_purge();
        }
    }

    fn try_purge(&self, conn: &mut AnyConnection) {
        let AnyConnection::Sqlite(conn) = conn else { return };
        // Read before the checkpoint, which does not cover later requests.
        let requested = self.purge.requested.load(Ordering::Acquire);
        match truncate_log(conn) {
            Ok(true) => {
                self.purge.completed.fetch_max(requested, Ordering::AcqRel);
            }
            Ok(false) => tracing::debug!("a reader keeps old ciphertext in the write-ahead log"),
            Err(error) => tracing::debug!(%error, "the write-ahead log could not be truncated"),
        }
    }

    /// Starts a thread that retries until it succeeds or the store is dropped, unless one is running.
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

/// Holds the store only during an attempt, so that dropping the store ends the thread.
fn retry(store: &Weak<Inner>) {
    let mut pause = FIRST_PAUSE;
    loop {
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
        let Some(store) = store.upgrade() else { return };
        match checkout(&store.pool) {
            Ok(mut conn) => store.try_purge(&mut conn),
            Err(error) => tracing::debug!(%error, "the write-ahead log could not be truncated"),
        }
        if !store.purge.is_pending() {
            store.purge.is_retrying.store(false, Ordering::Release);
            // A request between the two lines above did not start a thread, because this one was running.
            if !store.purge.is_pending() || store.purge.is_retrying.swap(true, Ordering::AcqRel) {
                return;
            }
        }
    }
}

impl Store {
    /// Whether SQLite's write-ahead log may still contain ciphertext of replaced or deleted secrets, because
    /// another connection reads from the log. Always `false` on PostgreSQL.
    #[must_use]
    pub fn is_secret_purge_pending(&self) -> bool {
        self.inner.purge.is_pending()
    }

    /// Waits until no purge is pending, for at most `timeout`. Returns `false` if one still is.
    pub async fn wait_for_secret_purge(&self, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        while self.is_secret_purge_pending() {
            if Instant::now() >= end {
                return false;
            }
            tokio::time::sleep(FIRST_PAUSE).await;
        }
        true
    }
}
