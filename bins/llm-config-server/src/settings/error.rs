//! Errors of settings: which setting, what is wrong, and what would be right.

use std::fmt::Display;

use llm_config_store::private_path::UnsafePath;
use llm_config_store::{DatabaseUrlError, OpenError};

/// Why the settings are invalid.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The settings file cannot be read.
    #[error("the settings file {path} cannot be read: {source}")]
    Unreadable {
        /// The path of the file.
        path: String,
        /// The error of the file system.
        source: std::io::Error,
    },
    /// The settings file is not TOML, or has an unknown key or a value of the wrong type.
    #[error("the settings file {path} is invalid: {reason}")]
    Malformed {
        /// The path of the file.
        path: String,
        /// The line and the error.
        reason: String,
    },
    /// Other users can write to the settings file.
    #[error(transparent)]
    Unsafe(#[from] UnsafePath),
    /// The settings file contains a password and everyone can read it.
    #[error(
        "the settings file {path} holds the password of the database and can be read by everyone; run \
         `chmod o-r {path}`"
    )]
    Readable {
        /// The path of the file.
        path: String,
    },
    /// A setting has an invalid value.
    #[error("`{setting}` {reason}")]
    Invalid {
        /// The setting, as a flag.
        setting: &'static str,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The database URL is invalid.
    #[error("`--database-url`: {_0}")]
    Database(#[from] DatabaseUrlError),
    /// Other users can write to the database, the keys or the data directory.
    #[error(transparent)]
    Permissions(#[from] OpenError),
    /// The data directory cannot be created.
    #[error("the data directory {path} cannot be created: {source}")]
    DataDir {
        /// The path of the directory.
        path: String,
        /// The error of the file system.
        source: std::io::Error,
    },
}

/// The error of a setting with an invalid value.
pub(super) fn invalid(setting: &'static str, reason: impl Display) -> SettingsError {
    SettingsError::Invalid { setting, reason: reason.to_string() }
}
