//! Errors of commands: one sentence for the operator, and the exit status.

use std::io;
use std::net::SocketAddr;

use llm_config_core::field::FieldErrors;
use llm_config_core::id::WorkspaceId;
use llm_config_core::key::KeySourceError;
use llm_config_service::{Dependents, Error, MissingReference};
use llm_config_store::{Conflict, MigrationError, OpenError, StoreError, TokenFileError};

use super::exit_status::ExitStatus;
use super::flag_names;
use crate::settings::{InvalidSettings, SettingsError};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// What is wrong, and what to do.
    #[error("{sentence}")]
    Failed {
        /// The exit status.
        status: ExitStatus,
        /// The sentence.
        sentence: String,
    },
    /// The settings are invalid.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// The file with the first token cannot be used.
    #[error(transparent)]
    TokenFile(#[from] TokenFileError),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database or the keys failed.
    #[error(transparent)]
    Store(StoreError),
    /// The HTTP server failed.
    #[error("the HTTP server failed: {_0}")]
    Server(io::Error),
    /// The output cannot be written.
    #[error("the output cannot be written: {_0}")]
    Output(io::Error),
    /// As [`Self::Output`], after the command has done its work.
    #[error("the command has done its work, but its output cannot be written: {_0}")]
    Unreported(io::Error),
    /// The reader of an output has gone, and wants no more of it, as `head` after its last line.
    #[error("the reader of the output has gone")]
    ReaderGone,
}

impl CommandError {
    /// A rule of the registry refuses the command.
    pub(crate) fn refused(sentence: impl Into<String>) -> Self {
        Self::new(ExitStatus::Refused, sentence)
    }

    /// An argument is wrong.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, sentence)
    }

    /// An argument names an object that does not exist.
    pub(crate) fn not_found(sentence: impl Into<String>) -> Self {
        Self::new(ExitStatus::NotFound, sentence)
    }

    /// The output of a command that does nothing else cannot be written.
    pub(crate) fn of_output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ReaderGone } else { Self::Output(error) }
    }

    /// The server cannot listen on an address that no other program uses.
    pub(crate) fn not_bound(address: SocketAddr, error: &io::Error) -> Self {
        let advice = if error.kind() == io::ErrorKind::PermissionDenied && address.port() < 1024 {
            "; ports below 1024 need a privilege, such as CAP_NET_BIND_SERVICE"
        } else if error.kind() == io::ErrorKind::AddrNotAvailable {
            "; it is not an address of this machine"
        } else {
            ""
        };
        let sentence = format!("cannot listen on {address}: {error}{advice}");
        Self::new(ExitStatus::of_setting(error.kind()), sentence)
    }

    pub(crate) fn new(status: ExitStatus, sentence: impl Into<String>) -> Self {
        Self::Failed { status, sentence: sentence.into() }
    }

    /// Values that break rules of the core library, under the names of their flags.
    pub(crate) fn of_fields(errors: FieldErrors) -> Self {
        Self::usage(flag_names::sentence(errors))
    }

    fn deleted(object: &str) -> Self {
        Self::not_found(format!("the {object} was deleted at the same moment; nothing is changed"))
    }

    /// The exit status.
    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            Self::Failed { status, .. } => *status,
            // Of several errors the first decides.
            Self::Settings(invalid) => {
                invalid.errors().first().map_or(ExitStatus::Configuration, settings_status)
            }
            Self::TokenFile(TokenFileError::Permissions(_)) => ExitStatus::NoPermission,
            Self::TokenFile(TokenFileError::Unusable(_)) => ExitStatus::Configuration,
            Self::Open(error) => open_status(error),
            Self::Store(error) => store_status(error),
            Self::Server(_) => ExitStatus::Internal,
            Self::Output(_) | Self::Unreported(_) => ExitStatus::InputOutput,
            Self::ReaderGone => ExitStatus::Done,
        }
    }
}

