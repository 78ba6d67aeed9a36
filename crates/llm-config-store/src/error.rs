//! The errors of the store: one variant for each reaction of a caller.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use llm_config_core::field::FieldErrors;
use llm_config_core::patch::{PatchError, UnconfirmedOrigin};

use crate::vault::VaultError;

/// A uniqueness rule that a write violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The configuration's id.
    ConfigId,
    /// The configuration's fingerprint, among the configurations of its owner.
    ConfigFingerprint,
    /// The configuration's name, among the configurations of its workspace.
    ConfigName,
    /// The user's e-mail address.
    UserEmail,
    /// The user's id.
    UserId,
    /// The token's id.
    TokenId,
    /// The workspace's id.
    WorkspaceId,
    /// The membership of a user in a workspace.
    Member,
}

/// The unique constraints: PostgreSQL's name, the columns in SQLite's message, and the conflict.
const UNIQUE: &[(&str, &str, Conflict)] = &[
    ("llm_configs_pkey", "llm_configs.id", Conflict::ConfigId),
    // One statement creates both rows, and PostgreSQL may insert the secret first.
    ("secrets_pkey", "secrets.config_id, secrets.slot", Conflict::ConfigId),
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

/// Why a transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A uniqueness rule is violated.
    #[error("{_0:?} already exists")]
    Conflict(Conflict),
    /// The row was changed or deleted since it was read.
    #[error("the row was changed since it was read")]
    Stale,
    /// The change is invalid for the stored configuration.
    #[error("{_0}")]
    Invalid(FieldErrors),
    /// The caller gives a credential without its endpoint, and has neither set nor confirmed the stored
    /// origin.
    #[error("{}", _0.field_errors(""))]
    UnconfirmedOrigin(Box<UnconfirmedOrigin>),
    /// The caller's user was deleted, or their token was deleted, deactivated or has expired.
    #[error("the caller's user or token is no longer valid")]
    CallerGone,
    /// Other rows still refer to the row, or the row refers to one that does not exist.
    #[error("a reference between rows is violated")]
    ForeignKey,
    /// A configuration can be transferred only from owner to owner or from workspace to workspace.
    #[error("a configuration cannot be transferred between an owner and a workspace")]
    ScopeKindMismatch,
    /// The change would leave the organisation without an owner.
    #[error("the last owner of the organisation must stay")]
    LastOwner,
    /// A column contains a value that this program does not write: another program has changed the database.
    #[error("table `{table}`, row `{row}`: column `{column}` is corrupt")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's id.
        row: String,
        /// The column.
        column: &'static str,
    },
    /// A sealed value cannot be decrypted.
    #[error("the sealed value of table `{table}`, row `{row}` cannot be decrypted: {source}")]
    DecryptionFailed {
        /// The table.
        table: &'static str,
        /// The row's id.
        row: String,
        /// The reason.
        source: VaultError,
    },
    /// Other transactions hold locks that this one needs, and every retry failed.
    #[error("the database is busy")]
    Contended,
    /// The database does not respond, is full, or accepts no writes.
    #[error("the database is unavailable: {_0}")]
    Unavailable(String),
    /// An unexpected database error: a bug in this program or in the schema.
    #[error("a statement failed")]
    Database(#[source] DieselError),
}

impl StoreError {
    /// The refusal of a change that must leave the rest of the disk to others.
    pub(crate) fn disk_full() -> Self {
        Self::Unavailable(DISK_FULL.to_owned())
    }

    /// Whether the disk has no space for SQLite's files.
    pub(crate) fn is_disk_full(&self) -> bool {
        matches!(self, Self::Unavailable(reason) if reason == DISK_FULL || reason == IO_ERROR)
    }
}

/// The error of a use case that runs in a transaction.
pub trait TxError: From<StoreError> + Send + 'static {
    /// The error of the store that this error wraps, if any. It decides whether the transaction is retried.
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
            PatchError::Invalid(errors) => Self::Invalid(errors),
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
            DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable("it accepts no writes".to_owned()),
            _ => match classify(info.message()) {
                Some(Failure::Contended) => Self::Contended,
                // Only the known phrase: the rest of the driver's message may quote values.
                Some(Failure::Unavailable(phrase)) => Self::Unavailable(phrase.to_owned()),
                None => Self::Database(error),
            },
        }
    }
}

fn conflict(info: &dyn DatabaseErrorInformation) -> Option<Conflict> {
    let violated_columns = info.message().strip_prefix("UNIQUE constraint failed: ");
    let matches =
        |name: &str, columns: &str| info.constraint_name() == Some(name) || violated_columns == Some(columns);
    UNIQUE.iter().find(|(name, columns, _)| matches(name, columns)).map(|(_, _, conflict)| *conflict)
}

/// SQLite's message when the disk is full.
const DISK_FULL: &str = "database or disk is full";

/// SQLite's message for other errors of the disk. The shared memory of the write-ahead log has this one when
/// the disk is full.
const IO_ERROR: &str = "disk I/O error";

enum Failure {
    Contended,
    Unavailable(&'static str),
}

/// Classifies by message text, because Diesel 2.3 exposes neither SQLSTATE nor SQLite's result code
/// (<https://github.com/diesel-rs/diesel/pull/5232>). PostgreSQL translates its messages, so the server's
/// `lc_messages` must be English.
fn classify(message: &str) -> Option<Failure> {
    const CONTENDED: &[&str] = &[
        "database is locked",
        "database table is locked",
        "locking protocol",
        "deadlock detected",
        "could not serialize access",
        "canceling statement due to lock timeout",
    ];
    const UNAVAILABLE: &[&str] = &[
        DISK_FULL,
        "No space left on device",
        "attempt to write a readonly database",
        IO_ERROR,
        "unable to open database file",
        "canceling statement due to statement timeout",
        "terminating connection",
        "server closed the connection",
        "cannot set transaction read-write mode during recovery",
        "the database system is",
        "could not connect",
        "connection to server",
        "no connection to the server",
        "SSL connection has been closed",
        "too many clients",
    ];
    let find =
        |phrases: &'static [&'static str]| phrases.iter().copied().find(|phrase| message.contains(phrase));
    match find(CONTENDED) {
        Some(_) => Some(Failure::Contended),
        None => find(UNAVAILABLE).map(Failure::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: DatabaseErrorKind, message: &str, expected: &str) {
        let error = DieselError::DatabaseError(kind, Box::new(message.to_owned()));
        let error = format!("{:?}", StoreError::from(error));
        assert!(error.starts_with(expected), "{message}: {error}");
    }

    #[test]
    fn database_error_is_classified_by_kind_or_message() {
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
    fn commit_error_with_failed_rollback_is_classified_by_the_commit() {
        let locked =
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new("database is locked".to_owned()));
        let error = DieselError::RollbackErrorOnCommit {
            rollback_error: Box::new(DieselError::BrokenTransactionManager),
            commit_error: Box::new(locked),
        };
        assert!(matches!(StoreError::from(error), StoreError::Contended));
    }
}
