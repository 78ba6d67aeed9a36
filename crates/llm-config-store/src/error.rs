//! What can go wrong in the store, by how somebody would react.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use llm_config_core::field::FieldErrors;
use llm_config_core::patch::{PatchError, UnconfirmedOrigin};

use crate::vault::VaultError;

/// What must be unique and was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The id of a configuration.
    ConfigId,
    /// The fingerprint of a configuration among those of its owner.
    ConfigFingerprint,
    /// The name of a configuration among those of its workspace.
    ConfigName,
    /// The e-mail address of a user.
    UserEmail,
    /// The id of a user.
    UserId,
    /// The id of a token.
    TokenId,
    /// The id of a workspace.
    WorkspaceId,
    /// A member of a workspace.
    Member,
}

/// Constraints as PostgreSQL names them and as SQLite describes them. Only this table knows.
const UNIQUE: &[(&str, &str, Conflict)] = &[
    ("llm_configs_pkey", "llm_configs.id", Conflict::ConfigId),
    (
        "llm_configs_fingerprint_key",
        "llm_configs.owner_id, llm_configs.fingerprint",
        Conflict::ConfigFingerprint,
    ),
    ("llm_configs_name_key", "llm_configs.workspace_id, llm_configs.name_key", Conflict::ConfigName),
    ("users_email_key_key", "users.email_key", Conflict::UserEmail),
    ("users_pkey", "users.id", Conflict::UserId),
    ("tokens_pkey", "tokens.id", Conflict::TokenId),
    ("workspaces_pkey", "workspaces.id", Conflict::WorkspaceId),
    ("memberships_pkey", "memberships.workspace_id, memberships.user_id", Conflict::Member),
];

/// Why a transaction did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that must be unique exists already.
    #[error("{_0:?} exists already")]
    Conflict(Conflict),
    /// The row was changed or deleted since it was read.
    #[error("the row was changed by somebody else")]
    Stale,
    /// The change does not fit what is stored.
    #[error("{_0}")]
    Invalid(FieldErrors),
    /// A credential came without its endpoint from a principal who did not choose the present origin.
    #[error("{}", _0.field_errors(""))]
    UnconfirmedOrigin(Box<UnconfirmedOrigin>),
    /// The caller's token or user is gone, inactive or expired.
    #[error("the caller is no longer known")]
    CallerGone,
    /// Others still refer to the row, or what it refers to does not exist.
    #[error("a reference between rows does not hold")]
    ForeignKey,
    /// A configuration goes from an owner to an owner, and from a workspace to a workspace.
    #[error("a configuration of an owner cannot go to a workspace, nor the other way round")]
    ScopeKindMismatch,
    /// The change would leave the organisation without an owner.
    #[error("the last owner of the organisation must stay")]
    LastOwner,
    /// A row does not hold what it should; somebody else wrote to the database.
    #[error("table `{table}`, row `{row}`: column `{column}` is not readable")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's id.
        row: String,
        /// The column.
        column: &'static str,
    },
    /// A sealed value does not open.
    #[error("the sealed value of table `{table}`, row `{row}` does not open: {source}")]
    DecryptionFailed {
        /// The table.
        table: &'static str,
        /// The row's id.
        row: String,
        /// Why.
        source: VaultError,
    },
    /// Others hold what the transaction needs; it was repeated a few times in vain.
    #[error("the database is busy")]
    Contended,
    /// The database does not answer, is full, or takes no writes.
    #[error("the database is unavailable: {_0}")]
    Unavailable(String),
    /// A fault of this program or of the schema.
    #[error("a statement failed")]
    Database(#[source] DieselError),
}

/// The error of a use case that runs in a transaction.
pub trait TxError: From<StoreError> + Send + 'static {
    /// The store's own error, if that is what it is; decides whether to repeat.
    fn store_error(&self) -> Option<&StoreError>;
}

impl TxError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl From<PatchError> for StoreError {
    fn from(error: PatchError) -> Self {
        match error {
            PatchError::Invalid(faults) => Self::Invalid(faults),
            PatchError::Unconfirmed(unconfirmed) => Self::UnconfirmedOrigin(Box::new(unconfirmed)),
        }
    }
}

