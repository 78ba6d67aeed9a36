//! What the form says about a draft: without a call, and after a check with the provider.

use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::id::ConfigId;
use llm_config_probe::report::Report;
use llm_config_providers::vendors::usual_endpoint;
use llm_config_service::{DraftExamination, Error};

use super::fields::{label, name, renamed};
use crate::http::console::form::PostedForm;
use crate::http::console::verdict::Verdict;

/// The name of the field.
const ENDPOINT: &str = name(Field::Endpoint);

/// What can be said about a draft without a call.
pub(super) struct Examination {
    pub(super) called_url: Option<String>,
    /// The endpoint to store instead.
    pub(super) suggested_url: Option<String>,
    /// The address of the provider, while no endpoint is typed.
    pub(super) usual_endpoint: Option<&'static str>,
    pub(super) credential_note: Option<String>,
    pub(super) name_taken_by: Option<ConfigId>,
    pub(super) same_connection: Option<ConfigId>,
    /// Why the secret must be typed again: the endpoint moves away from where the stored one may go.
    pub(super) secret_needed: Option<String>,
    /// Violations of what is typed: labels and messages. Empty fields are not reported.
    pub(super) violations: Vec<(&'static str, String)>,
}

impl Examination {
    pub(super) fn new(found: DraftExamination, form: &PostedForm, has_secret: bool) -> Self {
        let DraftExamination {
            violations,
            called_url,
            suggested_url,
            credential_note,
            name_taken_by,
            same_connection,
        } = found;
        let is_typed = |field: &str| form.filled(field).is_some();
        let is_secret = |field: &str| [Field::SecretValue, Field::KeyId].map(name).contains(&field);
        let violations = renamed(violations)
            .into_iter()
            .filter(|error| is_typed(&error.field) || (has_secret && is_secret(&error.field)));
        let provider = form.value(name(Field::Provider)).parse().ok();
        Self {
            called_url,
            suggested_url,
            usual_endpoint: provider.and_then(usual_endpoint).filter(|_| !is_typed(ENDPOINT)),
            credential_note,
            name_taken_by,
            same_connection,
            secret_needed: None,
            violations: violations.map(|error| (label(&error.field), error.message)).collect(),
        }
    }
}

impl Examination {
    /// The same for a change of a configuration with a stored credential, which moves only together with its
    /// secret. `is_removed`: the change removes the credential.
    pub(super) fn for_change(mut self, is_removed: bool) -> Self {
        // Of a valid endpoint, only the destination can be wrong.
        if self.called_url.is_some() {
            let is_endpoint = |(name, _): &(&str, String)| *name == label(ENDPOINT);
            let moved = self.violations.iter().position(is_endpoint);
            let message = moved.map(|place| self.violations.remove(place).1);
            self.secret_needed = message.filter(|_| !is_removed);
        }
        self
    }
}

/// What a check of a draft has found.
pub(super) enum Checked {
    Verdict(Verdict),
    /// The form must be filled in first: labels and messages.
    Incomplete(Vec<(&'static str, String)>),
    /// Too many checks; the next one may be made after so many seconds.
    Wait(u64),
    /// This server is too busy to check.
    Busy,
}

impl Checked {
    /// The answer to a check; other errors concern the request as a whole.
    pub(super) fn new(checked: Result<Report, Error>) -> Result<Self, Error> {
        match checked {
            Ok(report) => Ok(Self::Verdict(Verdict::from_report(&report))),
            Err(Error::TooMany { retry_after }) => Ok(Self::Wait(retry_after.as_secs() + 1)),
            Err(Error::Busy) => Ok(Self::Busy),
            Err(Error::Invalid(errors)) => Ok(Self::incomplete(renamed(errors))),
            Err(Error::Malformed(errors)) => Ok(Self::incomplete(errors)),
            Err(other) => Err(other),
        }
    }

    pub(super) fn incomplete(errors: FieldErrors<String>) -> Self {
        Self::Incomplete(errors.into_iter().map(|error| (label(&error.field), error.message)).collect())
    }

    /// Whether the check says that the configuration does not work.
    pub(super) fn is_rejected(&self) -> bool {
        match self {
            Self::Verdict(verdict) => verdict.is_rejected(),
            Self::Incomplete(_) | Self::Wait(_) | Self::Busy => false,
        }
    }
}
