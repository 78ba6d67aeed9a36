//! Families of APIs: the requests that a check or call sends, and the meaning of the responses.

mod call_refusal;
#[cfg(test)]
mod call_tests;
mod calls;
mod model_step;
pub(crate) mod openai;
pub(crate) mod openai_calls;
mod plausibility;
mod probe;
mod target;
pub(crate) mod vendor;

use std::borrow::Cow;
use std::time::SystemTime;

use http::header::HeaderMap;
use url::Url;

pub use model_step::{ModelFact, ModelRequest, ModelStep};
pub use probe::{Acceptance, AcceptedProbe, CredentialProbe, ProbeKind, Problem};
pub use target::ProviderTarget;
pub use vendor::Vendor;

use crate::api_root::ApiRoot;
use crate::auth::{AuthError, SentCredential};
use crate::classify::{Form, ResponseClass, classify};
use crate::completion::Operation;
use crate::key_header::KeyHeader;
use crate::model_api::{CallRequest, CallRoute, CallUrlError, Dialect, ModelCall, models_url, route_url};
use crate::note::Note;
use crate::request::Request;
use crate::response::Response;

/// A family of APIs. The default methods are those of OpenAI-compatible APIs, so that a product with one
/// peculiarity overrides one method.
pub trait Family: Sync {
    /// Whether the API is OpenAI-compatible.
    fn is_openai_compatible(&self) -> bool {
        true
    }

    /// Adds a credential to a request. `now` is the time for which a request is signed.
    fn authenticate(
        &self,
        target: &ProviderTarget<'_>,
        request: Request,
        sent: SentCredential,
        _now: SystemTime,
    ) -> Request {
        openai::authenticate(target, request, sent)
    }

    /// The name of the header in which the API expects keys.
    fn key_header(&self) -> &'static str {
        "authorization"
    }

    /// Whether a key that was stored as `Bearer KEY` is sent so, in the place of the family's own header.
    fn sends_stored_bearer(&self, _target: &ProviderTarget<'_>) -> bool {
        false
    }

    /// A problem of the configuration that needs no request.
    fn precheck(&self, _target: &ProviderTarget<'_>) -> Option<Problem> {
        None
    }

    /// Assumptions of the family's requests.
    fn notes(&self, _target: &ProviderTarget<'_>) -> Vec<Note> {
        Vec::new()
    }

    /// The requests that check the credential. The next one is sent if the server does not have the
    /// operation.
    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        openai::credential_probes(target, &target.api_root())
    }

    /// The request that only checks whether the host has such an API; it carries no credential.
    fn reachability_probe(&self, target: &ProviderTarget<'_>) -> CredentialProbe {
        openai::list_probe(&target.likely_root().unwrap_or_else(|| target.api_root()))
    }

    /// The problem that explains why the server does not have the operation of a credential probe.
    fn absence(&self, _target: &ProviderTarget<'_>) -> Option<Problem> {
        None
    }

    /// The same probe with the key in another header, if the refusal of `probe` misses the key there.
    fn in_missed_header(
        &self,
        _target: &ProviderTarget<'_>,
        _probe: &CredentialProbe,
        _refusal: &Response,
    ) -> Option<CredentialProbe> {
        None
    }

    /// Whether a response accepts the credential of a probe. `class` is its classification otherwise.
    fn acceptance(
        &self,
        _target: &ProviderTarget<'_>,
        probe: &CredentialProbe,
        response: &Response,
        class: &ResponseClass,
    ) -> Option<Acceptance> {
        openai::acceptance(probe, response, class)
    }

    /// A completion request without messages and model. It is refused after the credential was checked.
    fn empty_call(&self, _target: &ProviderTarget<'_>, root: Option<&ApiRoot>) -> Option<CredentialProbe> {
        root.map(|root| openai::empty_call(root, None))
    }

    /// The first step of the check of the model, after the credential was accepted.
    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        openai::model_step(target, accepted)
    }

    /// Where the model is called, as the configuration stands; `None` if that is not known.
    fn completion_url(&self, target: &ProviderTarget<'_>) -> Option<Url> {
        Some(target.api_root().completion_url())
    }

    /// The operation at a path that names none.
    fn default_operation(&self) -> Operation {
        Operation::ChatCompletions
    }

    /// Classifies a response to a request for `url` that is not the expected one.
    fn classify(&self, target: &ProviderTarget<'_>, url: &Url, response: &Response) -> ResponseClass {
        classify(Form::OpenAi, response, &target.response_context(url))
    }
    /// The root below which the routes of a dialect lie.
    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        openai_calls::dialect_root(target, openai_calls::call_root(target), dialect)
    }

    /// The URL of a call.
    fn call_url(&self, target: &ProviderTarget<'_>, call: &ModelCall<'_>) -> Result<Url, CallUrlError> {
        route_url(target.dialect_root(call.route.dialect())?, call)
    }

    /// The URL of the list of models in a dialect.
    fn models_url(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<Url, CallUrlError> {
        Ok(models_url(target.dialect_root(dialect)?.api().base(), dialect))
    }

    /// Whether the body of a call names the model, and not only its URL.
    fn names_model_in_body(&self, _target: &ProviderTarget<'_>, route: CallRoute) -> bool {
        !route.has_model_in_path()
    }

    /// The name under which calls in a dialect take a model.
    fn model_in_calls<'a>(&self, _dialect: Dialect, model: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(model)
    }

    /// The header in which a call in a dialect carries the key, unless the configuration names one.
    fn call_key_header(&self, _target: &ProviderTarget<'_>, _dialect: Dialect) -> KeyHeader {
        KeyHeader::bearer()
    }

    /// The headers that add the credential to a call. `now` is the time for which the call is signed.
    fn authenticate_call(
        &self,
        target: &ProviderTarget<'_>,
        call: CallRequest<'_>,
        _now: SystemTime,
    ) -> Result<HeaderMap, AuthError> {
        target.auth.headers(&self.call_key_header(target, call.dialect))
    }

    /// Whether this version of the API refuses `stream_options`, which the vendor's present one takes.
    fn refuses_stream_options(&self, _target: &ProviderTarget<'_>) -> bool {
        false
    }
}
