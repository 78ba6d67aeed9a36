//! Families of APIs: the requests that a check or call sends, and the meaning of the responses.

use std::time::SystemTime;

use url::Url;

use crate::api_root::{ApiRoot, Correction};
use crate::auth::SentCredential;
use crate::classify::{ResponseClass, ResponseContext, classify};
use crate::completion::Operation;
use crate::families::openai;
use crate::note::Note;
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::stage::Stage;
use crate::target::ProviderTarget;
use crate::vendors::Vendor;

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
        openai::credential_probes(target, &ApiRoot::new(target))
    }

    /// The request that only checks whether the host has such an API; it carries no credential.
    fn reachability_probe(&self, target: &ProviderTarget<'_>) -> CredentialProbe {
        openai::list_probe(&ApiRoot::new(target))
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
        Some(ApiRoot::new(target).completion_url())
    }

    /// The operation at a path that names none.
    fn default_operation(&self) -> Operation {
        Operation::ChatCompletions
    }

    /// Classifies a response to a request for `url` that is not the expected one.
    fn classify(&self, target: &ProviderTarget<'_>, url: &Url, response: &Response) -> ResponseClass {
        classify(response, &ResponseContext::new(target, url))
    }
}

/// A problem of a configuration that needs no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The reason.
    pub reason: Reason,
    /// The remedy, if it is more precise than the reason's.
    pub hint: Option<&'static str>,
}

/// The operation of a credential probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeKind {
    /// Lists models.
    List,
    /// Describes the key or the server.
    Describe,
    /// Calls without content, which is refused after the credential was checked.
    EmptyCall,
}

/// A request that checks a credential, without the credential.
#[derive(Clone, Debug)]
pub struct CredentialProbe {
    /// The request.
    pub request: Request,
    /// Its operation.
    pub kind: ProbeKind,
    /// The root of the API that the request assumes.
    pub(crate) root: Option<ApiRoot>,
    /// Whether its result counts only if there is an API: the request goes to a guessed address.
    pub is_guess: bool,
    /// Whether its absence is not reported: only some versions of the server have the operation.
    pub is_optional: bool,
    /// Whether it goes to another host of the same vendor.
    pub is_sibling_host: bool,
}

impl CredentialProbe {
    pub(crate) const fn new(kind: ProbeKind, request: Request) -> Self {
        Self { request, kind, root: None, is_guess: false, is_optional: false, is_sibling_host: false }
    }

    pub(crate) fn at(self, root: &ApiRoot) -> Self {
        Self { root: Some(root.clone()), is_guess: false, ..self }
    }

    /// The corrections to the configuration that the request assumes.
    #[must_use]
    pub fn correction(&self, target: &ProviderTarget<'_>) -> Correction {
        self.root.as_ref().map(|root| root.correction(target.target)).unwrap_or_default()
    }

    /// The root of the API that the request assumes.
    #[must_use]
    pub const fn root(&self) -> Option<&ApiRoot> {
        self.root.as_ref()
    }
}

/// How a response accepted the credential of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Whether the request was refused for its missing content only.
    pub is_partial: bool,
    /// A problem that the response reports of a genuine credential.
    pub problem: Option<Problem>,
}

impl Acceptance {
    /// The response is the expected one.
    pub(crate) const FULL: Self = Self { is_partial: false, problem: None };
    /// The request was refused for its missing content only.
    pub(crate) const PARTIAL: Self = Self { is_partial: true, problem: None };
}

/// A credential probe that was accepted, or refused to a genuine credential that may not list models.
pub struct AcceptedProbe<'r> {
    /// The probe.
    pub probe: &'r CredentialProbe,
    /// Its response.
    pub response: &'r Response,
    /// The vendor that host, provider value or responses reveal.
    pub vendor: Option<&'static Vendor>,
    /// Whether the credential may not list models.
    pub is_list_forbidden: bool,
}

/// A step of the check of the model.
pub enum ModelStep<'a> {
    /// The result.
    Done(ModelFact),
    /// One more request, and what follows from its response.
    Send(Box<ModelRequest<'a>>),
}

/// Computes the next step from a response.
type Next<'a> = Box<dyn Fn(&Response) -> ModelStep<'a> + Send + Sync + 'a>;

/// A request that checks the model.
pub struct ModelRequest<'a> {
    /// The request, without the credential.
    pub request: Request,
    /// Whether it carries no credential.
    pub is_public: bool,
    /// Whether it goes to another host of the same vendor, whose absence proves nothing.
    pub is_sibling_host: bool,
    /// The result if the request cannot be made because the model will be called anyway.
    pub if_left_out: Option<ModelFact>,
    /// The next step, given the response.
    pub next: Next<'a>,
}

