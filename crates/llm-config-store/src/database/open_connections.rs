//! How many connections this process has open.

use std::sync::atomic::{AtomicUsize, Ordering};

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Whether a connection to a database is open, or being opened or closed. A process that exits meanwhile may
/// crash: OpenSSL's exit handler frees its global state, which a thread in libpq may be using.
#[must_use]
pub fn has_open_connections() -> bool {
    OPEN.load(Ordering::Acquire) > 0
}

/// Counts a connection until this is dropped, which has to be after the connection.
pub(crate) struct OpenConnection(());

impl OpenConnection {
    pub(crate) fn count() -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Release);
    }
}
