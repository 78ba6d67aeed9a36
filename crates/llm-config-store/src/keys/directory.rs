//! Keys in a mounted directory, one file each, as orchestrators mount secrets.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use llm_config_core::key::{KeyId, KeySource, KeySourceError, Keyring};

use super::text::decode;
use super::unusable;
use crate::private_file::{FileKind, PrivateFileError, failed};
use crate::private_path::{Directory, check_directory};

const KIND: FileKind = FileKind {
    name: "key file",
    directory_name: "key directory",
    directory: Directory::Mounted,
    is_shared: true,
};

/// A keyring in a directory, which is never written to: the name of each file is a key id, its content 32
/// bytes in base64.
///
/// Files whose names begin with a dot are ignored, because orchestrators keep their own files there.
pub struct KeyDirectory {
    path: PathBuf,
    current: Option<KeyId>,
}

impl KeyDirectory {
    /// The keyring in the directory at `path`. `current` names the key that seals; it is optional while the
    /// directory has only one key.
    #[must_use]
    pub fn new(path: PathBuf, current: Option<KeyId>) -> Self {
        Self { path, current }
    }

    fn key_files(&self) -> Result<Vec<PathBuf>, KeySourceError> {
        let failed = |error: io::Error| failed(KIND.directory_name, &self.path, "read", &error);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            if !name(&file).starts_with('.') {
                files.push(file);
            }
        }
        Ok(files)
    }
}

fn name(file: &Path) -> &str {
    file.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

#[async_trait::async_trait]
impl KeySource for KeyDirectory {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        let directory = self.path.display();
        check_folder(&self.path)?;
        let mut keys = BTreeMap::new();
        for file in self.key_files()? {
            let malformed = || {
                let file = file.display();
                unusable(format!("the key file {file} must be named by a key id and hold 32 bytes in base64"))
            };
            let id: KeyId = name(&file).parse().map_err(|_| malformed())?;
            let text = KIND.read(&file)?;
            keys.insert(id, decode(text.trim()).ok_or_else(malformed)?);
        }
        let current = match (&self.current, keys.len()) {
            (_, 0) => return Err(KeySourceError::Missing { location: directory.to_string() }),
            (Some(current), _) => current.clone(),
            (None, 1) => keys.keys().next().cloned().ok_or_else(|| unusable("no key"))?,
            (None, _) => {
                let ids: Vec<_> = keys.keys().map(|id| format!("`{id}`")).collect();
                let ids = ids.join(", ");
                return Err(unusable(format!(
                    "the key directory {directory} has several keys, {ids}; name the one that encrypts new \
                     secrets with `--current-key`"
                )));
            }
        };
        let missing = || unusable(format!("the key directory {directory} has no key `{current}`"));
        Keyring::new(current.clone(), keys).ok_or_else(missing)
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        let directory = self.path.display();
        Err(unusable(format!(
            "the key directory {directory} has no key; put one there before the first start"
        )))
    }

    fn check_permissions(&self) -> Result<(), KeySourceError> {
        check_folder(&self.path)?;
        let files = self.key_files()?;
        files.iter().try_for_each(|file| KIND.open(file).map(drop).map_err(KeySourceError::from))
    }
}

fn check_folder(path: &Path) -> Result<(), KeySourceError> {
    check_directory(KIND.directory_name, path, KIND.directory)
        .map_err(|error| PrivateFileError::from(error).into())
}
