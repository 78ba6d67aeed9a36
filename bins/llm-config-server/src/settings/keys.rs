//! The source of the key-encryption keys: a file, a directory, or the environment.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use llm_config_core::key::{KeyId, KeySource, KeySourceError, Keyring};
use llm_config_store::keys::{KeyDirectory, KeyFile, KeyText};
use zeroize::Zeroizing;

use super::environment::KEYRING;
use super::error::SettingsError;
use super::paths::absolute;
use super::source::Sources;

/// The source of the key-encryption keys.
#[derive(Clone)]
pub enum Keys {
    /// A file, created on the first start.
    File(PathBuf),
    /// A mounted directory with one file per key, and the id of the key that encrypts new secrets.
    Directory(PathBuf, Option<KeyId>),
    /// The text of an environment variable.
    Text(Arc<Zeroizing<String>>),
}

impl Keys {
    /// Selects the one source that the settings name. The default is a file in the data directory.
    pub(super) fn check(
        sources: &Sources,
        data_dir: &Path,
        file: Option<PathBuf>,
        directory: Option<PathBuf>,
        text: Option<String>,
        current: Option<KeyId>,
    ) -> Result<Self, SettingsError> {
        match (file, directory, text) {
            (None, Some(directory), None) => Ok(Self::Directory(absolute(directory), current)),
            (None, _, None) | (_, None, None) | (None, None, _) if current.is_some() => {
                Err(SettingsError::new(
                    sources,
                    "current-key",
                    "is allowed only with `--keyring-dir`; in other sources the first key encrypts",
                ))
            }
            (Some(file), None, None) => Ok(Self::File(absolute(file))),
            (None, None, Some(text)) => Ok(Self::Text(Arc::new(Zeroizing::new(text)))),
            (None, None, None) => Ok(Self::File(data_dir.join("keyring"))),
            (file, directory, text) => {
                let given = [
                    ("keyring-file", file.is_some()),
                    ("keyring-dir", directory.is_some()),
                    ("keyring", text.is_some()),
                ];
                let mut given = given.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name);
                let first = given.next().unwrap_or_default();
                let others: Vec<_> = given.map(|name| sources.label(name)).collect();
                let others = others.join(" and ");
                let reason = format!("and {others} each name a source of the keys; give only one of them");
                Err(SettingsError::new(sources, first, reason))
            }
        }
    }

    /// Reads the keys.
    pub async fn load(&self) -> Result<Keyring, KeySourceError> {
        self.source().load().await
    }

    /// The source, for the store.
    pub(super) fn source(&self) -> Arc<dyn KeySource> {
        match self {
            Self::File(path) => Arc::new(KeyFile::new(path.clone())),
            Self::Directory(path, current) => Arc::new(KeyDirectory::new(path.clone(), current.clone())),
            Self::Text(text) => Arc::new(KeyText::new(text.to_string(), KEYRING)),
        }
    }
}

/// The location of the keys, never the keys.
impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Directory(path, None) => write!(f, "directory {}", path.display()),
            Self::Directory(path, Some(current)) => {
                write!(f, "directory {}, encrypting with `{current}`", path.display())
            }
            Self::Text(_) => write!(f, "the environment variable {KEYRING}"),
        }
    }
}
