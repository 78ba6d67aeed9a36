//! Keys in one file.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use llm_config_core::key::{KeySource, KeySourceError, Keyring};

use super::text;
use crate::private_file::{FileKind, failed};
use crate::private_path::Directory;
use crate::random;

const KIND: FileKind = FileKind {
    name: "key file",
    directory_name: "directory of the key file",
    directory: Directory::Private,
    is_shared: false,
};

/// A keyring in a file that only its owner may read. The file is created when a database is initialised and
/// the file is missing.
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The keyring in the file at `path`.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

#[async_trait::async_trait]
impl KeySource for KeyFile {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        let text = KIND.read(&self.path)?;
        text::parse(&text, &self.path.display().to_string())
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        create_whole(&self.path).map_err(|error| failed(KIND.name, &self.path, "created", &error))?;
        self.load().await
    }

    fn check_permissions(&self) -> Result<(), KeySourceError> {
        Ok(KIND.open(&self.path).map(drop)?)
    }
}

/// Writes a temporary file and links it to `path`, so that no process reads an incomplete file. An existing
/// file at `path` is kept.
fn create_whole(path: &Path) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    // A random suffix, not the process id: in a container the id is always the same, so the file of a start
    // that was killed would make every later start fail.
    name.push(format!(".{}.new", HEXLOWER.encode(&random::bytes::<8>())));
    let temporary = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut file| {
        file.write_all(text::generate().as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let removed = fs::remove_file(&temporary);
    linked.and(removed)?;
    // The directory entry must survive a loss of power too: the database is about to depend on this key.
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => fs::File::open(".")?.sync_all(),
    }
}
