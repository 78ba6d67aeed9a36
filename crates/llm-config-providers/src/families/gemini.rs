//! Google's Gemini API: its own form and the OpenAI-compatible one.

use std::borrow::Cow;
use std::time::SystemTime;

use serde_json::Value;
use url::Url;

use super::anthropic::refused_lookup;
use crate::api_root::ApiRoot;
use crate::auth::SentCredential;
use crate::base_url::is_version;
use crate::classify::{Form, ModelSign, ResponseClass, classify};
use crate::completion::Operation;
use crate::family::{Acceptance, AcceptedProbe, CredentialProbe, Family, ModelFact, ModelStep, ProbeKind};
use crate::family::{ProviderTarget, openai_calls};
use crate::host_trust::HostTrust;
use crate::key_header::KeyHeader;
use crate::model_api::{CallUrlError, Dialect};
use crate::note::Note;
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::stage::Stage;

/// Google's Gemini API.
pub(crate) struct Gemini;

/// The prefix of access tokens.
const TOKENS: &[&str] = &["ya29."];

/// The OpenAI-compatible list has the prefix (EKKOLearnAI/hermes-studio#1510), and calls were seen to
/// refuse it.
const LISTED_ONLY: &str =
    "The model exists, but calls of this path take its name without `models/`: store it without.";

impl Family for Gemini {
    fn is_openai_compatible(&self) -> bool {
        false
    }

    fn key_header(&self) -> &'static str {
        "x-goog-api-key"
    }

    /// Keys never go into the query, where they would end up in logs. Access tokens are recognised by
    /// their shape.
    fn authenticate(
        &self,
        target: &ProviderTarget<'_>,
        request: Request,
        sent: SentCredential,
        _now: SystemTime,
    ) -> Request {
        // The path of the request decides; the base decides for paths that name no operation.
        let is_openai_path = match Operation::at(&request.url) {
            Some(operation) => operation != Operation::GenerateContent,
            None => is_compatible(target),
        };
        let is_token = target.auth.key_begins_with(TOKENS);
        let header =
            if is_openai_path || is_token { KeyHeader::bearer() } else { KeyHeader::bare("x-goog-api-key") };
        target.auth.apply(request, &header, sent)
    }

    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        vec![self.reachability_probe(target)]
    }

    fn reachability_probe(&self, target: &ProviderTarget<'_>) -> CredentialProbe {
        let mut url = below(target, &["models"]);
        if !is_compatible(target) {
            url.query_pairs_mut().append_pair("pageSize", "1");
        }
        CredentialProbe::new(ProbeKind::List, Request::get(url))
    }

    fn acceptance(
        &self,
        target: &ProviderTarget<'_>,
        _probe: &CredentialProbe,
        response: &Response,
        _class: &ResponseClass,
    ) -> Option<Acceptance> {
        let name = if is_compatible(target) { "data" } else { "models" };
        response.has_list(name).then_some(Acceptance::FULL)
    }

    fn empty_call(&self, _target: &ProviderTarget<'_>, _root: Option<&ApiRoot>) -> Option<CredentialProbe> {
        None
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        if accepted.is_list_forbidden {
            return ModelStep::Done(ModelFact::NotChecked);
        }
        let Some(model) = target.model() else { return ModelStep::Done(ModelFact::NotChecked) };
        let bare = model.strip_prefix("models/").unwrap_or(model);
        let url = match bare.split_once('/') {
            Some(("tunedModels", tuned)) => below(target, &["tunedModels", tuned]),
            _ => below(target, &["models", bare]),
        };
        ModelStep::send(Request::get(url.clone()), move |response| {
            ModelStep::Done(if !is_described(target, response, bare) {
                refused_lookup(target, &url, response)
            } else if !generates_text(response) {
                let class = ResponseClass::new(Reason::ModelWrongApi, Stage::Model);
                ModelFact::problem(class.with_model(ModelSign::Exists), Some(response.status))
            } else if bare == model {
                ModelFact::Exists
            } else if is_compatible(target) {
                let class = ResponseClass::new(Reason::Depth, Stage::Model).with_hint(LISTED_ONLY);
                ModelFact::problem(class, Some(response.status))
            } else {
                ModelFact::ExistsAs(Note::ModelSpelledDifferently)
            })
        })
    }

    fn completion_url(&self, target: &ProviderTarget<'_>) -> Option<Url> {
        let model = target.model()?;
        if is_compatible(target) {
            return Some(below(target, &["chat", "completions"]));
        }
        let id = model.strip_prefix("models/").unwrap_or(model);
        Some(below(target, &["models", &format!("{id}:generateContent")]))
    }

    /// Both dialects are called at each path. Only `v1beta` has the OpenAI-compatible form.
    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        let root = openai_calls::call_root(target);
        let path = root.base().path();
        let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
        let own = (last == "openai").then(|| without_last_version(before));
        match (dialect, own) {
            (Dialect::Anthropic, _) => Err(CallUrlError::NotSpoken),
            (Dialect::OpenAi, Some(_)) | (Dialect::Gemini, None) => Ok(root),
            (Dialect::OpenAi, None) => {
                let path = format!("{}/v1beta/openai", without_last_version(path));
                Ok(ApiRoot::at(root.base().at_path(&path)))
            }
            (Dialect::Gemini, Some(own)) => Ok(ApiRoot::at(root.base().at_path(own))),
        }
    }

    fn model_in_calls<'a>(&self, _dialect: Dialect, model: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(model.strip_prefix("models/").unwrap_or(model))
    }

    fn call_key_header(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> KeyHeader {
        let is_bearer = dialect != Dialect::Gemini || target.auth.key_begins_with(TOKENS);
        if is_bearer { KeyHeader::bearer() } else { KeyHeader::bare("x-goog-api-key") }
    }

    fn classify(&self, target: &ProviderTarget<'_>, url: &Url, response: &Response) -> ResponseClass {
        classify(Form::Google, response, &target.response_context(url))
    }
}

/// Whether the path is the OpenAI-compatible one.
fn is_compatible(target: &ProviderTarget<'_>) -> bool {
    target.base.path().rsplit('/').next() == Some("openai")
}

/// A path without a version at its end.
fn without_last_version(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    if is_version(last) { before } else { path }
}

fn below(target: &ProviderTarget<'_>, segments: &[&str]) -> Url {
    let has_version = is_compatible(target) || target.base.ends_in_version();
    let version: &[&str] = if has_version { &[] } else { &["v1beta"] };
    target.base.join(&[version, segments].concat())
}

/// Whether a response describes the model. The vendor describes an alias under the name of its model.
fn is_described(target: &ProviderTarget<'_>, response: &Response, model: &str) -> bool {
    let member = if is_compatible(target) { "id" } else { "name" };
    let name = response.json().and_then(|json| json.get(member)).and_then(Value::as_str);
    let is_vendor = target.trust() == HostTrust::Vendor;
    let is_model = |name: &str| is_vendor || name.strip_prefix("models/").unwrap_or(name) == model;
    response.is_success() && name.is_some_and(is_model)
}

/// Whether a model generates text. It does unless its description lists only other methods.
fn generates_text(description: &Response) -> bool {
    let json = description.json();
    let methods = json.and_then(|json| json.get("supportedGenerationMethods")).and_then(Value::as_array);
    methods.is_none_or(|methods| {
        let generates = |method: &Value| method.as_str().is_some_and(|name| name.ends_with("enerateContent"));
        methods.is_empty() || methods.iter().any(generates)
    })
}
