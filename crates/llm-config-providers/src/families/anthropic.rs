//! Anthropic's API, and servers that implement it.

use std::time::SystemTime;

use http::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use url::Url;

use crate::api_root::ApiRoot;
use crate::auth::{AuthError, SentCredential};
use crate::classify::{Circumstance, Form, ModelSign, ResponseClass, classify};
use crate::completion::Operation;
use crate::family::ProviderTarget;
use crate::family::{
    Acceptance, AcceptedProbe, CredentialProbe, Family, ModelFact, ModelStep, ProbeKind, Problem,
};
use crate::family::{openai, openai_calls};
use crate::host_trust::HostTrust;
use crate::key_header::KeyHeader;
use crate::model_api::{ANTHROPIC_VERSION_DEFAULT, CallRequest, CallUrlError, Dialect};
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::stage::Stage;

/// Anthropic's API.
pub(crate) struct Anthropic;

/// The prefix of OAuth tokens of Claude subscriptions.
const OAUTH: &[&str] = &["sk-ant-oat"];

/// The header of beta features, and the feature that accepts these tokens.
const BETA: &str = "anthropic-beta";
const OAUTH_BETA: &str = "oauth-2025-04-20";

/// The prefixes of credentials that the API for models does not accept.
const OTHER_PRODUCTS: &[&str] = &["sk-ant-oat", "sk-ant-admin"];

/// The problem of a key that is genuine in `Authorization: Bearer` and would be sent in `x-api-key`.
const STORE_AS_BEARER: Problem = Problem {
    reason: Reason::ConfigIncomplete,
    hint: Some(
        "The server accepts the key in `Authorization: Bearer` only, but calls would send it in `x-api-key`: \
         store it as `Bearer KEY`.",
    ),
};

impl Family for Anthropic {
    fn is_openai_compatible(&self) -> bool {
        false
    }

    fn key_header(&self) -> &'static str {
        "x-api-key"
    }

    fn authenticate(
        &self,
        target: &ProviderTarget<'_>,
        request: Request,
        sent: SentCredential,
        _now: SystemTime,
    ) -> Request {
        // The OpenAI-compatible path expects OpenAI's header.
        if Operation::at(&request.url) == Some(Operation::ChatCompletions) {
            return openai::authenticate(target, request, sent);
        }
        let request = request.with_header("anthropic-version", ANTHROPIC_VERSION_DEFAULT);
        if target.auth.key_begins_with(OAUTH) {
            let request = request.with_header(BETA, OAUTH_BETA);
            return target.auth.apply(request, &KeyHeader::bearer(), sent);
        }
        let is_bearer = self.sends_stored_bearer(target);
        let header = if is_bearer { KeyHeader::bearer() } else { KeyHeader::bare("x-api-key") };
        target.auth.apply(request, &header, sent)
    }

    /// Gateways with Anthropic's API expect the one or the other header (BerriAI/litellm#33055,
    /// decolua/9router#1795); Anthropic expects `x-api-key` for every key.
    fn sends_stored_bearer(&self, target: &ProviderTarget<'_>) -> bool {
        target.trust() == HostTrust::Unknown && target.auth.stored_as_bearer() == Some(true)
    }

    /// The vendor's list proves the key. `MiniMax`, `DeepSeek` and others have no list
    /// (agentscope-ai/QwenPaw#2205), so a message without content follows.
    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        let list = self.reachability_probe(target);
        match target.trust() {
            HostTrust::Vendor => vec![list],
            HostTrust::Unknown => vec![list, empty_message(target, target.model())],
        }
    }

    fn reachability_probe(&self, target: &ProviderTarget<'_>) -> CredentialProbe {
        let mut url = below(target, &["models"]);
        // Other servers' lists are also searched.
        let limit = if target.trust() == HostTrust::Vendor { "1" } else { "1000" };
        url.query_pairs_mut().append_pair("limit", limit);
        CredentialProbe::new(ProbeKind::List, Request::get(url))
    }

    /// `Authorization`, where a refusal names this header and does not judge the key.
    fn in_missed_header(
        &self,
        target: &ProviderTarget<'_>,
        probe: &CredentialProbe,
        refusal: &Response,
    ) -> Option<CredentialProbe> {
        let sends_own_header = target.auth.stored_as_bearer() == Some(false)
            && !target.auth.key_begins_with(OAUTH)
            && Operation::at(&probe.request.url) != Some(Operation::ChatCompletions);
        if target.trust() == HostTrust::Vendor || !sends_own_header || probe.is_in_other_header() {
            return None;
        }
        let class = self.classify(target, &probe.request.url, refusal);
        let is_missed = class.reason == Reason::ConfigIncomplete || !class.is_conclusive;
        let names_header = refusal.error().contains_any(&["authorization", "bearer"]);
        let is_refusal = matches!(refusal.status, 400..=403);
        (is_refusal && is_missed && names_header).then(|| probe.clone().in_header(KeyHeader::bearer()))
    }

    fn acceptance(
        &self,
        _target: &ProviderTarget<'_>,
        probe: &CredentialProbe,
        response: &Response,
        class: &ResponseClass,
    ) -> Option<Acceptance> {
        let acceptance = match probe.kind {
            ProbeKind::List | ProbeKind::Describe => response.has_list("data").then_some(Acceptance::FULL),
            ProbeKind::EmptyCall => openai::acceptance(probe, response, class),
        };
        let problem = probe.is_in_other_header().then_some(STORE_AS_BEARER);
        acceptance.map(|acceptance| Acceptance { problem: problem.or(acceptance.problem), ..acceptance })
    }

    fn empty_call(&self, target: &ProviderTarget<'_>, _root: Option<&ApiRoot>) -> Option<CredentialProbe> {
        Some(empty_message(target, None))
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        if accepted.is_list_forbidden {
            return ModelStep::Done(ModelFact::NotChecked);
        }
        match (target.model(), target.trust(), accepted.probe.kind) {
            (None, _, _) => ModelStep::Done(ModelFact::NotChecked),
            (Some(model), HostTrust::Vendor, _) => count_tokens(target, model),
            (Some(model), HostTrust::Unknown, ProbeKind::List) => find(target, accepted.response, model),
            (Some(_), HostTrust::Unknown, ProbeKind::Describe | ProbeKind::EmptyCall) => {
                ModelStep::Done(ModelFact::only_call_tells())
            }
        }
    }

    fn completion_url(&self, target: &ProviderTarget<'_>) -> Option<Url> {
        Some(below(target, &["messages"]))
    }

    fn default_operation(&self) -> Operation {
        Operation::Messages
    }

    /// The vendor's own host has the OpenAI-compatible API beside its own
    /// (platform.claude.com/docs/en/api/openai-sdk); a server in front of it passes both on.
    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        let root = openai_calls::call_root(target);
        match dialect {
            Dialect::OpenAi if !root.base().ends_in_version() => Ok(root.with_version()),
            Dialect::OpenAi | Dialect::Anthropic => Ok(root),
            Dialect::Gemini => Err(CallUrlError::NotSpoken),
        }
    }

    fn call_key_header(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> KeyHeader {
        let is_bearer = target.auth.key_begins_with(OAUTH) || self.sends_stored_bearer(target);
        if dialect == Dialect::OpenAi || is_bearer {
            KeyHeader::bearer()
        } else {
            KeyHeader::bare("x-api-key")
        }
    }

    /// Tokens of subscriptions are accepted with a beta feature only, beside those of the client.
    fn authenticate_call(
        &self,
        target: &ProviderTarget<'_>,
        call: CallRequest<'_>,
        _now: SystemTime,
    ) -> Result<HeaderMap, AuthError> {
        let mut headers = target.auth.headers(&self.call_key_header(target, call.dialect))?;
        if call.dialect == Dialect::Anthropic && target.auth.key_begins_with(OAUTH) {
            let own = HeaderValue::from_static(OAUTH_BETA);
            let client = call.headers.get_all(BETA).iter().filter(|features| !features.is_empty());
            let features: Vec<&[u8]> = client.chain([&own]).map(HeaderValue::as_bytes).collect();
            headers.insert(BETA, HeaderValue::from_bytes(&features.join(&b","[..])).unwrap_or(own));
        }
        Ok(headers)
    }

    fn classify(&self, target: &ProviderTarget<'_>, url: &Url, response: &Response) -> ResponseClass {
        let is_other = target.auth.key_begins_with(OTHER_PRODUCTS);
        let context = target.response_context(url);
        classify(Form::Anthropic, response, &context.when(Circumstance::KeyOfOtherProduct, is_other))
    }
}

