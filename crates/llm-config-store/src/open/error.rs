//! Why a database could not be opened.

use llm_config_core::key::KeySourceError;

use crate::database::migrate::MigrationError;
use crate::database::sqlite_file::DatabaseFileError;
use crate::database::url::DatabaseUrl;
use crate::error::StoreError;
use crate::keys::key_checks::{KeyCheckError, VerifyError};
use crate::keys::server_keys::ServerKeyError;
use crate::private_path::UnsafePath;
use crate::unique_keys::RulesError;
use crate::vault::VaultError;

/// Why a store could not be opened. Each text is one sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database does not respond.
    #[error("the database {database} cannot be reached: {reason}")]
    Unreachable {
        /// The database, without its password.
        database: String,
        /// The driver's message.
        reason: String,
    },
    /// A pooler pools transactions, which the URL does not say.
    #[error(
        "the database {database} is behind a pooler that gives each transaction another session, as \
         PgBouncer does with `pool_mode = transaction`; add the parameter `pooler=transaction` to the \
         database URL, or let the pooler pool sessions"
    )]
    UndeclaredPooler {
        /// The database, without its password.
        database: String,
    },
    /// The file of a SQLite database cannot be created or opened.
    #[error(transparent)]
    DatabaseFile(#[from] DatabaseFileError),
    /// Other users of this machine could write to the database or to a file that it trusts.
    #[error(transparent)]
    UnsafePath(#[from] UnsafePath),
    /// The schema cannot be migrated.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database contains sealed values, and there is no key.
    #[error(
        "the database is initialised, but {reason}; bring back the keyring that it was initialised with (a \
         new key cannot decrypt the stored values)"
    )]
    KeyMissing {
        /// Where the key was expected.
        reason: String,
    },
    /// The key source cannot be used.
    #[error(transparent)]
    KeySource(KeySourceError),
    /// The keys are not those that sealed the stored values.
    #[error(transparent)]
    WrongKey(KeyCheckError),
    /// A key of the installation cannot be opened.
    #[error("the installation's {purpose} key cannot be opened: {source}")]
    ServerKey {
        /// The purpose of the key.
        purpose: &'static str,
        /// The reason.
        source: VaultError,
    },
    /// The database needs setup, which the options do not allow.
    #[error("the database {database} {state}")]
    NotReady {
        /// The database, without its password.
        database: String,
        /// What is missing, and the command that adds it.
        state: &'static str,
    },
    /// A statement failed.
    #[error("the database could not be opened: {_0}")]
    Store(#[from] StoreError),
}

impl OpenError {
    /// Replaces a driver's message that contains a part of the password.
    pub(super) fn redacted(self, database: &DatabaseUrl) -> Self {
        match self {
            Self::Migration(MigrationError::Failed(text)) => {
                Self::Migration(MigrationError::Failed(database.redact(text)))
            }
            Self::Store(StoreError::Database(error)) => {
                Self::Store(StoreError::Database(database.redact_query_error(error)))
            }
            Self::Unreachable { .. }
            | Self::UndeclaredPooler { .. }
            | Self::DatabaseFile(_)
            | Self::UnsafePath(_)
            | Self::Migration(MigrationError::Newer { .. })
            | Self::KeyMissing { .. }
            | Self::KeySource(_)
            | Self::WrongKey(_)
            | Self::ServerKey { .. }
            | Self::NotReady { .. }
            | Self::Store(_) => self,
        }
    }
}

impl From<VerifyError> for OpenError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Key(error) => Self::WrongKey(error),
            VerifyError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ServerKeyError> for OpenError {
    fn from(error: ServerKeyError) -> Self {
        match error {
            ServerKeyError::Decryption { purpose, source } => Self::ServerKey { purpose, source },
            ServerKeyError::Store(error) => Self::Store(error),
        }
    }
}

impl From<RulesError> for OpenError {
    fn from(error: RulesError) -> Self {
        match error {
            RulesError::Newer(name, version) => {
                Self::Migration(MigrationError::Newer { migration: format!("{name} {version}") })
            }
            RulesError::Store(error) => Self::Store(error),
        }
    }
}
