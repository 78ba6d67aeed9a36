//! The limits of a call, in time and bytes.

use std::time::Duration;

/// The maximum number of addresses of each family that a connection tries.
pub(crate) const ADDRESSES: usize = 4;

/// The maximum number of addresses of a name. Users own name servers, which could return thousands.
pub(crate) const ADDRESSES_OF_NAME: usize = 64;

/// The minimal time for a connection to each address. The operating system repeats a lost packet after a
/// second.
pub(crate) const CONNECT_TO_ADDRESS: Duration = Duration::from_millis(1500);

/// The maximum time for an attempt to connect to one of several addresses: a dead one leaves time for the
/// next. The operating system repeats a lost packet after one second and after three.
pub(crate) const LONGEST_ATTEMPT: Duration = Duration::from_millis(2500);

/// The maximum time to learn which protocol a server speaks, after a call failed.
pub(crate) const DETECTION: Duration = Duration::from_secs(1);

/// The time limits of a call through the [`Guard`](crate::Guard).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallLimits {
    /// The maximum time for a connection, TLS included. It is extended to 1.5 seconds for each address of the
    /// family with more addresses, of which at most four are tried. One of several has at most 2.5 seconds.
    pub connect: Duration,
    /// The maximum time from the start of the connection to the head of the response. It includes the upload
    /// of the request's body, so callers with large bodies must add time for it.
    pub first_byte: Duration,
    /// The maximum time between two parts of the body. The body as a whole has no time limit.
    pub silence: Duration,
    /// How long an idle connection is reused. It must be shorter than the server's own limit, which is five
    /// seconds in common servers: a request on a connection that the server closes at that moment is lost.
    /// The connection is closed at most one such time later. Zero gives every call a connection of its own.
    pub keep_idle: Duration,
    /// The maximum number of bytes that are read for a response, its head and its framing included; `None`
    /// without limit. A longer response closes the connection, and the error is
    /// [`CallError::Protocol`](crate::CallError::Protocol).
    pub response_bytes: Option<u64>,
    /// The maximum number of idle connections to a destination. It has fewer if others of its runtime have
    /// taken most of the runtime's idle connections.
    pub idle_connections: usize,
}

impl CallLimits {
    /// The limits of checks. The caller of a check sets its own deadline, which is shorter than these limits
    /// on the response.
    pub const CHECK: Self = Self {
        connect: Duration::from_secs(3),
        first_byte: Duration::from_mins(2),
        silence: Duration::from_mins(2),
        keep_idle: Duration::from_secs(4),
        // Chunks of a few bytes have as much framing as content.
        response_bytes: Some(2 * BODY as u64 + HEADS),
        idle_connections: 8,
    };

    /// The limits of model calls. Models think for minutes before the first byte.
    pub const CALL: Self = Self {
        connect: Duration::from_secs(10),
        first_byte: Duration::from_mins(5),
        silence: Duration::from_mins(2),
        keep_idle: Duration::from_secs(4),
        response_bytes: None,
        idle_connections: 32,
    };

    /// The limits of checks, with a connection of its own for every call.
    pub(crate) const UNPOOLED_CHECK: Self = Self { keep_idle: Duration::ZERO, ..Self::CHECK };
}

/// The limits that are fixed when a client is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ConnectionLimits {
    pub(crate) connect: Duration,
    pub(crate) keep_idle: Duration,
    pub(crate) response_bytes: Option<u64>,
    pub(crate) idle_connections: usize,
}

impl CallLimits {
    pub(crate) const fn of_connections(&self) -> ConnectionLimits {
        let Self { connect, first_byte: _, silence: _, keep_idle, response_bytes, idle_connections } = *self;
        ConnectionLimits { connect, keep_idle, response_bytes, idle_connections }
    }
}

/// The maximum size of a bounded body in bytes. Lists of models are long.
const BODY: usize = 1024 * 1024;

/// The maximum size of the head of a response and of an interim response together in bytes.
pub(crate) const HEADS: u64 = 64 * 1024;

/// The maximum size of a bounded body of an error response in bytes.
const ERROR_BODY: usize = 64 * 1024;

/// The maximum size of a bounded body of a response with this status, in bytes.
#[must_use]
pub const fn body_limit(status: u16) -> usize {
    if status >= 400 { ERROR_BODY } else { BODY }
}
