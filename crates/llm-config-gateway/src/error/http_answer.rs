//! What each error is in HTTP, and whether clients should repeat the request.

use super::GatewayError;

/// Values of `x-should-retry`, for errors whose status would mislead the client's library.
const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

impl GatewayError {
    /// Status, code, and whether the client should repeat the request. A request that the provider may have
    /// processed is not repeated: it may have been billed.
    pub(super) const fn answer(&self) -> (u16, &'static str, Option<bool>) {
        match self {
            Self::TokenInvalid(_) => (401, "token_invalid", NO),
            Self::ModelNotFound { .. } | Self::ConfigNotFound { .. } => (404, "model_not_found", NO),
            Self::CallNotAllowed => (403, "call_not_allowed", NO),
            Self::AmbiguousModel { .. } => (400, "ambiguous_model", NO),
            Self::ConfigRequired | Self::ModelRequired => (400, "model_required", NO),
            Self::ModelNotAllowed { .. } | Self::ModelsNotAllowed { .. } => (400, "model_not_allowed", NO),
            Self::DialectNotSpoken { .. } => (400, "dialect_not_spoken", NO),
            Self::NoModelList => (400, "no_model_list", NO),
            Self::EndpointIncomplete { .. } => (400, "endpoint_incomplete", NO),
            Self::StatefulReference { .. } => (400, "stateful_reference", NO),
            Self::FieldNotAllowed { .. } => (400, "field_not_allowed", NO),
            Self::InvalidBody(_) => (400, "invalid_body", NO),
            Self::QueryNotAllowed { .. } => (400, "query_not_allowed", NO),
            Self::InvalidQuery { .. } => (400, "invalid_query", NO),
            Self::InvalidHeader { .. } => (400, "invalid_header", NO),
            Self::OriginNotAllowed => (403, "origin_not_allowed", NO),
            Self::BodyTooLarge { .. } => (413, "body_too_large", NO),
            Self::BodyTooSlow { .. } => (408, "body_too_slow", NO),
            Self::GatewayLimit { .. } => (429, "gateway_limit", YES),
            Self::Unavailable { .. } => (503, "unavailable", YES),
            Self::Stopping => (503, "unavailable", NO),
            Self::DestinationRefused => (502, "destination_refused", NO),
            Self::ProviderUnreachable => (502, "provider_unreachable", YES),
            Self::ProviderConnectionLost => (502, "provider_connection_lost", NO),
            Self::CredentialRefused | Self::CredentialMissing => (502, "credential_refused", NO),
            Self::CredentialMalformed => (502, "credential_malformed", NO),
            Self::SecretUnavailable => (502, "secret_unavailable", NO),
            Self::NotAnApiAnswer => (502, "not_an_api_answer", NO),
            Self::ProviderTimeout => (504, "provider_timeout", NO),
            Self::ProviderResponseTooLarge { .. } => (502, "provider_response_too_large", NO),
            Self::CredentialEchoed { status } => match *status {
                // A 409 of a provider asks clients to repeat what has failed for good.
                Some(status @ (400..=408 | 410..=599)) => (status, "credential_echoed", None),
                Some(_) | None => (502, "credential_echoed", NO),
            },
            Self::UnknownPath => (404, "unknown_path", NO),
            Self::MethodNotAllowed => (405, "method_not_allowed", NO),
            Self::Internal => (500, "internal", NO),
        }
    }
}