fn settings_status(error: &SettingsError) -> ExitStatus {
    match error {
        SettingsError::Unreadable { error, .. }
        | SettingsError::LoginFile { error, .. }
        | SettingsError::DataDir { error, .. } => ExitStatus::of_setting(error.kind()),
        SettingsError::Flag(_) => ExitStatus::Usage,
        SettingsError::Invalid(_) => ExitStatus::Configuration,
        SettingsError::Permissions(error) => open_status(error),
        SettingsError::Unsafe(_) | SettingsError::Readable { .. } => ExitStatus::NoPermission,
    }
}

fn open_status(error: &OpenError) -> ExitStatus {
    match error {
        OpenError::Unreachable { .. } => ExitStatus::Unavailable,
        OpenError::DatabaseFile(error) => ExitStatus::of_setting(error.kind),
        OpenError::UnsafePath(_) | OpenError::KeySource(KeySourceError::Permissions(_)) => {
            ExitStatus::NoPermission
        }
        OpenError::Migration(MigrationError::Newer { .. })
        | OpenError::KeyMissing { .. }
        | OpenError::WrongKey(_)
        | OpenError::ServerKey { .. }
        | OpenError::NotReady { .. }
        | OpenError::UndeclaredPooler { .. }
        | OpenError::KeySource(KeySourceError::Missing { .. } | KeySourceError::Unusable(_)) => {
            ExitStatus::Configuration
        }
        OpenError::Migration(MigrationError::Failed(_)) => ExitStatus::Internal,
        OpenError::Store(error) => store_status(error),
    }
}

const fn store_status(error: &StoreError) -> ExitStatus {
    match error {
        StoreError::Contended | StoreError::Stale => ExitStatus::TryAgain,
        StoreError::Unavailable(_) => ExitStatus::Unavailable,
        StoreError::Conflict(_)
        | StoreError::Invalid(_)
        | StoreError::UnconfirmedOrigin(_)
        | StoreError::CallerGone
        | StoreError::ForeignKey
        | StoreError::ScopeKindMismatch
        | StoreError::LastOwner => ExitStatus::Refused,
        StoreError::Corrupt { .. } | StoreError::DecryptionFailed { .. } | StoreError::Database(_) => {
            ExitStatus::Internal
        }
    }
}

impl From<SettingsError> for CommandError {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error.into())
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict(conflict) => Self::refused(conflict_text(conflict)),
            Error::NameTaken(ids) => Self::refused(name_taken(&ids)),
            Error::Stale => {
                Self::new(ExitStatus::TryAgain, "the object was changed at the same moment; try again")
            }
            Error::LastOwner => Self::refused(
                "the last owner of the organisation must stay; give the role OWNER to another user first",
            ),
            Error::InUse(Dependents::Named(names)) => {
                Self::refused(format!("the object still has configurations: {}", names.join(", ")))
            }
            Error::InUse(Dependents::Unnamed) => Self::refused("the object still has configurations"),
            Error::InUse(Dependents::Other) => Self::refused(
                "another object refers to this object, or an object that this object refers to was \
                 deleted at the same moment; try again",
            ),
            // A command first looks up the objects that its arguments name: the object existed a moment ago.
            Error::NotFound(object) => Self::deleted(object),
            Error::Missing(MissingReference::Owner | MissingReference::Holder | MissingReference::Member) => {
                Self::deleted("user")
            }
            Error::Unavailable(error) | Error::Internal(error) => Self::Store(error),
            Error::Malformed(_) => Self::usage(error.to_string()),
            Error::Invalid(errors) => Self::of_fields(errors),
            // The operator is exempt.
            Error::QuotaReached(_) => Self::refused(error.to_string()),
            Error::TooMany { .. } | Error::TooManyInvalid { .. } | Error::Busy => {
                Self::new(ExitStatus::TryAgain, error.to_string())
            }
            Error::Unauthenticated | Error::Denied(_) | Error::RecentSignInRequired => {
                Self::refused(error.to_string())
            }
        }
    }
}

fn name_taken(ids: &[WorkspaceId]) -> String {
    let others = if ids.len() == 1 { "another workspace has" } else { "other workspaces have" };
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    format!("{others} this name: {}; `--allow-duplicate` allows it", ids.join(", "))
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
