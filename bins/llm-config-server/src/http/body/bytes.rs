//! The bytes of a request body, which may contain secrets.

use std::ops::Deref;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::StreamExt;
use llm_config_core::caller::Identity;
use llm_config_service::{MemoryFull, RequestMemory, Service};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

/// The maximum length of a body in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// The largest body that does not count as memory of its user, in bytes. Most bodies are smaller.
pub(crate) const UNCOUNTED: usize = 16 * 1024;

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
    /// Requests hold as much memory as they may.
    #[error(transparent)]
    MemoryFull(#[from] MemoryFull),
}

/// A whole body, overwritten in memory when dropped.
pub(crate) struct Body {
    bytes: Zeroizing<Vec<u8>>,
    _memory: Option<RequestMemory>,
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A size in the largest unit of which it is a multiple.
fn size(bytes: usize) -> String {
    let kib = bytes / 1024;
    if kib.is_multiple_of(1024) { format!("{} MiB", kib / 1024) } else { format!("{kib} KiB") }
}

/// Reads the body of a request.
pub(crate) async fn read_bytes(request: &HttpRequest, payload: Payload) -> Result<Body, BodyError> {
    read_bytes_up_to(BODY_LIMIT, request, payload).await
}

/// The same with another limit in bytes.
pub(crate) async fn read_bytes_up_to(
    limit: usize,
    request: &HttpRequest,
    mut payload: Payload,
) -> Result<Body, BodyError> {
    let within = request.app_data().map_or(BODY_TIMEOUT, |BodyTimeout(limit)| *limit);
    let end = Instant::now() + within;
    let mut memory = request_memory(request);
    if let Some(memory) = &memory {
        memory.require_room()?;
    }
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = timeout_at(end, payload.next()).await.map_err(|_| BodyError::TooSlow(within))? {
        let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge(limit));
        }
        if body.capacity() - body.len() < chunk.len() {
            let capacity = (body.len() + chunk.len()).next_power_of_two();
            if let Some(memory) = &mut memory
                && capacity > UNCOUNTED
            {
                memory.grow_to(capacity)?;
            }
            // A `Vec` that grows by itself leaves copies of secrets in the memory that it frees.
            let mut grown = Zeroizing::new(Vec::with_capacity(capacity));
            grown.extend_from_slice(&body);
            body = grown;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Body { bytes: body, _memory: memory })
}

/// What counts the memory that a request holds, for the user who sends it if their token was checked. `None`
/// in unit tests, which have no service.
pub(crate) fn request_memory(request: &HttpRequest) -> Option<RequestMemory> {
    let service = request.app_data::<Data<Service>>()?;
    let user = request.extensions().get::<Identity>().map(Identity::principal);
    Some(service.request_memory(user))
}
