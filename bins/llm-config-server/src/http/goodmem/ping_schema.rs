//! What requests of pings consist of, for the document.
#![expect(dead_code, reason = "these types describe and are never made")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// A single call of the model, at the price of one generated token.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"targetId": "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a"}))]
pub(super) struct PingOnceRequest {
    /// The LLM.
    #[schema(format = Uuid)]
    target_id: String,
    /// `LLM` or `TARGET_TYPE_UNSPECIFIED`.
    target_type_hint: Option<String>,
    /// `TEXT`, `JSON` or `PAYLOAD_TYPE_UNSPECIFIED`; either is sent as text.
    payload_type: Option<String>,
    /// What the model is sent, at most 64 KiB; without it, one word.
    payload: Option<String>,
    /// In place of a payload: so many bytes of filler, at most 65,536.
    payload_size_bytes: Option<i64>,
    /// How long to wait for the answer; 0 or left out: 5000, at most 60,000.
    timeout_ms: Option<i64>,
}

/// Some calls of the model.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"targetId": "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a", "count": 3}))]
pub(super) struct PingStreamRequest {
    /// The LLM.
    #[schema(format = Uuid)]
    target_id: String,
    /// As for a single one.
    target_type_hint: Option<String>,
    /// How many; 0 or left out: 4, at most 100.
    count: Option<i64>,
    /// From the start of one to the start of the next; 0 or left out: 1000, at most 60,000.
    interval_ms: Option<i64>,
    /// As for a single one.
    timeout_ms: Option<i64>,
    /// As for a single one.
    payload_type: Option<String>,
    /// As for a single one.
    payload: Option<String>,
    /// As for a single one.
    payload_size_bytes: Option<i64>,
    /// How many may wait for an answer; 1, at most 4.
    max_in_flight: Option<i64>,
    /// Whether intervals differ by up to a quarter.
    jitter: Option<bool>,
    /// At most 20; checked and not kept.
    labels: Option<BTreeMap<String, String>>,
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::super::ping_request;
    use super::*;
    use crate::http::asked;

    #[test]
    fn what_is_described_is_what_is_read() {
        let request = TestRequest::post().to_http_request();
        asked::check::<PingOnceRequest>(&["{}"], |body| drop(ping_request::once(&request, body)));
        asked::check::<PingStreamRequest>(&[r#"{"labels": {}}"#], |body| {
            drop(ping_request::series(&request, body));
        });
    }
}
