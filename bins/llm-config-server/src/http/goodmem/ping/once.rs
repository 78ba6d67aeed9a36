//! `POST /v1/ping:once`

use actix_web::web::{Data, Json};
use llm_config_core::id::ConfigId;
use llm_config_probe::ping::Message;
use llm_config_service::{Ping, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::goodmem::ping::applied_limits::AppliedLimits;
use crate::http::goodmem::ping::ping_result::PingResult;
use crate::http::goodmem::ping::request_values::{
    Amount, PayloadType, TargetTypeHint, exclude_payload_size, payload_and_size,
};
use crate::http::goodmem::tags;
use crate::http::schema::error_responses::{Forbidden, NotFound, TooMany};

request_body! {
    /// A single call of the model, at the price of one generated token.
    pub(crate) struct PingOnceRequest {
        /// The LLM.
        target_id: ConfigId,
        /// `LLM` or `TARGET_TYPE_UNSPECIFIED`.
        #[expect(dead_code, reason = "checked when it is read")]
        target_type_hint: Option<TargetTypeHint>,
        /// `TEXT`, `JSON` or `PAYLOAD_TYPE_UNSPECIFIED`; all are sent as text.
        #[expect(dead_code, reason = "checked when it is read")]
        payload_type: Option<PayloadType>,
        /// The message to the model, at most 64 KiB; absent: one word.
        payload: Option<Message>,
        /// Instead of a payload: this many bytes of filler, at most 65,536.
        payload_size_bytes: Amount,
        /// How long to wait for the response; 0 or absent: 5000, at most 60,000.
        timeout_ms: Amount,
    }
    example {"targetId": "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a"}
    forbids(payload_and_size())
    rules(object) {
        exclude_payload_size(object, payload_size_bytes);
    }
}

impl PingOnceRequest {
    pub(crate) fn into_ping(self) -> Ping {
        let Self {
            target_id: target,
            target_type_hint: _,
            payload_type: _,
            payload,
            payload_size_bytes: size,
            timeout_ms,
        } = self;
        let mut limits = AppliedLimits::default();
        let message = limits.message(payload, size);
        Ping { target, message, timeout: limits.timeout(timeout_ms) }
    }
}

/// Calls the model once.
///
/// Measures how long the response takes. A refusal by the provider is a result, not an error.
#[utoipa::path(
    post, path = "/v1/ping:once", operation_id = "pingOnce", tag = tags::PING, request_body = PingOnceRequest,
    responses((status = 200, body = PingResult), Forbidden, NotFound, TooMany)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<PingOnceRequest>,
    service: Data<Service>,
) -> Result<Json<PingResult>, RequestError> {
    let ping = body.into_ping();
    let outcome = service.ping(&session, &ping).await?;
    Ok(Json(PingResult::new(ping.target, outcome)))
}
