//! The bytes of a request body, which may hold secrets.

use actix_web::dev::Payload;
use futures_util::StreamExt;
use zeroize::Zeroizing;

/// The most bytes of a body.
const BODY_LIMIT: usize = 1024 * 1024;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// More than [`BODY_LIMIT`] bytes.
    TooLarge,
    /// The client closed the connection or broke the framing.
    Broken,
}

/// The whole body, overwritten in memory when dropped.
pub(crate) async fn read_bytes(mut payload: Payload) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyError::Broken)?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(BodyError::TooLarge);
        }
        if body.capacity() - body.len() < chunk.len() {
            // Grown by hand: a plain `Vec` would leave copies of the secrets behind.
            let mut grown =
                Zeroizing::new(Vec::with_capacity((body.len() + chunk.len()).next_power_of_two()));
            grown.extend_from_slice(&body);
            body = grown;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