impl<'a> ModelRequest<'a> {
    /// A request with the configured credential.
    pub(crate) fn new(
        request: Request,
        next: impl Fn(&Response) -> ModelStep<'a> + Send + Sync + 'a,
    ) -> Self {
        let next = Box::new(next);
        Self { request, is_public: false, is_sibling_host: false, if_left_out: None, next }
    }
}

impl<'a> ModelStep<'a> {
    /// Sends a request with the configured credential.
    pub(crate) fn send(request: Request, next: impl Fn(&Response) -> Self + Send + Sync + 'a) -> Self {
        Self::Send(Box::new(ModelRequest::new(request, next)))
    }

    /// Changes the result.
    pub(crate) fn map(self, change: impl Fn(ModelFact) -> ModelFact + Clone + Send + Sync + 'a) -> Self {
        match self {
            Self::Done(fact) => Self::Done(change(fact)),
            Self::Send(sent) => {
                let (next, change_next) = (sent.next, change.clone());
                let next: Next<'a> = Box::new(move |response| next(response).map(change_next.clone()));
                let if_left_out = sent.if_left_out.map(change);
                Self::Send(Box::new(ModelRequest { if_left_out, next, ..*sent }))
            }
        }
    }
}

/// The result of the check of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelFact {
    /// The server has the model.
    Exists,
    /// The server has the model under another spelling.
    ExistsAs(Note),
    /// The complete list lacks the model.
    NotListed {
        /// The remedy.
        hint: Option<&'static str>,
    },
    /// The list lacks the model, and the server uses another model instead.
    FallsBack,
    /// The list lacks the model, but may be filtered.
    Doubtful {
        /// The status of the request for the one model.
        status: Option<u16>,
    },
    /// The response to a request for the model.
    Refused {
        /// Its classification.
        class: ResponseClass,
        /// Its status; `None` if the class does not come from the response's status.
        status: Option<u16>,
        /// The provider's code.
        code: Option<String>,
        /// The `Retry-After` header.
        retry_after: Option<u32>,
    },
    /// Only a call can verify the model.
    OnlyCallTells {
        /// The remedy, if it is more precise than usual.
        hint: Option<&'static str>,
        /// The status of the last request for the model.
        status: Option<u16>,
    },
    /// The model could not be checked, for this reason.
    Unverifiable(Reason),
    /// The model is neither confirmed nor denied without a call. Nothing follows for the configuration.
    Unconfirmed,
    /// Nothing was learnt.
    Unknown,
}

impl ModelFact {
    /// The status of the last request for the model.
    pub(crate) const fn status(&self) -> Option<u16> {
        match self {
            Self::Doubtful { status } | Self::Refused { status, .. } | Self::OnlyCallTells { status, .. } => {
                *status
            }
            Self::Exists
            | Self::ExistsAs(_)
            | Self::NotListed { .. }
            | Self::FallsBack
            | Self::Unverifiable(_)
            | Self::Unconfirmed
            | Self::Unknown => None,
        }
    }

    /// Whether the model was not found.
    pub(crate) fn is_missing(&self) -> bool {
        match self {
            Self::NotListed { .. } | Self::FallsBack | Self::Doubtful { .. } => true,
            Self::Refused { class, .. } => class.reason == Reason::ModelNotFound,
            Self::Exists
            | Self::ExistsAs(_)
            | Self::OnlyCallTells { .. }
            | Self::Unverifiable(_)
            | Self::Unconfirmed
            | Self::Unknown => false,
        }
    }

    pub(crate) fn refused(class: ResponseClass, response: &Response) -> Self {
        Self::Refused {
            class,
            status: Some(response.status),
            code: response.error().provider_code(),
            retry_after: response.retry_after(),
        }
    }

    /// The check of a vendor's own API cannot verify the model without a call.
    pub(crate) const fn only_call_tells() -> Self {
        let mut class = ResponseClass::new(Reason::Depth, Stage::Model);
        class.hint = Some("Only a call can tell whether the model works, and this check makes none.");
        Self::problem(class, None)
    }

    /// A problem with the model that no error response reports.
    pub(crate) const fn problem(class: ResponseClass, status: Option<u16>) -> Self {
        Self::Refused { class, status, code: None, retry_after: None }
    }
}
