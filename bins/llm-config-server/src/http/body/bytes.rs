//! The bytes of a request body, which may contain secrets.

use actix_web::dev::Payload;
use futures_util::StreamExt;
use zeroize::Zeroizing;

/// The maximal length of a body in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// The reason why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// More than [`BODY_LIMIT`] bytes.
    #[error("the body must be at most 1 MiB")]
    TooLarge,
    /// The client closed the connection or broke the framing.
    #[error("the body is incomplete; send it again")]
    Incomplete,
}

/// The whole body, overwritten in memory when dropped.
pub(crate) async fn read_bytes(mut payload: Payload) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(BodyError::TooLarge);
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
