//! Connections that end before a complete request: scans of the ports, TLS to a server without TLS, garbage.

use std::cell::Cell;
use std::net::SocketAddr;

/// Belongs to a connection, and is dropped at its end.
#[derive(Debug)]
pub(crate) struct RequestWatch {
    peer: SocketAddr,
    has_request: Cell<bool>,
}

impl RequestWatch {
    pub(super) const fn new(peer: SocketAddr) -> Self {
        Self { peer, has_request: Cell::new(false) }
    }

    /// Notes that the connection was used.
    pub(crate) fn note_request(&self) {
        self.has_request.set(true);
    }
}

impl Drop for RequestWatch {
    fn drop(&mut self) {
        if !self.has_request.get() {
            tracing::debug!(peer = %self.peer, "a connection ended without a request in HTTP");
        }
    }
}
