//! The file of a SQLite database and the journals beside it: private to their owner, and rejected while
//! other users may write to them.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

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

/// Creates the file where it is missing, because SQLite would create one that every user may read.
pub(super) fn create(path: &Path) -> std::io::Result<()> {
    let file = resolve(path).map_err(std::io::Error::other)?;
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&file) {
        // An existing file is not opened: closing it would drop locks.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if fs::metadata(&file)?.is_dir() {
                Err(is_a_directory())
            } else {
                Ok(())
            }
        }
        created => created.map(drop),
    }
}

#[cfg(unix)]
fn is_a_directory() -> std::io::Error {
    rustix::io::Errno::ISDIR.into()
}

#[cfg(not(unix))]
fn is_a_directory() -> std::io::Error {
    ErrorKind::IsADirectory.into()
}
