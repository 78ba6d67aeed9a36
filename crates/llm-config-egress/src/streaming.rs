//! A response whose body is read part by part.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderMap;
use http_body::Body as _;
use hyper::body::Incoming;

use crate::call_error::CallError;
use crate::response::Response;

/// The size of the beginning of a body that decides whether it is enough, in bytes. The first output of a
/// model is near the beginning.
const ASKED_ABOUT: usize = 64 * 1024;

/// The sum of the sizes, in bytes, from which on a body is asked about only when its size has doubled.
const SUM_ASKED_ABOUT: usize = 4 * 1024 * 1024;

/// Whether the beginning of a body that was read is enough. It is asked again as more of the body
/// arrives, for at most the first 64 KiB.
pub type IsEnough = fn(&HeaderMap, &[u8]) -> bool;

/// A response with an unread body. Dropping it before the end of the body closes the connection.
pub struct StreamingResponse {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

/// A body that is read part by part. Its size is unlimited; one part is in memory at a time.
pub struct Body {
    /// The rest of the response, or the error that ended it.
    rest: Result<Incoming, CallError>,
    silence: Duration,
}

/// Without the headers and the body, which may contain secrets.
impl fmt::Debug for StreamingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Without the bytes, which may contain a secret.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}

impl StreamingResponse {
    pub(crate) fn new(response: http::Response<Incoming>, silence: Duration) -> Self {
        let (head, body) = response.into_parts();
        Self { status: head.status.as_u16(), headers: head.headers, body: Body { rest: Ok(body), silence } }
    }

    /// Reads the body up to `limit` bytes, or until it is enough. The declared length is ignored. A longer
    /// body closes the connection. A body that breaks off is returned if it is enough.
    pub async fn collect(self, limit: usize, is_enough: IsEnough) -> Result<Response, CallError> {
        let Self { status, headers, body: mut rest } = self;
        let mut body = Vec::new();
        let mut asking = Asking::default();
        loop {
            let chunk = match rest.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(Response { status, headers, body, is_whole: true }),
                Err(_) if is_enough(&headers, beginning(&body)) => {
                    return Ok(Response { status, headers, body, is_whole: false });
                }
                Err(error) => return Err(error),
            };
            let room = limit - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            let is_asked = asking.is_worthwhile(body.len());
            if chunk.len() > room || is_asked && is_enough(&headers, beginning(&body)) {
                return Ok(Response { status, headers, body, is_whole: false });
            }
        }
    }
}

/// The part of a body that is asked about.
fn beginning(body: &[u8]) -> &[u8] {
    &body[..body.len().min(ASKED_ABOUT)]
}

/// When the part of a body that was read is asked about. A server can send each byte as a part of its own, so
/// that the sum of all parts is limited.
#[derive(Default)]
struct Asking {
    /// The size of the body when it was last asked about.
    last: usize,
    /// The sum of the sizes so far.
    sum: usize,
}

impl Asking {
    fn is_worthwhile(&mut self, size: usize) -> bool {
        let is_new = self.last < ASKED_ABOUT;
        let is_worthwhile = is_new && (self.sum < SUM_ASKED_ABOUT || size >= 2 * self.last);
        if is_worthwhile {
            self.last = size;
            self.sum += size.min(ASKED_ABOUT);
        }
        is_worthwhile
    }
}

impl Body {
    /// The next part; `None` after the last one.
    ///
    /// An error closes the connection, and every later call returns the same error. The error is
    /// [`CallError::Timeout`] if the limit [`silence`](crate::CallLimits::silence) passes without a part.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        let silence = self.silence;
        let next = tokio::time::timeout(silence, poll_fn(|context| self.poll_chunk(context))).await;
        next.unwrap_or_else(|_| {
            self.rest = Err(CallError::Timeout);
            Err(CallError::Timeout)
        })
    }

    /// Like [`Self::chunk`], without a time limit.
    pub fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, CallError>> {
        let rest = match &mut self.rest {
            Ok(rest) => rest,
            Err(error) => return Poll::Ready(Err(*error)),
        };
        let next = ready!(poll_part(rest, context)).map_err(CallError::from);
        if let Err(error) = next {
            self.rest = Err(error);
        }
        Poll::Ready(next)
    }
}

/// The next part; `None` after the last one.
pub(crate) async fn chunk(body: &mut Incoming) -> hyper::Result<Option<Bytes>> {
    poll_fn(|context| poll_part(body, context)).await
}

/// The next part; `None` after the last one. Trailers are skipped: no API sends any.
fn poll_part(body: &mut Incoming, context: &mut Context<'_>) -> Poll<hyper::Result<Option<Bytes>>> {
    while let Some(frame) = ready!(Pin::new(&mut *body).poll_frame(context)) {
        if let Ok(data) = frame?.into_data() {
            return Poll::Ready(Ok(Some(data)));
        }
    }
    Poll::Ready(Ok(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of the bytes that are asked about, of a body of 1 MiB in parts of this size.
    fn sum_of(part: usize) -> usize {
        let mut asking = Asking::default();
        let sizes = (part..=1024 * 1024).step_by(part).filter(|size| asking.is_worthwhile(*size));
        sizes.map(|size| size.min(ASKED_ABOUT)).sum()
    }

    #[test]
    fn body_in_small_parts_is_asked_about_within_a_bound() {
        for part in [1, 100, 1024, 16 * 1024, 100 * 1024] {
            assert!(sum_of(part) <= SUM_ASKED_ABOUT + 3 * ASKED_ABOUT, "{part}");
        }
    }

    #[test]
    fn short_body_is_asked_about_for_every_part() {
        let mut asking = Asking::default();
        assert!((1..=2000).all(|size| asking.is_worthwhile(size)));
    }
}
