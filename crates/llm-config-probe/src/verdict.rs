//! The verdict of a check, before it becomes a report.

use std::borrow::Cow;

use llm_config_egress::CallError;
use llm_config_providers::{
    AuthError, Implied, ModelSign, Note, Reason, Response, ResponseClass, Stage, Vendor,
};

use crate::budget::ProbeError;
use crate::report::{CredentialVerdict, ModelVerdict, Proof, Usable};

const NEEDS_TLS: &str =
    "The port speaks TLS, and the endpoint begins with `http://`: store it with `https://`.";

const HAS_NO_TLS: &str =
    "The port does not speak TLS, and the endpoint begins with `https://`: store it with `http://`.";

/// The hint for a name without an address, where a report may state that.
const NO_ADDRESS: &str = "The host's name has no address here: check its spelling, DNS, and the way out of \
                          this server's network.";

/// The verdict of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) reason: Reason,
    pub(crate) credential: CredentialVerdict,
    pub(crate) model: ModelVerdict,
    pub(crate) usable: Usable,
    pub(crate) stage: Stage,
    pub(crate) http_status: Option<u16>,
    pub(crate) provider_code: Option<String>,
    pub(crate) retry_after: Option<u32>,
    pub(crate) suggested_url: Option<String>,
    /// The scheme that the server speaks, if it is not the configured one.
    pub(crate) spoken_scheme: Option<&'static str>,
    pub(crate) vendor: Option<&'static Vendor>,
    pub(crate) notes: Vec<Note>,
    pub(crate) hint: Option<Cow<'static, str>>,
    /// Whether the refusal leaves open whether it concerns the key.
    pub(crate) is_key_open: bool,
}

impl Verdict {
    /// The consequences of a reason.
    pub(crate) fn from_reason(reason: Reason, stage: Stage) -> Self {
        let is_missing = matches!(reason, Reason::ModelNotFound | Reason::DeploymentNotFound);
        let model = if is_missing {
            ModelVerdict::NotFound
        } else if reason == Reason::ModelNoAccess {
            ModelVerdict::NoAccess
        } else {
            ModelVerdict::NotAsked
        };
        Self {
            reason,
            credential: CredentialVerdict::implied_by(reason),
            model,
            usable: implied_use(reason),
            stage,
            http_status: None,
            provider_code: None,
            retry_after: None,
            suggested_url: None,
            spoken_scheme: None,
            vendor: None,
            notes: Vec::new(),
            hint: None,
            is_key_open: false,
        }
    }

    /// The consequences of a classified response.
    pub(crate) fn from_class(class: ResponseClass) -> Self {
        let verdict = Self::from_reason(class.reason, class.stage);
        let credential = if class.is_conclusive {
            verdict.credential
        } else {
            CredentialVerdict::NotVerified { why: class.reason }
        };
        let model = match class.model {
            Some(ModelSign::Exists) => ModelVerdict::Verified,
            Some(ModelSign::NoAccess) => ModelVerdict::NoAccess,
            None => verdict.model,
        };
        // A refusal in words, which only servers with TLS give.
        let spoken_scheme = (class.reason == Reason::Tls).then_some("https");
        let ResponseClass { suggested_url, is_key_open, hint, .. } = class;
        let hint = hint.map(Cow::Borrowed);
        Self { credential, model, suggested_url, spoken_scheme, hint, is_key_open, ..verdict }
    }

    /// The same, with the details of the response.
    pub(crate) fn from_response(class: ResponseClass, response: &Response) -> Self {
        Self {
            http_status: Some(response.status),
            provider_code: response.error().provider_code(),
            retry_after: response.retry_after(),
            ..Self::from_class(class)
        }
    }

