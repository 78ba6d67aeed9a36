//! What a call sends to the provider.

use llm_config_gateway::error::GatewayError;
use llm_config_gateway::model_name::{ModelChoice, upstream_model};
use llm_config_gateway::request_body::{RequestBody, SpliceRules, SplicedBody};
use llm_config_providers::{CallUrlError, CallUrlOptions, ProviderTarget};
use url::Url;

use super::incoming::IncomingCall;
use super::memory::PreparedCall;

/// What is sent to the provider, but for the credential.
pub(super) struct PlannedCall {
    /// The model at the provider.
    pub(super) model: String,
    pub(super) url: Url,
    pub(super) body: SplicedBody,
}

impl PlannedCall {
    pub(super) fn new(
        prepared: &PreparedCall,
        call: &IncomingCall,
        body: &RequestBody,
        choice: ModelChoice<'_>,
    ) -> Result<Self, GatewayError> {
        let IncomingCall { route, version, wants_events, is_beta, .. } = *call;
        let target = &prepared.target;
        let model = upstream_model(target.model(), choice)?;
        let options = CallUrlOptions { version, has_alt_sse: wants_events, has_beta: is_beta };
        let url = target.call_url(route, &model, options);
        let url = url.map_err(|error| url_error(error, target, &model))?;
        let body = body.splice(
            &call.body,
            &SpliceRules {
                model: &target.model_in_calls(route.dialect(), &model),
                sends_model: target.names_model_in_body(route),
                defaults: prepared.defaults.as_ref(),
                takes_sampling: prepared.takes_sampling,
                asks_for_usage: prepared
                    .settings
                    .asks_for_usage
                    .unwrap_or_else(|| target.takes_include_usage()),
                renames_max_tokens: target.renames_max_tokens(),
                takes_top_k: target.takes_top_k(),
                takes_routing_fields: target.takes_routing_fields(),
                stores_model: target.model().is_some(),
                allows_provider_state: prepared.settings.allows_provider_state,
            },
        )?;
        Ok(Self { model, url, body })
    }
}

/// The error of a call, or of the list of models, that has no URL.
pub(super) fn url_error(error: CallUrlError, target: &ProviderTarget<'_>, model: &str) -> GatewayError {
    match error {
        CallUrlError::NotSpoken => GatewayError::DialectNotSpoken { spoken: target.spoken_dialects() },
        CallUrlError::NoModel => GatewayError::ModelRequired,
        CallUrlError::InvalidModel => GatewayError::ModelNotFound { model: model.to_owned() },
        CallUrlError::NoList => GatewayError::NoModelList,
        CallUrlError::Incomplete(hint) => GatewayError::EndpointIncomplete { hint },
    }
}
