//! The body of a call, which is counted as it arrives.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use llm_config_gateway::error::{BodyFault, GatewayError};
use llm_config_service::CallSlot;
use tokio::time::{Instant, timeout_at};

const MIB: u64 = 1024 * 1024;

/// The largest body whose memory is reserved before it has arrived, in bytes: a client may declare a length
/// and send nothing.
const RESERVED: usize = 64 * 1024;

/// Reads the body of a request.
pub(super) async fn read(
    request: &HttpRequest,
    mut payload: Payload,
    slot: &mut CallSlot,
) -> Result<Bytes, GatewayError> {
    let declared = declared_length(request);
    let (limit, times) = (slot.body_limit(), slot.times());
    if declared.is_some_and(|length| length > limit) {
        return Err(GatewayError::BodyTooLarge { limit });
    }
    let started = Instant::now();
    let mut received = 0;
    let mut first = None;
    let mut body = BytesMut::new();
    loop {
        let mebibytes = u32::try_from(received / MIB).unwrap_or(u32::MAX);
        let within = times.body + times.body_per_mib.saturating_mul(mebibytes);
        let next = timeout_at(started + within, payload.next()).await;
        let next = next.map_err(|_| GatewayError::BodyTooSlow { limit: within })?;
        let Some(chunk) = next else { break };
        let chunk = chunk.map_err(|_| GatewayError::InvalidBody(BodyFault::Incomplete))?;
        slot.add_bytes(chunk.len() as u64)?;
        received += chunk.len() as u64;
        if received == chunk.len() as u64 && declared == Some(received) {
            // The usual small body arrives whole and need not be copied.
            first = Some(chunk);
            continue;
        }
        if body.is_empty() {
            body.reserve(usize::try_from(declared.unwrap_or(0)).unwrap_or(RESERVED).min(RESERVED));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(slot.count_body(first.unwrap_or_else(|| body.freeze())))
}

fn declared_length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
