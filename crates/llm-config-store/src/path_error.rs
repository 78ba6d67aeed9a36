//! Whether files and directories can be created, and why one cannot be used: the error of the file system,
//! with the path that has to change.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::Path;

/// The reason, as a clause: `the directory /var/lib/x does not exist`. `path` is the file or directory that
/// could not be opened or created.
#[must_use]
#[expect(clippy::wildcard_enum_match_arm, reason = "not our enum, and it grows")]
pub fn reason(path: &Path, error: &Error) -> String {
    if error.get_ref().is_some() {
        // Not the system's error: it says itself what is wrong.
        return error.to_string();
    }
    match error.kind() {
        ErrorKind::NotFound => missing_directory(path).map_or_else(
            || error.to_string(),
            |directory| format!("the directory {} does not exist", directory.display()),
        ),
        ErrorKind::PermissionDenied => permission(path),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => file_in_place_of_directory(path)
            .map_or_else(|| error.to_string(), |file| format!("{} is not a directory", file.display())),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "its file system is read-only".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the file system is full".to_owned(),
        _ => error.to_string(),
    }
}

/// Fails if this user cannot create a file at `path`. Creates nothing.
pub fn check_creatable(path: &Path) -> Result<(), Error> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    if !fs::metadata(directory)?.is_dir() {
        return Err(ErrorKind::NotADirectory.into());
    }
    check_writable(directory)
}

/// Fails if this user cannot create the directory `path` and those above it that are missing. Creates
/// nothing.
pub fn check_directory_creatable(path: &Path) -> Result<(), Error> {
    let parents = path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty());
    let mut existing = parents.filter(|parent| parent.exists());
    check_creatable(&existing.next().unwrap_or_else(|| Path::new(".")).join("new"))
}

/// Fails if this user cannot read and write a file or directory.
#[cfg(unix)]
pub(crate) fn check_writable(path: &Path) -> Result<(), Error> {
    use rustix::fs::{Access, access};
    Ok(access(path, Access::READ_OK | Access::WRITE_OK)?)
}

/// Fails if this user cannot read and write a file or directory.
#[cfg(not(unix))]
pub(crate) fn check_writable(_: &Path) -> Result<(), Error> {
    Ok(())
}

/// The outermost directory of the path that does not exist.
fn missing_directory(path: &Path) -> Option<&Path> {
    let parents = path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty());
    parents.take_while(|parent| !parent.exists()).last()
}

fn file_in_place_of_directory(path: &Path) -> Option<&Path> {
    path.ancestors().find(|part| fs::metadata(part).is_ok_and(|metadata| !metadata.is_dir()))
}

fn permission(path: &Path) -> String {
    let user = user();
    if fs::metadata(path).is_ok() {
        let action = if is_readable(path) { "write to" } else { "read" };
        return format!("{user} may not {action} it");
    }
    let existing = path.ancestors().skip(1).find(|parent| fs::metadata(parent).is_ok());
    match existing {
        Some(directory) => format!("{user} may not write to the directory {}", directory.display()),
        None => format!("{user} may not read its directory"),
    }
}

#[cfg(unix)]
fn is_readable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::READ_OK).is_ok()
}

#[cfg(not(unix))]
fn is_readable(path: &Path) -> bool {
    fs::File::open(path).is_ok()
}

#[cfg(unix)]
fn user() -> String {
    format!("the user {}", rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn user() -> String {
    "this user".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_names_the_path_that_has_to_change() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("file"), "").unwrap();
        for (path, expected) in [
            (
                "none/at/all/registry.db",
                format!("the directory {} does not exist", root.join("none").display()),
            ),
            ("missing", "No such file or directory (os error 2)".to_owned()),
            ("file/registry.db", format!("{} is not a directory", root.join("file").display())),
        ] {
            let path = root.join(path);
            let error = fs::File::open(&path).unwrap_err();
            assert_eq!(reason(&path, &error), expected);
        }
        let error = fs::File::create(root).unwrap_err();
        assert_eq!(reason(root, &error), "it is a directory");
        let denied = Error::from(ErrorKind::PermissionDenied);
        let directory = format!("may not write to the directory {}", root.display());
        assert!(reason(&root.join("new/registry.db"), &denied).ends_with(&directory));
        assert!(reason(&root.join("file"), &denied).ends_with("may not write to it"));
    }
}
