//! Reads key files that no other user of this machine may read.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use llm_config_core::key::KeySourceError;
use zeroize::Zeroizing;

use crate::private_path::{Directory, UnsafePath, check_file, resolve_checked};

pub(super) fn unusable(message: impl Into<String>) -> KeySourceError {
    KeySourceError::Unusable(message.into())
}

pub(super) fn unsafe_path(error: &UnsafePath) -> KeySourceError {
    KeySourceError::Permissions(error.to_string())
}

/// The error of the file system for a file or directory of keys.
pub(super) fn failed(action: &str, error: &io::Error) -> KeySourceError {
    let message = format!("{action}: {error}");
    if error.kind() == ErrorKind::PermissionDenied {
        KeySourceError::Permissions(message)
    } else {
        KeySourceError::Unusable(message)
    }
}

/// Rejects a file that other users of this machine may read.
#[cfg(unix)]
fn check_mode(path: &Path, metadata: &std::fs::Metadata, forbidden: u32) -> Result<(), KeySourceError> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o777;
    if mode & forbidden == 0 {
        return Ok(());
    }
    Err(KeySourceError::Permissions(format!(
        "the key file {} can be read by others (mode {mode:04o}); make it private with `chmod 600 {}`",
        path.display(),
        path.display()
    )))
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &std::fs::Metadata, _: u32) -> Result<(), KeySourceError> {
    Ok(())
}

/// Opens a key file after checking its permissions and owner, and returns its length in bytes; `None` if it
/// does not exist.
pub(super) fn open_private(
    path: &Path,
    forbidden_mode: u32,
    kind: Directory,
) -> Result<Option<(File, usize)>, KeySourceError> {
    /// In bytes; far more than any keyring needs.
    const LIMIT: u64 = 64 * 1024;
    resolve_checked("key file", "directory of the key file", path, kind)
        .map_err(|error| unsafe_path(&error))?;
    let failed =
        |error: io::Error| failed(&format!("the key file {} cannot be read", path.display()), &error);
    let is_key_file = |metadata: &Metadata| metadata.is_file() && metadata.len() <= LIMIT;
    let not_a_key_file = || unusable(format!("{} is not a key file", path.display()));
    let found = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found.map_err(failed)?,
    };
    // Checked before opening, because opening a pipe blocks, and again on the open file, which may be another
    // one.
    if !is_key_file(&found) {
        return Err(not_a_key_file());
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !is_key_file(&metadata) {
        return Err(not_a_key_file());
    }
    check_mode(path, &metadata, forbidden_mode)?;
    check_file("key file", path, &metadata).map_err(|error| unsafe_path(&error))?;
    Ok(Some((file, usize::try_from(metadata.len()).unwrap_or_default())))
}

pub(super) fn read_private(
    path: &Path,
    forbidden_mode: u32,
    kind: Directory,
) -> Result<Zeroizing<String>, KeySourceError> {
    let Some((mut file, length)) = open_private(path, forbidden_mode, kind)? else {
        return Err(KeySourceError::Missing { location: path.display().to_string() });
    };
    // Allocated once: a string that grows leaves copies of the keys in freed memory.
    let mut text = Zeroizing::new(String::with_capacity(length + 1));
    match file.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(failed(&format!("the key file {} cannot be read", path.display()), &error)),
    }
}
