//! The models that a token may call.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;
use llm_config_core::time::Timestamp;
use llm_config_egress::CallError;
use llm_config_gateway::Dialect;
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::headers::passes_to_client;
use llm_config_gateway::model_name::{ModelChoice, upstream_model};
use llm_config_providers::{CallRequest, Response as ProviderResponse};
use llm_config_store::{ConfigBasis, Order, PageFilter, Position};
use tokio::time::{Instant, timeout_at};

use super::answer::{Answer, AnswerBody};
use super::exchange::with_defaults;
use super::failure::{CallFailure, of_exchange};
use super::incoming::ConfigNaming;
use super::memory::ProviderList;
use super::names::{call_of, callable_owners, callable_workspaces};
use super::planned::of_url;
use super::response_head::{Form, is_api_body};
use super::slots::CallSlot;
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// How many models a list has at most.
const MOST_MODELS: usize = 10_000;

/// How many rows are read at once.
const PAGE: u16 = 500;

/// How long a provider's own list is used.
const MAX_AGE_OF_LIST: Duration = Duration::from_mins(1);

/// A model that a token may call.
#[derive(Clone, Debug)]
pub struct CallableModel {
    /// What requests name: the name of the configuration, or its id if the name is not unique.
    pub id: String,
    /// The name of the configuration.
    pub name: String,
    /// The kind of service that is called.
    pub provider: Provider,
    /// When the configuration was created.
    pub created: Timestamp,
}

/// The models that a token may call.
pub enum CallableModels {
    /// Those of configurations.
    Known(Vec<CallableModel>),
    /// The list of the provider, whose configuration names no model.
    OfProvider(Box<Answer>),
}

impl Service {
    /// The models that the caller may call: those of all configurations, or those of the one that the URL
    /// names. `page` has the parameters of the list, for a provider's own. Dropping the future ends the
    /// request to the provider.
    pub async fn callable_models(
        &self,
        session: &Session,
        slot: &mut CallSlot,
        dialect: Dialect,
        naming: ConfigNaming,
        page: &[(String, String)],
    ) -> Result<CallableModels, CallFailure> {
        match naming {
            ConfigNaming::InModel { workspace } => {
                let actor = Arc::clone(&session.actor);
                let filter = PageFilter {
                    owners: callable_owners(&actor, workspace),
                    workspaces: callable_workspaces(&actor, workspace),
                    narrowed_to: actor.token_scope.configs.clone(),
                    id: None,
                    text: None,
                    provider: None,
                    state: None,
                    labels: Labels::default(),
                    is_available: false,
                    order: Order::OldestFirst,
                };
                let found = self.store.read(move |tx| {
                    let (mut found, mut after) = (Vec::new(), Some(Position::START));
                    while let Some(position) = after.filter(|_| found.len() < MOST_MODELS) {
                        let page = tx.list_page(&filter, position, PAGE)?;
                        after = page.next;
                        let configs = page.rows.iter().filter_map(|row| row.config.intact());
                        let callable =
                            configs.filter(|config| is_allowed(&actor, &call_of(config.id, config.scope)));
                        found.extend(callable.map(|config| model(config, config.id.to_string())));
                    }
                    Ok::<_, Error>(found)
                });
                Ok(CallableModels::Known(named(found.await?)))
            }
            ConfigNaming::InUrl(id) => {
                let prepared = self.prepare_call(session, id).await?;
                if prepared.target.model().is_some() {
                    return Ok(CallableModels::Known(vec![self.model_of(id).await?]));
                }
                self.provider_list(session, slot, id, dialect, page).await
            }
        }
    }

    /// A model that the caller may call.
    pub async fn callable_model(
        &self,
        session: &Session,
        naming: ConfigNaming,
        model: &str,
    ) -> Result<CallableModel, CallFailure> {
        let (id, rest) = match naming {
            ConfigNaming::InUrl(id) => (id, None),
            ConfigNaming::InModel { workspace } => {
                let named = self.resolve_model(session, workspace, model).await?;
                (named.id, named.rest)
            }
        };
        let prepared = self.prepare_call(session, id).await?;
        let choice = match naming {
            ConfigNaming::InUrl(_) => {
                ModelChoice::BesideUrl { model: Some(model), id: &id, name: &prepared.name }
            }
            ConfigNaming::InModel { .. } => ModelChoice::BehindName(rest),
        };
        match upstream_model(prepared.target.model(), choice) {
            // A configuration without a model is listed under its name alone.
            Ok(_) | Err(GatewayError::ModelRequired) => {}
            Err(error) => return Err(CallFailure { config: Some(id), ..error.into() }),
        }
        let found = self.model_of(id).await?;
        Ok(CallableModel { id: model.to_owned(), ..found })
    }

    async fn model_of(&self, id: ConfigId) -> Result<CallableModel, CallFailure> {
        let config = self.store.config(id).await.map_err(Error::from)?;
        let config = config.ok_or_else(|| GatewayError::ModelNotFound { model: id.to_string() })?;
        Ok(model(&config, config.settings.name.as_str().to_owned()))
    }

    /// The list of the provider of a configuration, fetched with its credential.
    async fn provider_list(
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
        let cut = slot.cut_signal();
        let prepared = cut.limit_unsent(self.prepare_call(session, id)).await??;
        let target = &prepared.target;
        let url = target.models_url(dialect);
        let mut url = url.map_err(|error| failed(of_url(error, target, "")))?;
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
        let response = cut.limit_unsent(timeout_at(end, guard.send(request))).await.map_err(failed)?;
        let response = response.unwrap_or(Err(CallError::Timeout));
        let response = response.map_err(|error| failed(of_exchange(error)))?;
        let llm_config_egress::Response { status, headers, body, is_whole } = response;
        if !is_whole {
            return Err(failed(GatewayError::ProviderResponseTooLarge));
        }
        let is_error = status >= 400;
        match Form::of(&headers) {
            form @ (Form::Json | Form::Unlabelled) if is_error || is_api_body(form, &body) => {}
            Form::Json | Form::Unlabelled | Form::Events | Form::Compressed | Form::Page => {
                return Err(failed(GatewayError::NotAnApiAnswer));
            }
        }
        if (300..400).contains(&status) {
            return Err(failed(GatewayError::NotAnApiAnswer));
        }
        let response = ProviderResponse::new(status, headers, body, true);
        if target.refuses_credential(&url, &response) {
            return Err(failed(GatewayError::CredentialRefused));
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

/// The models under the names of their configurations. A name that several have stands for none, so they keep
/// their ids.
fn named(mut models: Vec<CallableModel>) -> Vec<CallableModel> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for model in &models {
        *counts.entry(model.name.clone()).or_default() += 1;
    }
    for model in &mut models {
        if counts.get(&model.name) == Some(&1) {
            model.id.clone_from(&model.name);
        }
    }
    models
}

fn model(config: &LlmConfig, id: String) -> CallableModel {
    let name = config.settings.name.as_str().to_owned();
    CallableModel { id, name, provider: config.settings.provider, created: config.created.at }
}
