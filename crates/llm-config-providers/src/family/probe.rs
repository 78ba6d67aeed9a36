//! Requests that check a credential, and the responses that accept it.

use crate::api_root::{ApiRoot, Correction};
use crate::family::{ProviderTarget, Vendor};
use crate::key_header::KeyHeader;
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;

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
#[derive(Clone)]
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

    /// The same with the key in this header.
    pub(crate) fn in_header(self, header: KeyHeader) -> Self {
        Self { request: Request { key_header: Some(header), ..self.request }, ..self }
    }

    /// Whether the key is sent in another header than the configured or usual one.
    #[must_use]
    pub const fn is_in_other_header(&self) -> bool {
        self.request.key_header.is_some()
    }

    /// The corrections to the configuration that the request assumes.
    #[must_use]
    pub fn correction(&self, target: &ProviderTarget<'_>) -> Correction {
        self.root.as_ref().map(|root| root.correction(&target.target)).unwrap_or_default()
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
