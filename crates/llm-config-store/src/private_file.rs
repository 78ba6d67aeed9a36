//! Reads small files that no other user of this machine may read: keys, and the first token.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use llm_config_core::key::KeySourceError;
use zeroize::Zeroizing;

use crate::path_error;
use crate::private_path::{Directory, UnsafePath, check_file, resolve_checked};

/// In bytes; far more than any keyring needs.
const LIMIT: u64 = 64 * 1024;

/// A kind of private file.
#[derive(Clone, Copy)]
pub(crate) struct FileKind {
    /// The name in errors, such as `key file`.
    pub(crate) name: &'static str,
    /// The name of its directory in errors.
    pub(crate) directory_name: &'static str,
    /// The rule for its directory.
    pub(crate) directory: Directory,
    /// Whether the group may read the file although its owner may write to it.
    pub(crate) is_shared: bool,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PrivateFileError {
    /// The file does not exist.
    #[error("there is no file {_0}")]
    Missing(String),
    /// Other users could read or change the file, or this program may not read it.
    #[error("{_0}")]
    Permissions(String),
    /// The file cannot be used for another reason.
    #[error("{_0}")]
    Unusable(String),
}

impl From<UnsafePath> for PrivateFileError {
    fn from(error: UnsafePath) -> Self {
        Self::Permissions(error.to_string())
    }
}

impl From<PrivateFileError> for KeySourceError {
    fn from(error: PrivateFileError) -> Self {
        match error {
            PrivateFileError::Missing(location) => Self::Missing { location },
            PrivateFileError::Permissions(reason) => Self::Permissions(reason),
            PrivateFileError::Unusable(reason) => Self::Unusable(reason),
        }
    }
}

/// The error of the file system for a path: which path, what this program could not do, and why.
pub(crate) fn failed(what: &str, path: &Path, action: &str, error: &io::Error) -> PrivateFileError {
    let message =
        format!("the {what} {} cannot be {action}: {}", path.display(), path_error::reason(path, error));
    if error.kind() == ErrorKind::PermissionDenied {
        PrivateFileError::Permissions(message)
    } else {
        PrivateFileError::Unusable(message)
    }
}

impl FileKind {
    /// The mode bits that the file must not have. Systemd and orchestrators mount secrets read-only, and give
    /// them to a service through the group.
    const fn forbidden_mode(self, mode: u32) -> u32 {
        if self.is_shared || mode & 0o222 == 0 { 0o027 } else { 0o077 }
    }

    /// Rejects a file that other users of this machine may read.
    #[cfg(unix)]
    fn check_mode(self, path: &Path, metadata: &Metadata) -> Result<(), PrivateFileError> {
        use std::os::unix::fs::MetadataExt;
        let mode = metadata.mode() & 0o777;
        if mode & self.forbidden_mode(mode) == 0 {
            return Ok(());
        }
        let (name, path) = (self.name, path.display());
        let advice = match self.directory {
            Directory::Private => {
                format!("make it private with `chmod 600 {path}`; a mounted secret may have mode 0440")
            }
            Directory::Mounted => {
                format!(
                    "run `chmod 440 {path}`, or mount it with that mode (`defaultMode: 0440` in Kubernetes)"
                )
            }
        };
        Err(PrivateFileError::Permissions(format!(
            "the {name} {path} can be read by others (mode {mode:04o}); {advice}"
        )))
    }

    #[cfg(not(unix))]
    fn check_mode(self, _: &Path, _: &Metadata) -> Result<(), PrivateFileError> {
        Ok(())
    }

    /// Opens the file after checking its permissions and owner, and returns its length in bytes; `None` if it
    /// does not exist.
    pub(crate) fn open(self, path: &Path) -> Result<Option<(File, usize)>, PrivateFileError> {
        let name = self.name;
        resolve_checked(name, self.directory_name, path, self.directory)?;
        let failed = |error: io::Error| failed(name, path, "read", &error);
        let is_usable = |metadata: &Metadata| metadata.is_file() && metadata.len() <= LIMIT;
        let unusable = || PrivateFileError::Unusable(format!("{} is not a {name}", path.display()));
        let found = match std::fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            found => found.map_err(failed)?,
        };
        // Checked before opening, because opening a pipe blocks, and again on the open file, which may be
        // another one.
        if !is_usable(&found) {
            return Err(unusable());
        }
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !is_usable(&metadata) {
            return Err(unusable());
        }
        self.check_mode(path, &metadata)?;
        check_file(name, path, &metadata)?;
        Ok(Some((file, usize::try_from(metadata.len()).unwrap_or_default())))
    }

    pub(crate) fn read(self, path: &Path) -> Result<Zeroizing<String>, PrivateFileError> {
        let Some((mut file, length)) = self.open(path)? else {
            return Err(PrivateFileError::Missing(path.display().to_string()));
        };
        // Allocated once: a string that grows leaves copies of the keys in freed memory.
        let mut text = Zeroizing::new(String::with_capacity(length + 1));
        match file.read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(failed(self.name, path, "read", &error)),
        }
    }
}
