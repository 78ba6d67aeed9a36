//! How much and how long, per call.

use std::time::Duration;

/// The most addresses of a host that are tried.
pub(super) const ADDRESSES: usize = 4;

/// The least time that a connection may take, TLS included.
const CONNECT: Duration = Duration::from_secs(3);

/// The least share of each address: the system repeats a lost packet after a second.
const CONNECT_TO_ONE: Duration = Duration::from_millis(1500);

/// How long a connection to one of so many addresses may take, TLS included. The HTTP library divides it
/// among the addresses.
pub(super) fn connect(addresses: usize) -> Duration {
    let each = CONNECT_TO_ONE.saturating_mul(u32::try_from(addresses).unwrap_or(u32::MAX));
    CONNECT.max(each)
}

/// The most bytes that are read of an answer: lists of models are long.
const BODY: usize = 1024 * 1024;

/// The most bytes that are read of an answer that tells what was wrong.
const ERROR_BODY: usize = 64 * 1024;

/// The most bytes that are read of an answer with this status.
pub(super) const fn body(status: u16) -> usize {
    if status >= 400 { ERROR_BODY } else { BODY }
}
