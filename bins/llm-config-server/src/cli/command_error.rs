//! Errors of commands, in one sentence for the operator.

use std::io;

use llm_config_service::{Dependents, Error, MissingReference};
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

    fn deleted(object: &str) -> Self {
        Self::new(format!("the {object} was deleted at the same moment; nothing is changed"))
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
            Error::InUse(Dependents::Unnamed) => Self::new("it still has configurations"),
            Error::InUse(Dependents::Other) => Self::new(
                "another object refers to it, or an object that it refers to was deleted at the same moment; \
                 try again",
            ),
            // A command looks up what its arguments name first, so it was found a moment ago.
            Error::NotFound(object) => Self::deleted(object),
            Error::Missing(MissingReference::Owner | MissingReference::Holder | MissingReference::Member) => {
                Self::deleted("user")
            }
            Error::Unavailable(error) | Error::Internal(error) => Self::Store(error),
            Error::Unauthenticated
            | Error::Malformed(_)
            | Error::Invalid(_)
            | Error::Denied(_)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_of_object_deleted_at_the_same_moment_names_the_object() {
        for (error, sentence) in [
            (Error::NotFound("workspace"), "the workspace was deleted"),
            (Error::Missing(MissingReference::Owner), "the user was deleted"),
            (Error::Missing(MissingReference::Holder), "the user was deleted"),
            (Error::Missing(MissingReference::Member), "the user was deleted"),
            (Error::InUse(Dependents::Other), "another object refers to it"),
        ] {
            let text = CommandError::from(error).to_string();
            assert!(text.starts_with(sentence), "{text}");
        }
    }
}
