//! The file of a SQLite database and the journals beside it: private to their owner, and rejected while
//! other users may write to them.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use crate::path_error;
use crate::private_path::{Directory, UnsafePath, check_file, resolve_checked};

/// The suffixes of SQLite's journals, which get the mode of the database file.
const JOURNALS: [&str; 3] = ["-wal", "-shm", "-journal"];

const FOLDER: &str = "directory of the database";

/// Rejects a database whose files, or the directory that contains them, other users may write to.
pub(super) fn check(path: &Path) -> Result<(), UnsafePath> {
    let file = resolve(path)?;
    // By path, not by handle: closing a handle would drop the locks that other connections of this process
    // hold on the file. No other user can exchange it, because its directories are checked.
    if let Ok(metadata) = fs::metadata(&file) {
        check_file("database", path, &metadata)?;
    }
    for suffix in JOURNALS {
        let mut name: OsString = file.clone().into();
        name.push(suffix);
        let journal =
            resolve_checked("journal of the database", FOLDER, &PathBuf::from(name), Directory::Private)?;
        if let Ok(metadata) = fs::metadata(&journal) {
            check_file("journal of the database", &journal, &metadata)?;
        }
    }
    Ok(())
}

/// The path after all symbolic links. SQLite follows them too, and puts the journals beside the target.
fn resolve(path: &Path) -> Result<PathBuf, UnsafePath> {
    resolve_checked("database", FOLDER, path, Directory::Private)
}

/// The path of the file itself, whose directory also has the journals.
pub(crate) fn target(path: &Path) -> PathBuf {
    resolve(path).unwrap_or_else(|_| path.to_owned())
}

/// A file of a SQLite database that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the database file {path} cannot be {action}: {reason}")]
pub struct DatabaseFileError {
    path: String,
    action: &'static str,
    reason: String,
    /// The kind of the error.
    pub kind: ErrorKind,
}

impl DatabaseFileError {
    /// A file that the driver cannot open.
    pub(crate) fn unusable(path: &Path, reason: String) -> Self {
        Self { path: path.display().to_string(), action: "opened", reason, kind: ErrorKind::Other }
    }

    fn new(path: &Path, action: &'static str, at: &Path, error: &Error) -> Self {
        let reason = path_error::reason(at, error);
        Self { path: path.display().to_string(), action, reason, kind: error.kind() }
    }
}

/// Creates the file where it is missing, because SQLite would create one that every user may read.
pub(super) fn create(path: &Path) -> Result<(), DatabaseFileError> {
    let failed = |error: &Error| DatabaseFileError::new(path, "created", path, error);
    let file = resolve(path).map_err(|error| failed(&Error::other(error)))?;
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&file) {
        // An existing file is not opened: closing it would drop locks.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => check_existing(path, &file),
        created => created.map(drop).map_err(|error| failed(&error)),
    }
}

/// Fails if [`create`] would fail. Creates nothing.
pub(super) fn check_creatable(path: &Path) -> Result<(), DatabaseFileError> {
    let failed = |error: &Error| DatabaseFileError::new(path, "created", path, error);
    let file = resolve(path).map_err(|error| failed(&Error::other(error)))?;
    if file.exists() {
        return check_existing(path, &file);
    }
    path_error::check_creatable(&file).map_err(|error| failed(&error))
}

/// Fails for a file that cannot be read and written, and for a directory in which SQLite cannot create its
/// journals: the driver would only report that it is unable to open the file.
fn check_existing(path: &Path, file: &Path) -> Result<(), DatabaseFileError> {
    let failed = |at: &Path, error: &Error| DatabaseFileError::new(path, "opened for writing", at, error);
    let metadata = fs::metadata(file).map_err(|error| failed(path, &error))?;
    if metadata.is_dir() {
        return Err(failed(path, &ErrorKind::IsADirectory.into()));
    }
    path_error::check_writable(file).map_err(|error| failed(path, &error))?;
    let journal = file.with_file_name("journal");
    path_error::check_creatable(&journal).map_err(|error| failed(&journal, &error))
}
