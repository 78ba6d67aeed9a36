//! The capability flags of requests and responses.

use llm_config_core::config::{Capabilities, Capability, StatedCapabilities};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::{Lenient, request_body};

request_body! {
    /// The capabilities of an LLM.
    #[expect(clippy::struct_field_names, reason = "the API's names")]
    pub(crate) struct CapabilitiesRequest as LLMCapabilitiesRequest {
        supports_chat: Option<Lenient<bool>>,
        supports_completion: Option<Lenient<bool>>,
        supports_function_calling: Option<Lenient<bool>>,
        supports_system_messages: Option<Lenient<bool>>,
        supports_streaming: Option<Lenient<bool>>,
        supports_sampling_parameters: Option<Lenient<bool>>,
    }
}

impl CapabilitiesRequest {
    /// The flags in the request, true or false.
    pub(crate) fn into_stated(self) -> StatedCapabilities {
        let flags = [
            (Capability::Chat, self.supports_chat),
            (Capability::Completion, self.supports_completion),
            (Capability::FunctionCalling, self.supports_function_calling),
            (Capability::SystemMessages, self.supports_system_messages),
            (Capability::Streaming, self.supports_streaming),
            (Capability::SamplingParameters, self.supports_sampling_parameters),
        ];
        flags.into_iter().filter_map(|(capability, flag)| Some((capability, flag?.0))).collect()
    }

    /// The capabilities whose flag is true.
    pub(crate) fn into_enabled(self) -> Capabilities {
        self.into_stated().into_iter().filter_map(|(capability, is_on)| is_on.then_some(capability)).collect()
    }
}

/// The capabilities of an LLM.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LLMCapabilities)]
#[expect(clippy::struct_excessive_bools, reason = "the API has six flags")]
pub(crate) struct CapabilityFlags {
    supports_chat: bool,
    supports_completion: bool,
    supports_function_calling: bool,
    supports_system_messages: bool,
    supports_streaming: bool,
    supports_sampling_parameters: bool,
}

impl From<&Capabilities> for CapabilityFlags {
    fn from(capabilities: &Capabilities) -> Self {
        let has = |capability| capabilities.contains(&capability);
        Self {
            supports_chat: has(Capability::Chat),
            supports_completion: has(Capability::Completion),
            supports_function_calling: has(Capability::FunctionCalling),
            supports_system_messages: has(Capability::SystemMessages),
            supports_streaming: has(Capability::Streaming),
            supports_sampling_parameters: has(Capability::SamplingParameters),
        }
    }
}
