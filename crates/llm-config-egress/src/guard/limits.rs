//! How much and how long, per call.

use std::time::Duration;

/// The most addresses of a host that are tried.
pub(super) const ADDRESSES: usize = 16;

/// How long a connection may take, TLS included.
pub(super) const CONNECT: Duration = Duration::from_secs(3);

/// The most bytes that are read of an answer: lists of models are long.
const BODY: usize = 1024 * 1024;

/// The most bytes that are read of an answer that tells what was wrong.
const ERROR_BODY: usize = 64 * 1024;

/// The most bytes that are read of an answer with this status.
pub(super) const fn body(status: u16) -> usize {
    if status >= 400 { ERROR_BODY } else { BODY }
}
