#![doc = include_str!("../README.md")]

mod actor;
pub mod audit;
mod backend;
mod bootstrap;
mod checks;
pub mod clock;
mod configs;
mod credential_access;
mod error;
mod instance;
mod key_checks;
pub mod keys;
mod members;
mod migrate;
mod open;
mod postgres_url;
pub mod private_path;
mod purge;
mod random;
mod row;
mod schedule;
mod schema;
mod server_keys;
mod sqlite_file;
mod store;
mod token_hash;
mod tokens;
mod transaction;
mod unique_keys;
mod url;
mod users;
mod vault;
mod workspaces;

#[cfg(feature = "testing")]
pub mod testing;

pub use checks::{Check, CheckReport, CheckReportError, CheckTrigger, KEPT_CHECKS, NewCheck};
pub use configs::{ConfigFilter, ListedConfig, WorkspaceFilter};
pub use credential_access::{
    OpenDraftError, OpenTargetError, OpenedDraft, OpenedTarget, PendingResolution, Resolution,
};
pub use error::{Conflict, StoreError, TxError};
pub use key_checks::KeyCheckError;
pub use members::Member;
pub use migrate::MigrationError;
pub use open::{OpenError, Options, migrate};
pub use store::Store;
pub use tokens::{NewToken, Token, TokenChange, TokenStatus, TokenText};
pub use transaction::Tx;
pub use url::{DatabaseUrl, DatabaseUrlError, PostgresUrl};
pub use users::{NewUser, User, UserChange};
pub use vault::VaultError;
pub use workspaces::Workspace;
