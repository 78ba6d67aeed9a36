//! Keys in a mounted directory, one file each, as secret stores of orchestrators mount them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use llm_config_core::key::{KeyId, KeySource, KeySourceError, Keyring};

use super::{decode, open_private, read_private, unusable};
use crate::private_path::{Directory, check_directory};

/// The group may read a file.
const FORBIDDEN: u32 = 0o027;

/// A keyring in a directory: the name of each file is a key id, its content 32 bytes in base64.
/// Never written to.
///
/// Files whose names begin with a dot are passed over, because orchestrators keep their own
/// there. A file may be read by its group, which is how they hand it to a container's user.
pub struct KeyDirectory {
    path: PathBuf,
    current: Option<KeyId>,
}

impl KeyDirectory {
    /// The keyring in the directory at `path`. `current` names the key that seals; it may be
    /// left out while there is only one.
    #[must_use]
    pub fn new(path: PathBuf, current: Option<KeyId>) -> Self {
        Self { path, current }
    }

    /// The files that keys are in.
    fn files(&self) -> Result<Vec<PathBuf>, KeySourceError> {
        let place = self.path.display();
        let failed = |error| unusable(format!("the key directory {place} cannot be read: {error}"));
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
    file.file_name().and_then(|it| it.to_str()).unwrap_or_default()
}

#[async_trait::async_trait]
impl KeySource for KeyDirectory {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        let place = self.path.display();
        check_folder(&self.path)?;
        let mut keys = BTreeMap::new();
        for file in self.files()? {
            let wrong =
                || unusable(format!("{} must hold 32 bytes in base64 under a key id", file.display()));
            let id: KeyId = name(&file).parse().map_err(|_| wrong())?;
            let text = read_private(&file, FORBIDDEN, Directory::Mounted)?;
            keys.insert(id, decode(text.trim()).ok_or_else(wrong)?);
        }
        let current = match (&self.current, keys.len()) {
            (_, 0) => return Err(KeySourceError::Missing { place: place.to_string() }),
            (Some(current), _) => current.clone(),
            (None, 1) => keys.keys().next().cloned().ok_or_else(|| unusable("no key"))?,
            (None, _) => {
                return Err(unusable(format!(
                    "the key directory {place} has several keys; name the one that seals (`current_key`)"
                )));
            }
        };
        let no_such = || unusable(format!("the key directory {place} has no key `{current}`"));
        Keyring::new(current.clone(), keys).ok_or_else(no_such)
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        let place = self.path.display();
        Err(unusable(format!("the key directory {place} has no key; put one there before the first start")))
    }
    fn check_permissions(&self) -> Result<(), KeySourceError> {
        check_folder(&self.path)?;
        let files = self.files()?;
        files.iter().try_for_each(|file| open_private(file, FORBIDDEN, Directory::Mounted).map(drop))
    }
}

fn check_folder(path: &Path) -> Result<(), KeySourceError> {
    check_directory("key directory", path, Directory::Mounted).map_err(|it| unusable(it.to_string()))
}
