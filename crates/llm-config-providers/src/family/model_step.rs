//! The steps of the check of a model, and its result.

use crate::classify::ResponseClass;
use crate::note::Note;
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::stage::Stage;

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
        /// The status of the request for the one model.
        status: Option<u16>,
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
    /// The model could not be checked.
    Unverifiable {
        /// The reason.
        why: Reason,
        /// The status of the request for the one model.
        status: Option<u16>,
    },
    /// The model may exist, and only a call can confirm it. The rest of the verdict stays.
    Unconfirmed,
    /// The model was not checked: the configuration names none, or no request reached a server that knows it.
    NotChecked,
}

impl ModelFact {
    /// The status of the last request for the model.
    pub(crate) const fn status(&self) -> Option<u16> {
        match self {
            Self::NotListed { status, .. }
            | Self::Doubtful { status }
            | Self::Refused { status, .. }
            | Self::OnlyCallTells { status, .. }
            | Self::Unverifiable { status, .. } => *status,
            Self::Exists | Self::ExistsAs(_) | Self::FallsBack | Self::Unconfirmed | Self::NotChecked => None,
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
            | Self::Unverifiable { .. }
            | Self::Unconfirmed
            | Self::NotChecked => false,
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
