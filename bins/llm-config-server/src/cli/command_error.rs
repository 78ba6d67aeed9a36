//! Errors of commands, in one sentence for the operator.

use std::io;

use llm_config_service::{Dependents, Error};
use llm_config_store::{Conflict, StoreError};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The command is refused: what is wrong, and what to do.
    #[error("{_0}")]
    Refused(String),
    /// The database or the keys failed.
    #[error(transparent)]
    Store(StoreError),
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl CommandError {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict(conflict) => Self::new(conflict_text(conflict)),
            Error::Stale => Self::new("it was changed at the same moment; try again"),
            Error::LastOwner => Self::new(
                "the last owner of the organisation must stay; give the role OWNER to another user first",
            ),
            Error::InUse(Dependents::Named(names)) => {
                Self::new(format!("it still has configurations: {}", names.join(", ")))
            }
            Error::Unavailable(error) | Error::Internal(error) => Self::Store(error),
            Error::Unauthenticated
            | Error::Malformed(_)
            | Error::Invalid(_)
            | Error::NotFound(_)
            | Error::Missing(_)
            | Error::Denied(_)
            | Error::InUse(Dependents::Unnamed | Dependents::Other)
            | Error::TooMany { .. } => Self::new(error.to_string()),
        }
    }
}

const fn conflict_text(conflict: Conflict) -> &'static str {
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
