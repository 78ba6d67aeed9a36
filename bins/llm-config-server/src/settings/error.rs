//! Errors of settings: which setting, what is wrong, and what would be right.

use std::fmt::{self, Display};
use std::path::Path;

use llm_config_store::private_path::UnsafePath;
use llm_config_store::{OpenError, path_error};

use super::source::{Source, Sources};

/// Why a setting is invalid, or a file that it names cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A flag has an invalid value, or does not go with another setting.
    #[error("{_0}")]
    Flag(String),
    /// A variable or a line of the settings file is invalid, or settings do not go together.
    #[error("{_0}")]
    Invalid(String),
    /// The settings file cannot be read.
    #[error("the settings file {path} cannot be read: {}", path_error::reason(Path::new(path), error))]
    Unreadable {
        /// The path of the file.
        path: String,
        /// The error of the file system.
        error: std::io::Error,
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
    /// Other users can write to the database, the keys or the data directory.
    #[error(transparent)]
    Permissions(#[from] OpenError),
    /// The file with the server's login at a Vault cannot be read.
    #[error("`vault`: the file {path} cannot be read: {}", path_error::reason(Path::new(path), error))]
    LoginFile {
        /// The path of the file.
        path: String,
        /// The error of the file system.
        error: std::io::Error,
    },
    /// The data directory cannot be created.
    #[error("the data directory {path} cannot be created: {}", path_error::reason(Path::new(path), error))]
    DataDir {
        /// The path of the directory.
        path: String,
        /// The error of the file system.
        error: std::io::Error,
    },
}

impl SettingsError {
    /// The setting `name`, as its source names it, and what is wrong with it.
    pub(super) fn new(sources: &Sources, name: &str, reason: impl Display) -> Self {
        Self::of_source(sources.get(name).unwrap_or(&Source::Flag), name, reason)
    }

    /// The setting `name`, as `source` names it, and what is wrong with it.
    pub(super) fn of_source(source: &Source, name: &str, reason: impl Display) -> Self {
        Self::sentence(source, format!("{} {reason}", source.label(name)))
    }

    /// The setting `name`, as its source names it, and an error with a subject of its own.
    pub(super) fn caused(sources: &Sources, name: &str, error: impl Display) -> Self {
        let source = sources.get(name).unwrap_or(&Source::Flag);
        Self::sentence(source, format!("{}: {error}", source.label(name)))
    }

    /// The error for an invalid value. The value is quoted, if it is given: it must not be a secret.
    pub(super) fn value(source: &Source, name: &str, value: Option<&str>, reason: &str) -> Self {
        let quoted = value.map(|value| format!(" '{value}'")).unwrap_or_default();
        Self::sentence(source, format!("invalid value{quoted} for {}: {reason}", source.label(name)))
    }

    fn sentence(source: &Source, sentence: String) -> Self {
        match source {
            Source::Flag => Self::Flag(sentence),
            Source::Variable(_) | Source::File { .. } => Self::Invalid(sentence),
        }
    }
}

/// All errors of the settings.
#[derive(Debug, thiserror::Error)]
pub struct InvalidSettings(pub(super) Vec<SettingsError>);

impl InvalidSettings {
    /// The errors; at least one.
    #[must_use]
    pub fn errors(&self) -> &[SettingsError] {
        &self.0
    }
}

impl Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentences: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&sentences.join("; "))
    }
}

impl From<SettingsError> for InvalidSettings {
    fn from(error: SettingsError) -> Self {
        Self(vec![error])
    }
}
