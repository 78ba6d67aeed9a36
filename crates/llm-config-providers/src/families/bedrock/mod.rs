//! AWS Bedrock: signed requests or API keys, a control plane that lists models and a runtime that calls them.

mod calls;
mod credential;
mod endpoint;
mod models;

use std::borrow::Cow;
use std::time::SystemTime;

use http::header::HeaderMap;
use serde_json::{Map, Value};
use url::Url;

use self::endpoint::{BedrockEndpoint, Plane};
use crate::api_root::ApiRoot;
use crate::auth::{Auth, AuthError, SentCredential};
use crate::classify::{Circumstance, Form, ModelSign, ResponseClass, classify};
use crate::family::ProviderTarget;
use crate::family::{
    Acceptance, AcceptedProbe, CredentialProbe, Family, ModelFact, ModelStep, ProbeKind, Problem,
};
use crate::model_api::{CallRequest, CallUrlError, Dialect, models_url};
use crate::note::Note;
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::sigv4;

/// AWS Bedrock.
pub(crate) struct Bedrock;

impl Family for Bedrock {
    fn is_openai_compatible(&self) -> bool {
        false
    }

    fn authenticate(
        &self,
        target: &ProviderTarget<'_>,
        request: Request,
        sent: SentCredential,
        now: SystemTime,
    ) -> Request {
        credential::authenticate(&target.auth, request, sent, now)
    }

    fn precheck(&self, target: &ProviderTarget<'_>) -> Option<Problem> {
        credential::precheck(&target.auth, endpoint(target).region.as_deref())
    }

    fn notes(&self, target: &ProviderTarget<'_>) -> Vec<Note> {
        let is_assumed = signs(target) && endpoint(target).region.is_none();
        if is_assumed { vec![Note::RegionAssumed] } else { Vec::new() }
    }

    /// Signed requests may go to the sibling host, whose service lists models. A key stays at the host that
    /// it was stored for, as do requests from networks that allow this host only.
    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        let root = root(target);
        let plane = endpoint(target).plane;
        let sibling = sibling_root(target).filter(|_| plane == Plane::Runtime).map(|sibling| {
            let list = CredentialProbe::new(ProbeKind::List, list_of_models(&sibling));
            CredentialProbe { is_sibling_host: true, ..list }
        });
        let has_call = !is_compatible(target) && matches!(plane, Plane::Runtime | Plane::Unknown);
        let call = target
            .model()
            .filter(|_| has_call)
            .map(|model| CredentialProbe::new(ProbeKind::EmptyCall, models::empty_call(&root, model)));
        sibling.into_iter().chain([self.reachability_probe(target)]).chain(call).collect()
    }

    fn reachability_probe(&self, target: &ProviderTarget<'_>) -> CredentialProbe {
        let root = root(target);
        if is_compatible(target) {
            return CredentialProbe::new(ProbeKind::List, Request::get(target.base.join(&["models"])));
        }
        if endpoint(target).plane != Plane::Runtime {
            return CredentialProbe::new(ProbeKind::List, list_of_models(&root));
        }
        let mut url = below(&root, &["async-invoke"]);
        url.query_pairs_mut().append_pair("maxResults", "1");
        CredentialProbe::new(ProbeKind::Describe, Request::get(url))
    }

    fn acceptance(
        &self,
        target: &ProviderTarget<'_>,
        probe: &CredentialProbe,
        response: &Response,
        class: &ResponseClass,
    ) -> Option<Acceptance> {
        match probe.kind {
            ProbeKind::List => {
                let name = if is_compatible(target) { "data" } else { "modelSummaries" };
                response.has_list(name).then_some(Acceptance::FULL)
            }
            // Parameters are checked after the credential.
            ProbeKind::Describe => {
                let is_empty = response.is_success()
                    && response.json().and_then(Value::as_object).is_some_and(Map::is_empty);
                let is_accepted = is_empty
                    || response.has_list("asyncInvokeSummaries")
                    || response.error().kind == "ValidationException";
                is_accepted.then_some(Acceptance::FULL)
            }
            ProbeKind::EmptyCall => {
                models::misses_content_only(response, class).then_some(Acceptance::PARTIAL)
            }
        }
    }

    fn empty_call(&self, _target: &ProviderTarget<'_>, _root: Option<&ApiRoot>) -> Option<CredentialProbe> {
        None
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        let Some(model) = target.model() else { return ModelStep::Done(ModelFact::NotChecked) };
        if accepted.is_list_forbidden {
            return match runtime_root(target) {
                Some(root) => models::call_without_content(target, &root, model, ModelFact::Unconfirmed),
                None => ModelStep::Done(ModelFact::NotChecked),
            };
        }
        match accepted.probe.kind {
            ProbeKind::List if is_compatible(target) => ModelStep::Done(in_list(accepted.response, model)),
            ProbeKind::List => {
                let is_sibling = accepted.probe.is_sibling_host;
                let sibling = sibling_root(target).filter(|_| is_sibling);
                let root = sibling.unwrap_or_else(|| root(target));
                models::find(target, root, model, accepted.response)
            }
            ProbeKind::Describe => {
                let partial = ModelFact::only_call_tells();
                models::call_without_content(target, &root(target), model, partial)
            }
            ProbeKind::EmptyCall => ModelStep::Done(ModelFact::only_call_tells()),
        }
    }

    /// At the runtime, which signed requests also reach from the control plane.
    fn completion_url(&self, target: &ProviderTarget<'_>) -> Option<Url> {
        if endpoint(target).plane == Plane::Mantle {
            return Some(below(target.base.url(), &["chat", "completions"]));
        }
        let root = match endpoint(target).plane {
            Plane::Control => sibling_root(target)?,
            Plane::Runtime | Plane::Unknown | Plane::Mantle => root(target),
        };
        Some(if root.path().ends_with("openai/v1") {
            below(&root, &["chat", "completions"])
        } else {
            below(&root, &["model", target.model()?, "converse"])
        })
    }

    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        calls::dialect_root(target, dialect)
    }

    /// Only mantle lists the models of its dialects.
    fn models_url(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<Url, CallUrlError> {
        let root = target.dialect_root(dialect)?;
        match endpoint(target).plane {
            Plane::Control | Plane::Runtime => Err(CallUrlError::NoList),
            Plane::Mantle | Plane::Unknown => Ok(models_url(root.api().base(), dialect)),
        }
    }

    fn authenticate_call(
        &self,
        target: &ProviderTarget<'_>,
        call: CallRequest<'_>,
        now: SystemTime,
    ) -> Result<HeaderMap, AuthError> {
        credential::call_headers(&target.auth, call, now)
    }

    fn classify(&self, target: &ProviderTarget<'_>, url: &Url, response: &Response) -> ResponseClass {
        let endpoint = endpoint(target);
        let key_region = credential::region_of_key(&target.auth);
        let context = target
            .response_context(url)
            .when(Circumstance::OwnHost, endpoint.is_own())
            .when(Circumstance::KeyOfRegion, key_region.is_some() && key_region == endpoint.region);
        let class = classify(Form::Amazon, response, &context);
        let is_call = url.path().ends_with("/converse");
        if is_call && class.reason == Reason::NoPermission && class.model.is_none() {
            return ResponseClass { forbids_listing: false, ..class.with_model(ModelSign::NoAccess) };
        }
        class
    }
}