impl From<DieselError> for StoreError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "not our enum, and it may grow")]
    fn from(error: DieselError) -> Self {
        if let DieselError::RollbackErrorOnCommit { commit_error, .. } = error {
            return Self::from(*commit_error);
        }
        let (kind, info) = match &error {
            DieselError::DatabaseError(kind, info) => (kind, info.as_ref()),
            DieselError::BrokenTransactionManager => {
                return Self::Unavailable("the connection was lost".to_owned());
            }
            _ => return Self::Database(error),
        };
        match kind {
            DatabaseErrorKind::UniqueViolation => {
                conflict(info).map_or_else(|| Self::Database(error), Self::Conflict)
            }
            DatabaseErrorKind::ForeignKeyViolation => Self::ForeignKey,
            DatabaseErrorKind::SerializationFailure => Self::Contended,
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable("the connection was closed".to_owned())
            }
            DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable("it takes no writes".to_owned()),
            _ => match classify(info.message()) {
                Some(Trouble::Contended) => Self::Contended,
                // Only the words that are known here, whatever else the driver quotes.
                Some(Trouble::Unavailable(words)) => Self::Unavailable(words.to_owned()),
                None => Self::Database(error),
            },
        }
    }
}

fn conflict(info: &dyn DatabaseErrorInformation) -> Option<Conflict> {
    let described = info.message().strip_prefix("UNIQUE constraint failed: ");
    let is_it =
        |named: &str, columns: &str| info.constraint_name() == Some(named) || described == Some(columns);
    UNIQUE.iter().find(|(named, columns, _)| is_it(named, columns)).map(|(_, _, conflict)| *conflict)
}

enum Trouble {
    Contended,
    Unavailable(&'static str),
}

/// Diesel hands on neither SQLSTATE nor SQLite's result code for these, only the words.
fn classify(message: &str) -> Option<Trouble> {
    const CONTENDED: &[&str] = &[
        "database is locked",
        "database table is locked",
        "locking protocol",
        "deadlock detected",
        "could not serialize access",
        "canceling statement due to lock timeout",
    ];
    const UNAVAILABLE: &[&str] = &[
        "database or disk is full",
        "No space left on device",
        "attempt to write a readonly database",
        "disk I/O error",
        "unable to open database file",
        "canceling statement due to statement timeout",
        "terminating connection",
        "server closed the connection",
        "the database system is",
        "could not connect",
        "connection to server",
        "no connection to the server",
        "SSL connection has been closed",
        "too many clients",
    ];
    let find = |words: &'static [&'static str]| words.iter().copied().find(|it| message.contains(it));
    match find(CONTENDED) {
        Some(_) => Some(Trouble::Contended),
        None => find(UNAVAILABLE).map(Trouble::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: DatabaseErrorKind, message: &str, expected: &str) {
        let error = DieselError::DatabaseError(kind, Box::new(message.to_owned()));
        let found = format!("{:?}", StoreError::from(error));
        assert!(found.starts_with(expected), "{message}: {found}");
    }

    #[test]
    fn errors_are_told_apart_by_how_somebody_would_react() {
        let unknown = || DatabaseErrorKind::Unknown;
        check(DatabaseErrorKind::SerializationFailure, "", "Contended");
        check(unknown(), "database is locked", "Contended");
        check(unknown(), "deadlock detected", "Contended");
        check(unknown(), "canceling statement due to lock timeout", "Contended");
        check(unknown(), "canceling statement due to statement timeout", "Unavailable");
        check(unknown(), "database or disk is full", "Unavailable");
        check(unknown(), "attempt to write a readonly database", "Unavailable");
        check(unknown(), "could not extend file: No space left on device", "Unavailable");
        check(DatabaseErrorKind::ClosedConnection, "", "Unavailable");
        check(DatabaseErrorKind::ReadOnlyTransaction, "", "Unavailable");
        check(unknown(), "current transaction is aborted, commands ignored until end", "Database");
        check(unknown(), "no such table: users", "Database");
        check(
            DatabaseErrorKind::UniqueViolation,
            "UNIQUE constraint failed: users.email_key",
            "Conflict(UserEmail)",
        );
        check(DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: memberships.role", "Database");
    }

    #[test]
    fn a_commit_that_failed_is_told_by_its_own_error_not_by_that_of_the_rollback() {
        let locked =
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new("database is locked".to_owned()));
        let error = DieselError::RollbackErrorOnCommit {
            rollback_error: Box::new(DieselError::BrokenTransactionManager),
            commit_error: Box::new(locked),
        };
        assert!(matches!(StoreError::from(error), StoreError::Contended));
    }
}
