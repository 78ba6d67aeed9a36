//! The result of a ping.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use llm_config_core::id::ConfigId;
use llm_config_probe::ping::{self, Moments};
use llm_config_service::PingOutcome;
use serde::Serialize;
use utoipa::ToSchema;

/// The result of one ping. A refusal by the provider is a result, not an error.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PingResult {
    pub(crate) endpoint: PingEndpointInfo,
    /// The number of the ping, from 1.
    seq: u32,
    /// Bytes of the request's body.
    pub(crate) bytes_sent: usize,
    /// Bytes of the response's body.
    pub(crate) bytes_received: usize,
    /// Whether the model responded in the expected format.
    pub(crate) ok: bool,
    /// The provider's status; 504 after a timeout, 503 if this server was busy, 502 without a response.
    http_status: u16,
    /// The problem and its solution, in this server's words.
    #[schema(required = true)]
    error_message: Option<String>,
    pub(crate) rtt_ms: f64,
    timing: PingTiming,
    /// `reason`: the reason code, as in reports of checks.
    #[schema(required = true)]
    metadata: Option<BTreeMap<&'static str, String>>,
}

/// The endpoint that was called.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PingEndpointInfo {
    /// Always `LLM`.
    target_type: &'static str,
    #[schema(format = Uuid)]
    target_id: String,
    /// The endpoint and the API path, without a query.
    resolved_endpoint: String,
    provider: &'static str,
    model_identifier: String,
}

/// The times of the ping by this server's clock. Providers do not report when they received the request
/// and when they responded, so both of these times are estimated as the middle.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API's names")]
struct PingTiming {
    client_send_time_unix_nanos: u64,
    server_received_time_unix_nanos: u64,
    server_send_time_unix_nanos: u64,
    client_receive_time_unix_nanos: u64,
}

impl PingEndpointInfo {
    /// The endpoint of a target before the first ping.
    pub(crate) fn unknown(target: ConfigId) -> Self {
        Self {
            target_type: "LLM",
            target_id: target.to_string(),
            resolved_endpoint: String::new(),
            provider: "",
            model_identifier: String::new(),
        }
    }
}

impl PingResult {
    pub(crate) fn new(target: ConfigId, outcome: PingOutcome) -> Self {
        let PingOutcome { number, provider, result } = outcome;
        let without_response = match &result {
            busy if busy.is_busy() => 503,
            late if late.is_timeout() => 504,
            _ => 502,
        };
        let ping::PingResult {
            resolved_endpoint,
            model,
            bytes_sent,
            bytes_received,
            http_status,
            failure,
            elapsed,
            moments: Moments { client_sent, server_received, server_sent, client_received },
        } = result;
        Self {
            endpoint: PingEndpointInfo {
                resolved_endpoint,
                provider: provider.as_str(),
                model_identifier: model.map(String::from).unwrap_or_default(),
                ..PingEndpointInfo::unknown(target)
            },
            seq: number,
            bytes_sent,
            bytes_received,
            ok: failure.is_none(),
            http_status: http_status.unwrap_or(without_response),
            error_message: failure.as_ref().map(|failure| failure.hint.to_string()),
            rtt_ms: milliseconds(elapsed),
            timing: PingTiming {
                client_send_time_unix_nanos: nanoseconds(client_sent),
                server_received_time_unix_nanos: nanoseconds(server_received),
                server_send_time_unix_nanos: nanoseconds(server_sent),
                client_receive_time_unix_nanos: nanoseconds(client_received),
            },
            metadata: failure.map(|failure| BTreeMap::from([("reason", failure.reason.as_str().to_owned())])),
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
