//! The pool of connections, from which those that hang can be given up.
//!
//! A connection is used by a thread that waits for the database. If the database does not answer, nothing
//! ends this wait but the system, which may take minutes, or for ever if the other process is suspended. So
//! the caller is answered, the thread keeps its connection until the wait ends, and a new pool takes the
//! place of the one that counts it. The old pool closes its connections as they come back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::r2d2::{Pool, PooledConnection};

use super::backend::{ConnectionManager, pool};
use crate::database::session_mode::SessionMode;
use crate::database::url::DatabaseUrl;
use crate::error::StoreError;
use crate::progress::Progress;

/// The limit of hung connections, in multiples of the pool's size. A database that hangs again and again then
/// does not take every thread.
const HUNG_FACTOR: usize = 4;

/// A connection, and the pool that it belongs to.
pub(crate) struct Checkout {
    pub(crate) connection: PooledConnection<ConnectionManager>,
    /// The number of the pool.
    pub(crate) pool: usize,
}

/// A pool of connections that are opened on demand.
pub(crate) struct ConnectionPool {
    database: DatabaseUrl,
    size: u32,
    current: Mutex<Current>,
    /// The connections that were given up and still hang.
    given_up: Arc<AtomicUsize>,
}

struct Current {
    number: usize,
    pool: Pool<ConnectionManager>,
    /// Whether a connection of this pool hangs, and too many others hung for the pool to be replaced.
    is_replacement_due: bool,
}

impl ConnectionPool {
    /// A pool of at most `size` connections.
    pub(crate) fn new(database: DatabaseUrl, size: u32) -> Self {
        let size = size.max(1);
        let pool = pool(database.clone(), size);
        let current = Mutex::new(Current { number: 1, pool, is_replacement_due: false });
        Self { database, size, current, given_up: Arc::default() }
    }

    pub(crate) const fn size(&self) -> u32 {
        self.size
    }

    pub(crate) const fn session_mode(&self) -> SessionMode {
        self.database.session_mode()
    }

    /// Waits for a free connection.
    pub(crate) fn get(&self) -> Result<Checkout, StoreError> {
        let (number, pool) = self.current();
        match pool.get() {
            Ok(connection) => Ok(Checkout { connection, pool: number }),
            Err(_) if is_exhausted(&pool) => {
                Err(StoreError::Unavailable(format!("all {} connections are in use", self.size)))
            }
            Err(error) => Err(StoreError::Unavailable(error.to_string())),
        }
    }

    /// Whether every connection is in use.
    pub(crate) fn is_exhausted(&self) -> bool {
        is_exhausted(&self.current().1)
    }

    /// Gives up the connection of a use case that takes too long, if it has one. `progress` is that use case.
    pub(crate) fn give_up(&self, progress: &Progress) {
        let Some(of_pool) = progress.give_up(&self.given_up) else { return };
        let mut current = self.lock();
        if current.number != of_pool {
            return;
        }
        if self.may_replace() {
            tracing::warn!("a connection to the database hangs; new connections replace those of the pool");
            self.replace(current);
        } else if !std::mem::replace(&mut current.is_replacement_due, true) {
            tracing::error!(limit = self.limit(), "too many connections to the database hang to open others");
        }
    }

    /// The pool and its number. First does a replacement that is due.
    fn current(&self) -> (usize, Pool<ConnectionManager>) {
        let mut current = self.lock();
        if current.is_replacement_due && self.may_replace() {
            tracing::info!(
                "fewer connections to the database hang; new connections replace those of the pool"
            );
            self.replace(current);
            current = self.lock();
        }
        (current.number, current.pool.clone())
    }

    fn limit(&self) -> usize {
        self.size as usize * HUNG_FACTOR
    }

    fn may_replace(&self) -> bool {
        self.given_up.load(Ordering::Relaxed) <= self.limit()
    }

    fn replace(&self, mut current: MutexGuard<'_, Current>) {
        let pool = pool(self.database.clone(), self.size);
        let new = Current { number: current.number + 1, pool, is_replacement_due: false };
        let old = std::mem::replace(&mut *current, new);
        drop(current);
        // Closes its idle connections.
        drop(old);
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_exhausted(pool: &Pool<ConnectionManager>) -> bool {
    let state = pool.state();
    state.idle_connections == 0 && state.connections >= pool.max_size()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Running;

    /// A use case that has a connection of the current pool and is given up.
    fn hang(pool: &ConnectionPool) -> Running {
        let running = Running::new(Arc::default());
        running.0.connect(pool.current().0).unwrap();
        pool.give_up(&running.0);
        running
    }

    #[test]
    fn pool_that_hangs_at_the_limit_is_replaced_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("registry.db").display());
        let pool = ConnectionPool::new(url.parse().unwrap(), 1);
        let mut hung: Vec<Running> = (0..HUNG_FACTOR).map(|_| hang(&pool)).collect();
        assert_eq!(pool.current().0, HUNG_FACTOR + 1);
        hung.push(hang(&pool));
        assert_eq!(pool.current().0, HUNG_FACTOR + 1, "too many hang");
        hung.truncate(HUNG_FACTOR);
        let Checkout { pool: number, .. } = pool.get().unwrap();
        assert_eq!(number, HUNG_FACTOR + 2);
        assert_eq!(pool.current().0, HUNG_FACTOR + 2, "replaced once");
    }
}
