//! The list of models of a provider, whose configuration names none.

use std::pin::pin;
use std::time::Duration;

use llm_config_core::id::ConfigId;
use llm_config_egress::{CallError, body_limit};
use llm_config_gateway::Dialect;
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::headers::passes_to_client;
use llm_config_providers::{CallRequest, Response as ProviderResponse};
use llm_config_store::ConfigBasis;
use tokio::time::{Instant, timeout_at};

use super::answer::{Answer, AnswerBody};
use super::exchange::with_defaults;
use super::failure::{CallFailure, credential_error, exchange_error};
use super::memory::ProviderList;
use super::models::CallableModels;
use super::planned::url_error;
use super::response_head::{ContentForm, is_api_body};
use super::slots::CallSlot;
use crate::service::Service;
use crate::session::Session;

/// How long a provider's own list is used.
const MAX_AGE_OF_LIST: Duration = Duration::from_mins(1);

impl Service {
    /// The list of the provider of a configuration, fetched with its credential.
    pub(super) async fn provider_list(
        &self,
        session: &Session,
        slot: &mut CallSlot,
        id: ConfigId,
        dialect: Dialect,
        page: &[(String, String)],
    ) -> Result<CallableModels, CallFailure> {
        let cache = &self.calls.lists;
        let key = (session.caller.identity, id, dialect);
        if let Some(fetched) = cache.get(&key).filter(|_| page.is_empty()) {
            return Ok(into_models(fetched, id));
        }
        let failed = |error| CallFailure { config: Some(id), ..CallFailure::from(error) };
        let (reading, end) = (cache.begin_reading(), Instant::now() + slot.times().list);
        slot.bind(id).map_err(failed)?;
        let prepared = slot.cut_signal().limit_unsent(pin!(self.prepare_call(session, id))).await??;
        let target = &prepared.target;
        let url = target.models_url(dialect);
        let mut url = url.map_err(|error| failed(url_error(error, target, "")))?;
        for (name, value) in page {
            url.query_pairs_mut().append_pair(name, value);
        }
        let mut request = llm_config_egress::Request::get(url);
        request.headers = with_defaults(dialect, http::HeaderMap::new());
        let url = request.url.clone();
        let call =
            CallRequest { method: &request.method, url: &url, dialect, headers: &request.headers, body: &[] };
        let credential = target.authenticate_call(call, self.wall_clock());
        let credential = credential.map_err(|_| failed(GatewayError::CredentialMalformed))?;
        request.headers.extend(credential);
        let guard = self.providers.guard(session, prepared.role);
        let guard = guard.ok_or_else(|| failed(GatewayError::DestinationRefused))?;
        // Nothing is billed for a list, so it may always be asked for again.
        let response = pin!(timeout_at(end, guard.send(request)));
        let response = slot.cut_signal().limit_unsent(response).await.map_err(failed)?;
        let response = response.unwrap_or(Err(CallError::Timeout));
        let response = response.map_err(|error| failed(exchange_error(error)))?;
        let llm_config_egress::Response { status, headers, body, is_whole } = response;
        if !is_whole {
            let limit = body_limit(status);
            return Err(failed(GatewayError::ProviderResponseTooLarge { limit }));
        }
        let is_error = status >= 400;
        match ContentForm::classify(&headers) {
            form @ (ContentForm::Json | ContentForm::Unlabelled) if is_error || is_api_body(form, &body) => {}
            ContentForm::Json
            | ContentForm::Unlabelled
            | ContentForm::Events
            | ContentForm::Compressed
            | ContentForm::Page => {
                return Err(failed(GatewayError::NotAnApiAnswer));
            }
        }
        if (300..400).contains(&status) {
            return Err(failed(GatewayError::NotAnApiAnswer));
        }
        let response = ProviderResponse::new(status, headers, body, true);
        if target.refuses_credential(&url, &response) {
            return Err(failed(credential_error(target)));
        }
        if prepared.echo.contains(&response.body) {
            return Err(failed(GatewayError::CredentialEchoed { status: Some(status) }));
        }
        let ProviderResponse { headers, body, .. } = response;
        let passing = headers.into_iter().filter_map(|(name, value)| name.map(|name| (name, value)));
        let passing = passing.filter(|(name, value)| {
            passes_to_client(name.as_str()) && !prepared.echo.contains(value.as_bytes())
        });
        let fetched = ProviderList { status, headers: passing.collect(), body: body.into() };
        if let Some(basis) =
            session.basis.as_ref().filter(|_| (200..300).contains(&status) && page.is_empty())
        {
            let configs = ConfigBasis::One(id);
            cache.insert(key, fetched.clone(), reading, MAX_AGE_OF_LIST, basis, configs);
        }
        Ok(into_models(fetched, id))
    }
}

/// A list of a provider as the answer to a client.
fn into_models(list: ProviderList, config: ConfigId) -> CallableModels {
    let ProviderList { status, headers, body } = list;
    CallableModels::OfProvider(Box::new(Answer {
        config,
        added: Vec::new(),
        status,
        headers,
        upstream_request_id: None,
        is_final: false,
        body: AnswerBody::Whole(body),
    }))
}
