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
            Error::Stale => Self::new("the object was changed at the same moment; try again"),
            Error::LastOwner => Self::new(
                "the last owner of the organisation must stay; give the role OWNER to another user first",
            ),
            Error::InUse(Dependents::Named(names)) => {
                Self::new(format!("the object still has configurations: {}", names.join(", ")))
            }
            Error::InUse(Dependents::Unnamed) => Self::new("the object still has configurations"),
            Error::InUse(Dependents::Other) => Self::new(
                "another object refers to this object, or an object that this object refers to was \
                 deleted at the same moment; try again",
            ),
            // A command first looks up the objects that its arguments name: the object existed a moment ago.
            Error::NotFound(object) => Self::deleted(object),
            Error::Missing(MissingReference::Owner | MissingReference::Holder | MissingReference::Member) => {
                Self::deleted("user")
            }
            Error::Unavailable(error) | Error::Internal(error) => Self::Store(error),
            Error::Unauthenticated
            | Error::Malformed(_)
            | Error::Invalid(_)
            | Error::Denied(_)
            | Error::TooMany { .. }
            | Error::Busy => Self::new(error.to_string()),
        }
    }
}

const fn conflict_text(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::UserEmail => "a user already has this e-mail address",
        Conflict::ConfigFingerprint => {
            "this user already has an equal configuration: same provider, endpoint, path, model and \
             credential"
        }
        Conflict::ConfigName => "this workspace already has a configuration of the same name",
        Conflict::Member => "the user is already a member",
        Conflict::ConfigId | Conflict::UserId | Conflict::TokenId | Conflict::WorkspaceId => {
            "the id already exists; try again"
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
            (Error::InUse(Dependents::Other), "another object refers to this object"),
        ] {
            let text = CommandError::from(error).to_string();
            assert!(text.starts_with(sentence), "{text}");
        }
    }
}
