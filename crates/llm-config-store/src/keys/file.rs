//! Keys in one file.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use llm_config_core::key::{KeySource, KeySourceError, Keyring};

use super::{open_private, read_private, text, unusable};
use crate::private_path::Directory;
use crate::random;

/// Only the owner may read it.
const FORBIDDEN: u32 = 0o077;

/// A keyring in a file that only its owner may read. Made when a database is initialised and
/// there is none.
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
        let text = read_private(&self.path, FORBIDDEN, Directory::Private)?;
        text::parse(&text, &self.path.display().to_string())
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        let failed =
            |error| unusable(format!("the key file {} cannot be made: {error}", self.path.display()));
        write_whole(&self.path).map_err(failed)?;
        self.load().await
    }

    fn check_permissions(&self) -> Result<(), KeySourceError> {
        open_private(&self.path, FORBIDDEN, Directory::Private).map(drop)
    }
}

/// Writes the file under another name first, so that nobody ever sees half a key, and gives it
/// its name only if nobody else was faster.
fn write_whole(path: &Path) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    // Not the process id: in a container that is always the same, and what a killed start left
    // behind would be in the way for ever.
    name.push(format!(".{}.new", HEXLOWER.encode(&random::bytes::<8>())));
    let unfinished = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&unfinished).and_then(|mut file| {
        file.write_all(text::generate().as_bytes())?;
        file.sync_all()
    });
    let named = written.and_then(|()| match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let removed = fs::remove_file(&unfinished);
    named.and(removed)?;
    // The name too must outlive a loss of power: the database is about to depend on it.
    match path.parent().filter(|it| !it.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => fs::File::open(".")?.sync_all(),
    }
}
