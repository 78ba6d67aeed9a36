//! The errors of calls. They are coarse and contain none of the HTTP client's messages, which would
//! distinguish an SSH server from a closed port.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter;

use crate::exchange_error::ExchangeError;

/// Why a call has no response. Coarse, because details would reveal facts about the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The address is not allowed, or the host has none. One error for both, so that callers cannot map the
    /// network.
    #[error("the address is not allowed, or the host has no address")]
    Refused,
    /// A host that the operator listed, or the host of a well-known public API, has no address.
    #[error("the host has no address")]
    Dns,
    /// This process makes too many lookups at the moment. Tells nothing about the host.
    #[error("this server is busy")]
    Busy,
    /// The connection failed.
    #[error("the connection failed")]
    Connect,
    /// The connection was not established in time.
    #[error("the connection was not established in time")]
    ConnectTimeout,
    /// The TLS handshake failed.
    #[error("the TLS handshake failed")]
    Tls,
    /// The server speaks TLS, and the request was sent without.
    #[error("the server speaks TLS, and the request was sent without")]
    TlsExpected,
    /// The server speaks HTTP without TLS, which the policy allows at this host.
    #[error("the server speaks HTTP without TLS")]
    TlsUnexpected,
    /// The response, or the next part of its body, did not arrive in time.
    #[error("the response did not arrive in time")]
    Timeout,
    /// The connection ended or broke before the response was complete, also by an error of TLS after the
    /// handshake.
    #[error("the connection ended before the response did")]
    Reset,
    /// The response is not HTTP.
    #[error("the response is not HTTP")]
    Protocol,
}

impl CallError {
    /// Whether a part of the request may have been sent.
    #[must_use]
    pub const fn may_have_sent(self) -> bool {
        match self {
            Self::Timeout | Self::Reset | Self::Protocol | Self::TlsExpected => true,
            Self::Refused
            | Self::Dns
            | Self::Busy
            | Self::Connect
            | Self::ConnectTimeout
            | Self::Tls
            | Self::TlsUnexpected => false,
        }
    }
}

/// The message of hyper's error for a connection that ends before the response. Its type is private.
const ENDED_EARLY: &str = "connection closed before message completed";

/// The error of a request that has no response.
impl From<ExchangeError> for CallError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Library(error) if error.is_connect() => connection_error(&error),
            ExchangeError::Library(error) => exchange_error(&error),
            ExchangeError::InterimResponses => Self::Protocol,
        }
    }
}

/// The error of a body.
impl From<hyper::Error> for CallError {
    fn from(error: hyper::Error) -> Self {
        exchange_error(&error)
    }
}

fn connection_error(error: &(dyn Error + 'static)) -> CallError {
    if is_of_tls(error) {
        return CallError::Tls;
    }
    match kind(error) {
        Some(ErrorKind::TimedOut) => CallError::ConnectTimeout,
        // The TCP connection exists, but the server ended the TLS handshake.
        Some(ErrorKind::UnexpectedEof) => CallError::Tls,
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => CallError::Reset,
        Some(_) | None => CallError::Connect,
    }
}

fn exchange_error(error: &(dyn Error + 'static)) -> CallError {
    // After the handshake. The request may have been sent.
    if is_of_tls(error) {
        return CallError::Reset;
    }
    match kind(error) {
        Some(ErrorKind::TimedOut) => CallError::Timeout,
        Some(ErrorKind::InvalidData | ErrorKind::InvalidInput) => CallError::Protocol,
        Some(_) => CallError::Reset,
        None if causes(error).any(|cause| cause.to_string() == ENDED_EARLY) => CallError::Reset,
        None => CallError::Protocol,
    }
}

/// The kind of the operating system's or the TLS library's error behind an error.
fn kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).last().map(io::Error::kind)
}

fn is_of_tls(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(<dyn Error>::is::<rustls::Error>)
}

/// An error and all its causes. The `source` of an `io::Error` is the source of the error that it wraps, so
/// the wrapped error must be read with `get_ref`.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source())
    })
}