/// Whether a host is Bedrock's.
pub(crate) fn is_own_host(host: &str) -> bool {
    BedrockEndpoint::new(host).is_own()
}

/// Whether a host is Bedrock's and serves all customers alike.
pub(crate) fn is_public_host(host: &str) -> bool {
    endpoint::is_public(host)
}

/// Whether a name can only be that of a host of Bedrock, even if no such host exists.
pub(crate) fn has_public_name(host: &str) -> bool {
    endpoint::has_public_name(host)
}

/// Whether a host is that of Bedrock's OpenAI-compatible service.
pub(crate) fn is_openai_host(host: &str) -> bool {
    BedrockEndpoint::new(host).plane == Plane::Mantle
}

fn endpoint(target: &ProviderTarget<'_>) -> BedrockEndpoint {
    BedrockEndpoint::new(target.base.host())
}

fn signs(target: &ProviderTarget<'_>) -> bool {
    matches!(target.auth, Auth::Pair(_))
}

/// Whether requests go to an OpenAI-compatible path.
fn is_compatible(target: &ProviderTarget<'_>) -> bool {
    match endpoint(target).plane {
        Plane::Mantle => true,
        Plane::Unknown => target.base.path().ends_with("openai/v1"),
        Plane::Control | Plane::Runtime => false,
    }
}

/// The root of AWS's own hosts, whatever the configured path; a gateway's path is kept.
fn root(target: &ProviderTarget<'_>) -> Url {
    let mut url = target.base.url().clone();
    if endpoint(target).is_own() {
        url.set_path("");
    }
    url
}

/// The root of the other plane. A key is sent to the host that it was stored for and to no other; a
/// signature reveals no secret.
fn sibling_root(target: &ProviderTarget<'_>) -> Option<Url> {
    let sibling = endpoint(target).sibling.filter(|_| signs(target))?;
    let mut url = root(target);
    url.set_host(Some(&sibling)).ok()?;
    Some(url)
}

/// The root of the service that calls models.
fn runtime_root(target: &ProviderTarget<'_>) -> Option<Url> {
    match endpoint(target).plane {
        Plane::Runtime => Some(root(target)),
        Plane::Control => sibling_root(target),
        Plane::Mantle | Plane::Unknown => None,
    }
}

fn list_of_models(root: &Url) -> Request {
    Request::get(below(root, &["foundation-models"]))
}

/// Which models are listed differs between the paths with and without `openai`, so absence proves nothing.
fn in_list(list: &Response, model: &str) -> ModelFact {
    let entries = list.json().and_then(|json| json.get("data")).and_then(Value::as_array);
    let is_model = |entry: &Value| entry.get("id").and_then(Value::as_str) == Some(model);
    if entries.is_some_and(|entries| entries.iter().any(is_model)) {
        ModelFact::Exists
    } else {
        ModelFact::only_call_tells()
    }
}

/// The URL of an operation. Each segment is percent-encoded, `:` and the `/` of ARNs included.
fn below(root: &Url, segments: &[&str]) -> Url {
    let encoded = segments.iter().map(|segment| Cow::Owned(sigv4::percent_encode(segment)));
    let path: Vec<Cow<'_, str>> =
        std::iter::once(Cow::Borrowed(root.path().trim_end_matches('/'))).chain(encoded).collect();
    let mut url = root.clone();
    url.set_path(&path.join("/"));
    url
}
