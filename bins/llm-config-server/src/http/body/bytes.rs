//! The bytes of a request body, which may contain secrets.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

/// The maximal length of a body in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// How long a body may take, by default.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a body may take; registered as `app_data`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyTimeout(pub(crate) Duration);

/// The reason why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// More bytes than the limit.
    #[error("the body must be at most {}", size(*_0))]
    TooLarge(usize),
    /// The client closed the connection or broke the framing.
    #[error("the body is incomplete; send it again")]
    Incomplete,
    /// It took longer than [`BodyTimeout`].
    #[error("the body has not arrived within {} seconds; send it again, faster", _0.as_secs())]
    TooSlow(Duration),
}

/// A size in the largest unit of which it is a multiple.
fn size(bytes: usize) -> String {
    let kib = bytes / 1024;
    if kib.is_multiple_of(1024) { format!("{} MiB", kib / 1024) } else { format!("{kib} KiB") }
}

/// The whole body, overwritten in memory when dropped.
pub(crate) async fn read_bytes(
    request: &HttpRequest,
    payload: Payload,
) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    read_bytes_up_to(BODY_LIMIT, request, payload).await
}

/// The same with another limit in bytes.
pub(crate) async fn read_bytes_up_to(
    limit: usize,
    request: &HttpRequest,
    mut payload: Payload,
) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let within = request.app_data().map_or(BODY_TIMEOUT, |BodyTimeout(limit)| *limit);
    let end = Instant::now() + within;
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = timeout_at(end, payload.next()).await.map_err(|_| BodyError::TooSlow(within))? {
        let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge(limit));
        }
        if body.capacity() - body.len() < chunk.len() {
            // A `Vec` that grows by itself leaves copies of secrets in the memory that it frees.
            let mut grown =
                Zeroizing::new(Vec::with_capacity((body.len() + chunk.len()).next_power_of_two()));
            grown.extend_from_slice(&body);
            body = grown;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
