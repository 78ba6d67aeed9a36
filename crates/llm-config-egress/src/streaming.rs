//! A response whose body is read part by part.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderMap;

use crate::call_error::CallError;
use crate::response::Response;

/// Whether the part of a body that was read is enough. It is asked again for every part.
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
    rest: Result<reqwest::Response, CallError>,
    silence: Duration,
}

/// Without the headers and the body, which may contain secrets.
impl fmt::Debug for StreamingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Without the URL, whose query may contain a secret.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}

impl StreamingResponse {
    pub(crate) fn new(response: reqwest::Response, silence: Duration) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: Body { rest: Ok(response), silence } }
    }

    /// Reads the body up to `limit` bytes, or until it is enough. The declared length is ignored. A longer
    /// body closes the connection. A stream of events that breaks off is read so far.
    pub(crate) async fn collect(self, limit: usize, is_enough: IsEnough) -> Result<Response, CallError> {
        let Self { status, headers, body: mut rest } = self;
        let mut body = Vec::new();
        loop {
            let chunk = match rest.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(Response { status, headers, body, is_whole: true }),
                Err(_) if is_event_stream(&headers) && !body.is_empty() => {
                    return Ok(Response { status, headers, body, is_whole: false });
                }
                Err(error) => return Err(error),
            };
            let room = limit - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room || is_enough(&headers, &body) {
                return Ok(Response { status, headers, body, is_whole: false });
            }
        }
    }
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("text/event-stream"))
}

impl Body {
    /// The next part; `None` after the last one.
    ///
    /// An error closes the connection, and every later call returns the same error. The error is
    /// [`CallError::Timeout`] if the limit [`silence`](crate::CallLimits::silence) passes without a part.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        let response = self.rest.as_mut().map_err(|error| *error)?;
        let next = match tokio::time::timeout(self.silence, response.chunk()).await {
            Ok(next) => next.map_err(CallError::from),
            Err(_) => Err(CallError::Timeout),
        };
        if let Err(error) = next {
            self.rest = Err(error);
        }
        next
    }
}