/// A URL below the version, which the base does not have.
fn below(target: &ProviderTarget<'_>, segments: &[&str]) -> Url {
    let version: &[&str] = if target.base.ends_in_version() { &[] } else { &["v1"] };
    target.base.join(&[version, segments].concat())
}

fn empty_message(target: &ProviderTarget<'_>, model: Option<&str>) -> CredentialProbe {
    openai::empty_call_at(below(target, &["messages"]), model)
}

/// Counts tokens, which is free, and refused wherever messages would be.
fn count_tokens<'a>(target: &'a ProviderTarget<'a>, model: &'a str) -> ModelStep<'a> {
    let url = below(target, &["messages", "count_tokens"]);
    let body = json!({"model": model, "messages": [{"role": "user", "content": "hi"}]});
    ModelStep::send(Request::post(url.clone(), &body), move |response| {
        let counts = |json: &Value| json.get("input_tokens").is_some_and(Value::is_number);
        if response.is_success() && response.json().is_some_and(counts) {
            return ModelStep::Done(ModelFact::Exists);
        }
        let class = target.classify(&url, response);
        let is_denied = class.reason == Reason::NoPermission && class.hint.is_none();
        let class = if is_denied {
            ResponseClass::new(Reason::ModelNoAccess, Stage::Model).with_model(ModelSign::NoAccess)
        } else {
            class
        };
        ModelStep::Done(ModelFact::refused(class, response))
    })
}

/// Looks the model up in the list and then by its name; servers that only implement Anthropic's API count
/// the tokens of any model.
fn find<'a>(target: &'a ProviderTarget<'a>, list: &Response, model: &'a str) -> ModelStep<'a> {
    let is_model = move |entry: &Value| entry.get("id").and_then(Value::as_str) == Some(model);
    let entries = list.json().and_then(|json| json.get("data")).and_then(Value::as_array);
    if entries.is_some_and(|entries| entries.iter().any(is_model)) {
        return ModelStep::Done(ModelFact::Exists);
    }
    let url = below(target, &["models", model]);
    ModelStep::send(Request::get(url.clone()), move |response| {
        ModelStep::Done(if response.is_success() && response.json().is_some_and(is_model) {
            ModelFact::Exists
        } else {
            refused_lookup(target, &url, response)
        })
    })
}

/// The fact that follows from a refused request for one model.
pub(super) fn refused_lookup(target: &ProviderTarget<'_>, url: &Url, response: &Response) -> ModelFact {
    let class = if response.status == 404 && response.error().is_error() {
        ResponseClass::new(Reason::ModelNotFound, Stage::Model)
    } else if response.is_success() {
        ResponseClass::new(Reason::UnexpectedAnswer, Stage::Model)
    } else {
        target.classify(url, response)
    };
    ModelFact::refused(class, response)
}
