//! Errors of use cases: conditions, not status codes. Each API maps them exhaustively.

use std::time::Duration;

use llm_config_core::field::FieldErrors;
use llm_config_core::id::WorkspaceId;
use llm_config_store::{Conflict, OpenTargetError, StoreError, TxError};

use crate::quotas::limit::QuotaReached;

/// A value that was parsed from a request, or the field errors that the parser found.
///
/// A use case takes the result and returns the errors only after it has authorised the caller: a caller
/// without rights gets 403 or 404 instead of a list of errors that describes the object.
pub type Parsed<T> = Result<T, FieldErrors<String>>;

/// An object that a request refers to by id and that does not exist, or that this caller may not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingReference {
    /// The owner of a new configuration.
    Owner,
    /// The holder of a new token.
    Holder,
    /// The user who is to become a member.
    Member,
}

/// The objects that prevent a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependents {
    /// Names and ids of configurations, at most the first twenty.
    Named(Vec<String>),
    /// Configurations that the caller may not list.
    Unnamed,
    /// Rows of another kind.
    Other,
}

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No token, or an unknown, expired or revoked token; the same for sessions and login links.
    #[error("a valid access token is required")]
    Unauthenticated,
    /// The request has field errors, under the names that its API gives to the fields.
    #[error("{_0}")]
    Malformed(FieldErrors<String>),
    /// The request breaks a rule of the core library; each API translates the names of the fields.
    #[error("{_0}")]
    Invalid(FieldErrors),
    /// The object does not exist, or its existence is hidden from the caller.
    #[error("the {_0} does not exist")]
    NotFound(&'static str),
    /// The request refers to an object that does not exist, or that this caller may not see.
    #[error("the request refers to an object that does not exist")]
    Missing(MissingReference),
    /// The caller lacks rights. The text names the required rights or roles.
    #[error("{_0}")]
    Denied(String),
    /// The session of the caller's browser is too old for a change of who has access.
    #[error("this requires a sign-in within the last ten minutes; sign in again")]
    RecentSignInRequired,
    /// An equal object already exists.
    #[error("an equal object already exists")]
    Conflict(Conflict),
    /// The ids of the workspaces that have the name already.
    #[error("another workspace has this name")]
    NameTaken(Vec<WorkspaceId>),
    /// The object is not in the state that the request expects.
    #[error("the object was changed since it was last read")]
    Stale,
    /// Other objects depend on the object.
    #[error("the object is still in use")]
    InUse(Dependents),
    /// The organisation would lose its last owner, or the last token that gives an owner every right.
    #[error("the last owner of the organisation must stay")]
    LastOwner,
    /// A rate limit of calls to providers is exceeded.
    #[error("too many calls to providers")]
    TooMany {
        /// The time until the next one would be allowed.
        retry_after: Duration,
    },
    /// The token or the login link is invalid, as were too many before from this address.
    #[error("too many invalid tokens or login links from this address")]
    TooManyInvalid {
        /// The time until the next one is answered as invalid again.
        retry_after: Duration,
    },
    /// A quota of what is stored is used up. Waiting does not help.
    #[error("the limit of {} {} is reached", .0.limit, .0.quota.noun())]
    QuotaReached(QuotaReached),
    /// This server is too busy to call a provider.
    #[error("this server is busy; try again")]
    Busy,
    /// The database or the key source does not answer.
    #[error("the registry is unavailable")]
    Unavailable(#[source] StoreError),
    /// A fault of this program, or damaged data.
    #[error("internal error")]
    Internal(#[source] StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(conflict) => Self::Conflict(conflict),
            StoreError::Stale => Self::Stale,
            StoreError::Invalid(errors) => Self::Invalid(errors),
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

impl From<FieldErrors<String>> for Error {
    fn from(errors: FieldErrors<String>) -> Self {
        Self::Malformed(errors)
    }
}

impl From<QuotaReached> for Error {
    fn from(reached: QuotaReached) -> Self {
        Self::QuotaReached(reached)
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<OpenTargetError> for Error {
    fn from(error: OpenTargetError) -> Self {
        match error {
            OpenTargetError::NotFound(_) => Self::NotFound("configuration"),
            OpenTargetError::Denied(_) => {
                Self::Denied("the caller may not use the credential of this configuration".to_owned())
            }
            OpenTargetError::Store(error) => error.into(),
        }
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
            | Self::RecentSignInRequired
            | Self::Conflict(_)
            | Self::NameTaken(_)
            | Self::Stale
            | Self::InUse(_)
            | Self::LastOwner
            | Self::TooMany { .. }
            | Self::TooManyInvalid { .. }
            | Self::QuotaReached(_)
            | Self::Busy => None,
        }
    }
}
