#![doc = include_str!("../README.md")]

pub mod audit;
mod bootstrap;
mod browser_sessions;
mod cache;
mod checks;
pub mod clock;
mod configs;
mod context;
mod credential_access;
mod cursor;
mod database;
mod error;
mod identities;
mod installation;
pub mod keys;
mod list_rules;
mod open;
pub mod path_error;
mod private_file;
pub mod private_path;
mod progress;
mod purge;
mod quota_counts;
mod random;
mod row;
mod store;
mod tokens;
mod transaction;
mod unique_keys;
pub mod usage;
mod vault;
mod writer;

#[cfg(feature = "testing")]
pub mod testing;

pub use browser_sessions::{
    Browser, LoginCode, NewSession, SessionEnd, SessionText, SignInMethod, StoredSession,
};
pub use cache::{Authenticated, AuthenticatedSession, CoherentCache, ConfigBasis, Reading, RightsBasis};
pub use checks::{
    Check, CheckReport, CheckReportError, CheckTrigger, DueCheck, Failing, FailingConfig, KEPT_CHECKS,
    LastCheck, NewCheck, ReasonCode, ReasonCodeError, RecordedCheck, Verdict, VerdictChange,
};
pub use configs::{ConfigPage, ListedConfig, Order, PageFilter, PageRow, UnreadableRow, VisibleConfigs};
pub use credential_access::{
    OpenDraftError, OpenTargetError, OpenedDraft, OpenedTarget, PendingResolution, Resolution,
};
pub use cursor::{Position, has_cursor_form};
pub use database::migrate::MigrationError;
pub use database::open_connections::has_open_connections;
pub use database::sqlite_file::DatabaseFileError;
pub use database::url::{DatabaseUrl, DatabaseUrlError, PostgresUrl};
pub use error::{Conflict, StoreError, TxError};
pub use identities::members::Member;
pub use identities::user::User;
pub use identities::users::{NewUser, UserChange};
pub use identities::workspaces::Workspace;
pub use keys::key_checks::KeyCheckError;
pub use open::{DatabaseState, Inspection, OpenError, Options, inspect, migrate};
pub use progress::has_running_use_cases;
pub use store::{OneStatement, Store};
pub use tokens::{
    ExpiringPage, NewToken, Token, TokenChange, TokenFileError, TokenPage, TokenStatus, TokenText,
};
pub use transaction::Tx;
pub use vault::VaultError;
