//! What a failed call tells: coarse, and none of the HTTP client's own words, which would tell an
//! SSH server from a closed port.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter;

use super::CallError;

/// How hyper words the end of a connection before its answer; the error's type does not tell.
const ENDED_EARLY: &str = "connection closed before message completed";

/// What a failed call tells.
pub(super) fn of(error: &reqwest::Error) -> CallError {
    let io = causes(error).filter_map(|it| it.downcast_ref::<io::Error>()).map(io::Error::kind).last();
    if causes(error).any(<dyn Error>::is::<rustls::Error>) {
        CallError::Tls
    } else if error.is_connect() {
        match io {
            _ if error.is_timeout() => CallError::ConnectTimeout,
            Some(ErrorKind::TimedOut) => CallError::ConnectTimeout,
            // These follow upon a connection: the handshake was not answered.
            Some(ErrorKind::UnexpectedEof) => CallError::Tls,
            Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => CallError::Reset,
            Some(_) | None => CallError::Connect,
        }
    } else if error.is_timeout() {
        CallError::Timeout
    } else {
        match io {
            Some(ErrorKind::InvalidData | ErrorKind::InvalidInput) => CallError::Protocol,
            Some(_) => CallError::Reset,
            None if causes(error).any(|it| it.to_string() == ENDED_EARLY) => CallError::Reset,
            None => CallError::Protocol,
        }
    }
}

/// An error and all that is behind it. An `io::Error` names as its source what is behind the
/// error that it wraps, and leaves that one out.
fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let first: &'a (dyn Error + 'static) = error;
    iter::successors(Some(first), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|it| it as &(dyn Error + 'static)).or_else(|| error.source())
    })
}