    /// The consequences of a request without a response.
    pub(crate) fn from_error(error: ProbeError) -> Self {
        let (reason, stage) = match error {
            ProbeError::BudgetExhausted => (Reason::Budget, Stage::Http),
            ProbeError::Failed(CallError::Refused) => (Reason::BlockedByPolicy, Stage::Policy),
            ProbeError::Failed(CallError::Dns) => {
                return Self::from_reason(Reason::Unreachable, Stage::Dns).with_hint(NO_ADDRESS);
            }
            ProbeError::Failed(CallError::Busy) => (Reason::Busy, Stage::Dns),
            ProbeError::Failed(CallError::Connect) => (Reason::Unreachable, Stage::Connect),
            ProbeError::Failed(CallError::ConnectTimeout) => (Reason::Timeout, Stage::Connect),
            ProbeError::Failed(CallError::Tls) => (Reason::Tls, Stage::Tls),
            ProbeError::Failed(CallError::TlsExpected) => return Self::other_scheme("https", NEEDS_TLS),
            ProbeError::Failed(CallError::TlsUnexpected) => return Self::other_scheme("http", HAS_NO_TLS),
            ProbeError::Failed(CallError::Timeout) => (Reason::Timeout, Stage::Http),
            ProbeError::Failed(CallError::Reset) => (Reason::Unreachable, Stage::Http),
            ProbeError::Failed(CallError::Protocol) => (Reason::NotAnLlmApi, Stage::Http),
        };
        Self::from_reason(reason, stage)
    }

    fn other_scheme(scheme: &'static str, hint: &'static str) -> Self {
        let verdict = Self::from_reason(Reason::Tls, Stage::Tls).with_hint(hint);
        Self { spoken_scheme: Some(scheme), ..verdict }
    }

    /// The consequences of a credential that cannot be attached to a request.
    pub(crate) fn from_auth_error(error: AuthError) -> Self {
        let verdict = |reason| Self::from_reason(reason, Stage::Policy);
        match error {
            AuthError::Malformed(fault) => verdict(Reason::KeyMalformed).with_hint(fault.to_string()),
            AuthError::UnresolvedReference => verdict(Reason::SecretRefused),
            AuthError::OwnIdentity => verdict(Reason::BlockedByPolicy).with_hint(
                "The server's own Google identity may not be used here: the operator lists who may use it, \
                 and at which origins.",
            ),
        }
    }

    /// A request that needs the credential succeeded.
    pub(crate) fn accepted(how: Proof, response: &Response) -> Self {
        Self {
            credential: CredentialVerdict::Verified { how },
            http_status: Some(response.status),
            ..Self::from_reason(Reason::Ok, Stage::Auth)
        }
    }

    pub(crate) fn with_credential(self, credential: CredentialVerdict) -> Self {
        Self { credential, ..self }
    }

    pub(crate) fn with_model(self, model: ModelVerdict) -> Self {
        Self { model, ..self }
    }

    /// The same with another reason and its consequence for the use; the verdict on the credential stays.
    pub(crate) fn with_reason(self, reason: Reason, stage: Stage) -> Self {
        let usable = implied_use(reason);
        Self { reason, usable, stage, spoken_scheme: None, hint: None, ..self }
    }

    pub(crate) fn with_usable(self, usable: Usable) -> Self {
        Self { usable, ..self }
    }

    pub(crate) fn with_hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(crate) fn with_suggested_url(self, url: impl Into<String>) -> Self {
        Self { suggested_url: Some(url.into()), ..self }
    }

    pub(crate) fn with_note(mut self, note: Note) -> Self {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        self
    }

    /// The credential is not verified, for the verdict's own reason.
    pub(crate) fn unverified(self) -> Self {
        let why = self.reason;
        self.with_credential(CredentialVerdict::NotVerified { why })
    }

    pub(crate) const fn is_verified(&self) -> bool {
        matches!(self.credential, CredentialVerdict::Verified { .. })
    }

    /// Whether the credential was rejected, or not found in the request.
    pub(crate) fn rejects_credential(&self) -> bool {
        self.reason.implied() == Implied::Rejected || self.reason == Reason::ConfigIncomplete
    }

    /// Whether the request failed before the server can have checked the key.
    pub(crate) const fn is_transient(&self) -> bool {
        matches!(
            self.reason,
            Reason::ProviderDown
                | Reason::ServerLoading
                | Reason::RateLimited
                | Reason::Timeout
                | Reason::Unreachable
                | Reason::Busy
                | Reason::Budget
        )
    }
}

/// Whether a refusal of a wrong key for this reason may concern the key, in unknown words.
pub(crate) const fn may_concern_key(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::BadKey | Reason::ConfigIncomplete | Reason::NoPermission | Reason::UnexpectedAnswer
    )
}

/// The consequence of a reason for calls with the configuration.
const fn implied_use(reason: Reason) -> Usable {
    match reason.implied() {
        Implied::Works | Implied::WorksWithout => Usable::Yes,
        Implied::Rejected | Implied::GenuineButRefused | Implied::Unusable => Usable::No,
        Implied::GenuineButUnsure | Implied::Undecided => Usable::Unknown,
    }
}
