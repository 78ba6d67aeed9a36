//! The file of a SQLite database and the journals beside it: made for their owner alone, and used
//! only while no other user may write to them.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::private_path::{Directory, UnsafePath, check_file, resolve_checked};
use crate::url::DatabaseUrl;

/// What SQLite puts beside the file. It gives them the mode of the file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Refuses a database whose files, or the directory that holds them, others could write to.
pub(crate) fn check(path: &Path) -> Result<(), UnsafePath> {
    let place = place(path)?;
    // By path: the directories are checked, so no other user can exchange the files. Opening and closing
    // a file would drop the locks that other connections of this process hold on it.
    if let Ok(metadata) = fs::metadata(&place) {
        check_file("database", path, &metadata)?;
    }
    for companion in COMPANIONS {
        let mut name: OsString = place.clone().into();
        name.push(companion);
        let journal =
            resolve_checked("journal of the database", FOLDER, &PathBuf::from(name), Directory::Private)?;
        if let Ok(metadata) = fs::metadata(&journal) {
            check_file("journal of the database", &journal, &metadata)?;
        }
    }
    Ok(())
}

const FOLDER: &str = "directory of the database";

/// Where the file is, or will be: SQLite too follows links, and puts the journals there.
fn place(path: &Path) -> Result<PathBuf, UnsafePath> {
    resolve_checked("database", FOLDER, path, Directory::Private)
}

/// Makes the file where it is missing. SQLite itself would make it readable for everyone.
pub(crate) fn make(database: &DatabaseUrl) -> std::io::Result<()> {
    let DatabaseUrl::Sqlite(path) = database else { return Ok(()) };
    let place = place(path).map_err(std::io::Error::other)?;
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&place) {
        // Not opened, because closing it would drop locks.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if fs::metadata(&place)?.is_dir() {
                Err(is_a_directory())
            } else {
                Ok(())
            }
        }
        made => made.map(drop),
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
