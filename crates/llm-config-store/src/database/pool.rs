//! The pool of connections, from which those that hang can be given up.
//!
//! A connection is used by a thread that waits for the database. If the database does not answer, nothing
//! ends this wait but the system, which may take minutes, or for ever if the other process is suspended. So
//! the caller is answered, the thread keeps its connection until the wait ends, and a new pool takes the
//! place of the one that counts it. The old pool closes its connections as they come back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::r2d2::{Pool, PooledConnection};

use super::backend::{ConnectionManager, pool};
use crate::database::pooling::Pooling;
use crate::database::url::DatabaseUrl;
use crate::error::StoreError;
use crate::progress::Progress;

/// How many times as many connections as the pool has may be given up at once, so that a database that hangs
/// again and again does not take every thread.
const GIVEN_UP_FACTOR: usize = 4;

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
}

impl ConnectionPool {
    /// A pool of at most `size` connections.
    pub(crate) fn new(database: DatabaseUrl, size: u32) -> Self {
        let size = size.max(1);
        let current = Mutex::new(Current { number: 1, pool: pool(database.clone(), size) });
        Self { database, size, current, given_up: Arc::default() }
    }

    pub(crate) const fn size(&self) -> u32 {
        self.size
    }

    pub(crate) const fn pooling(&self) -> Pooling {
        self.database.pooling()
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
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = self.size as usize * GIVEN_UP_FACTOR;
        if current.number != of_pool {
            return;
        }
        if self.given_up.load(Ordering::Relaxed) > limit {
            tracing::error!(limit, "too many connections to the database hang; no others are opened");
            return;
        }
        tracing::warn!("a connection to the database hangs; new connections replace those of the pool");
        let fresh = Current { number: of_pool + 1, pool: pool(self.database.clone(), self.size) };
        let old = std::mem::replace(&mut *current, fresh);
        drop(current);
        // Closes its idle connections.
        drop(old);
    }

    fn current(&self) -> (usize, Pool<ConnectionManager>) {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        (current.number, current.pool.clone())
    }
}

fn is_exhausted(pool: &Pool<ConnectionManager>) -> bool {
    let state = pool.state();
    state.idle_connections == 0 && state.connections >= pool.max_size()
}
