//! Why a command did not happen, in one sentence for the operator.

use llm_config_store::{Conflict, StoreError, TxError};

/// Why a command did not happen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What is wrong, and what to do.
    #[error("{_0}")]
    Refused(String),
    /// The store did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(conflict) => Self::new(duplicate(conflict)),
            StoreError::Stale => Self::new("it was changed at the same moment; try again"),
            StoreError::LastOwner => Self::new(
                "the last owner of the organisation must stay; give the role OWNER to somebody else first",
            ),
            StoreError::Invalid(_)
            | StoreError::UnconfirmedOrigin(_)
            | StoreError::CallerGone
            | StoreError::ForeignKey
            | StoreError::ScopeKindMismatch
            | StoreError::Corrupt { .. }
            | StoreError::DecryptionFailed { .. }
            | StoreError::Contended
            | StoreError::Unavailable(_)
            | StoreError::Database(_) => Self::Store(error),
        }
    }
}

const fn duplicate(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::UserEmail => "there is a user with this e-mail address already",
        Conflict::ConfigFingerprint => {
            "this user has an equal configuration already: same provider, endpoint, path, model and \
             credential"
        }
        Conflict::ConfigName => "this workspace has a configuration of the same name already",
        Conflict::Member => "the user is a member already",
        Conflict::ConfigId | Conflict::UserId | Conflict::TokenId | Conflict::WorkspaceId => {
            "the id is taken; try again"
        }
    }
}

impl TxError for Failure {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}
