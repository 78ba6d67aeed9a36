//! The settings in requests and responses.

use llm_config_core::config::{CallSettings, CallTimeout};
use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::request_body;
use crate::http::schema::value::small_integer;

request_body! {
    /// How calls of models treat a configuration. An absent member has its default.
    pub(crate) struct GatewayRequest as GatewaySettingsRequest {
        /// Whether requests may refer to objects in the provider's account, such as earlier responses; false
        /// by default. Their ids are all that is needed to read them, so allow it only where all callers of
        /// the account may read each other's.
        allow_provider_state: Option<bool>,
        /// Whether usage is asked for in streams of chat completions, by `stream_options.include_usage`. By
        /// default, where the provider is known to take that.
        include_usage: Option<bool>,
        /// How long to wait for the head of the response; 300 by default.
        first_byte_seconds: Option<i64> => |_| small_integer(&CallTimeout::SECONDS).into(),
        /// How long to wait for the next part of the response; 120 by default.
        silence_seconds: Option<i64> => |_| small_integer(&CallTimeout::SECONDS).into(),
    }
    example {"allowProviderState": true, "silenceSeconds": 300}
}

impl GatewayRequest {
    pub(crate) fn into_settings(self) -> Parsed<CallSettings> {
        let Self { allow_provider_state, include_usage, first_byte_seconds, silence_seconds } = self;
        let mut errors = FieldErrors::<String>::default();
        let mut timeout = |name: &str, seconds: Option<i64>| {
            let timeout = seconds.map(CallTimeout::try_from).transpose();
            timeout.map_err(|error| errors.add(name, error)).ok().flatten()
        };
        let settings = CallSettings {
            allows_provider_state: allow_provider_state.unwrap_or(false),
            asks_for_usage: include_usage,
            first_byte: timeout("firstByteSeconds", first_byte_seconds),
            silence: timeout("silenceSeconds", silence_seconds),
        };
        if errors.is_empty() { Ok(settings) } else { Err(errors) }
    }
}

/// How calls of models treat a configuration.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GatewaySettings)]
pub(crate) struct GatewayResponse {
    allow_provider_state: bool,
    /// Null where the provider decides.
    include_usage: Option<bool>,
    /// Null for the default, 300.
    first_byte_seconds: Option<i64>,
    /// Null for the default, 120.
    silence_seconds: Option<i64>,
}

impl From<CallSettings> for GatewayResponse {
    fn from(settings: CallSettings) -> Self {
        let CallSettings { allows_provider_state, asks_for_usage, first_byte, silence } = settings;
        Self {
            allow_provider_state: allows_provider_state,
            include_usage: asks_for_usage,
            first_byte_seconds: first_byte.map(CallTimeout::seconds),
            silence_seconds: silence.map(CallTimeout::seconds),
        }
    }
}
