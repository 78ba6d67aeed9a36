//! Conditions, not status codes: each API maps them exhaustively.

use std::fmt;
use std::time::Duration;

use llm_config_core::field::{Field, FieldError, FieldErrors};
use llm_config_store::{Conflict, StoreError, TxError};

use crate::Unfit;

/// A fault of a request, in the words of the API that it came through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field as that API spells it; empty for the body as a whole.
    pub field: String,
    /// What is wrong and what would be right, to be read after the field's name.
    pub message: String,
}

/// The faults of a request that were found while it was being read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds a fault of `field`, as the API spells it.
    pub fn add(&mut self, field: &str, message: impl fmt::Display) {
        self.0.push(Problem { field: field.to_owned(), message: message.to_string() });
    }

    /// Whether `field` has a fault.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|it| it.field == field)
    }

    /// These and the faults of the library, as `spell` names its fields. A field that could not
    /// be read is not also reported as missing.
    pub fn merged(mut self, violations: FieldErrors, spell: impl Fn(Field) -> &'static str) -> Unfit {
        for FieldError { field, message } in violations {
            let field = spell(field);
            let is_known = |it: &Problem| it.field == field || it.field.starts_with(&format!("{field}."));
            if !self.0.iter().any(is_known) {
                self.add(field, message);
            }
        }
        Unfit::Malformed(self)
    }
}

/// Something that a request names and that must exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingReference {
    /// The owner of a new configuration.
    Owner,
    /// The holder of a new token.
    Holder,
    /// The user who becomes a member.
    Member,
}

/// What keeps an object from being deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependents {
    /// These configurations, the first twenty, by name and id.
    Named(Vec<String>),
    /// Configurations that the caller may not list.
    Unnamed,
    /// Something else.
    Other,
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No token, or one that is unknown, expired or revoked.
    #[error("a valid access token is required")]
    Unauthenticated,
    /// The request could not be read.
    #[error("the request is malformed")]
    Malformed(Problems),
    /// The request breaks rules.
    #[error("{_0}")]
    Invalid(FieldErrors),
    /// There is no such thing, or none for this caller.
    #[error("there is no such {_0}")]
    NotFound(&'static str),
    /// The request names something that is not there, or not for this caller.
    #[error("the request names something that does not exist")]
    Missing(MissingReference),
    /// The caller may not do this.
    #[error("{_0}")]
    Denied(&'static str),
    /// It exists already.
    #[error("it exists already")]
    Conflict(Conflict),
    /// It was changed meanwhile.
    #[error("it was changed meanwhile")]
    Stale,
    /// It is still in use.
    #[error("it is still in use")]
    InUse(Dependents),
    /// The organisation would have no owner.
    #[error("the last owner of the organisation must stay")]
    LastOwner,
    /// Providers were called too often.
    #[error("too many calls to providers")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The database or the keys are away.
    #[error("the registry is unavailable")]
    Unavailable(#[source] StoreError),
    /// Our fault.
    #[error("internal error")]
    Internal(#[source] StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(conflict) => Self::Conflict(conflict),
            StoreError::Stale => Self::Stale,
            StoreError::Invalid(violations) => Self::Invalid(violations),
            StoreError::UnconfirmedOrigin(unconfirmed) => Self::Invalid(unconfirmed.field_errors("")),
            StoreError::CallerGone => Self::Unauthenticated,
            StoreError::ForeignKey => Self::InUse(Dependents::Other),
            StoreError::LastOwner => Self::LastOwner,
            StoreError::Contended | StoreError::Unavailable(_) => Self::Unavailable(error),
            StoreError::ScopeKindMismatch
            | StoreError::Corrupt { .. }
            | StoreError::DecryptionFailed { .. }
            | StoreError::Database(_) => Self::Internal(error),
        }
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self::Malformed(problems)
    }
}

impl From<FieldErrors> for Error {
    fn from(violations: FieldErrors) -> Self {
        Self::Invalid(violations)
    }
}

impl TxError for Error {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Unavailable(error) | Self::Internal(error) => Some(error),
            Self::Unauthenticated
            | Self::Malformed(_)
            | Self::Invalid(_)
            | Self::NotFound(_)
            | Self::Missing(_)
            | Self::Denied(_)
            | Self::Conflict(_)
            | Self::Stale
            | Self::InUse(_)
            | Self::LastOwner
            | Self::TooMany { .. } => None,
        }
    }
}
