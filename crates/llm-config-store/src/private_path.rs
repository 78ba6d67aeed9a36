//! Checks of security-relevant files and directories: only the user who runs the program, and root, may be
//! able to change them.
//!
//! The checks cover the file at the end of all symbolic links, its directory, and the directory of every
//! link. Directories above those are not checked. On systems without Unix permissions nothing is checked.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// The maximum number of symbolic links on the way to a path, as on Linux.
const MAX_LINKS: usize = 40;

/// A path that other users may change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsafePath {
    /// The group of the path, or all users, may write to it.
    #[error(
        "other users may write to the {what} {path} (mode {mode:04o}), so they could replace what this \
         program trusts; {fix}"
    )]
    Writable {
        /// The role of the path.
        what: &'static str,
        /// The path.
        path: String,
        /// The permission bits of the path.
        mode: u32,
        /// The instruction that corrects it.
        fix: String,
    },
    /// The path belongs to another user.
    #[error(
        "the {what} {path} belongs to the user {owner}, who could replace what this program trusts; run this \
         program as the user {owner}, or, if it is to run as the user {user}, run `chown {user} {path}`"
    )]
    Owner {
        /// The role of the path.
        what: &'static str,
        /// The path.
        path: String,
        /// The id of the owner of the path.
        owner: u32,
        /// The id of the user who runs this program.
        user: u32,
    },
    /// The path has a circle of symbolic links, or too many of them.
    #[error("the path of the {what} {path} has too many symbolic links")]
    Links {
        /// The role of the path.
        what: &'static str,
        /// The path.
        path: String,
    },
}

/// The rule for a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directory {
    /// No other user may write to it.
    Private,
    /// Additionally allows root's directories as orchestrators mount them: with the sticky bit, so that users
    /// cannot remove or rename each other's files, or read-only. Every file in it must be checked.
    Mounted,
}

/// Rejects a directory that other users may change. Accepts one that does not exist.
pub fn check_directory(what: &'static str, path: &Path, kind: Directory) -> Result<(), UnsafePath> {
    let mut pending = vec![path.to_owned()];
    let mut links = 0;
    while let Some(next) = pending.pop() {
        // Without a trailing slash, which would make the system follow the link.
        let folder: PathBuf = next.components().collect();
        if let Ok(target) = fs::read_link(&folder) {
            links += 1;
            if links > MAX_LINKS {
                return Err(UnsafePath::Links { what, path: path.display().to_string() });
            }
            check_link(what, &folder)?;
            let parent = parent(&folder);
            pending.extend([parent.join(target), parent]);
        } else if let Ok(metadata) = fs::metadata(&folder) {
            // A path without readable metadata cannot be used by this program either.
            check(what, &folder, &metadata, "700", kind)?;
        }
    }
    Ok(())
}

/// Resolves all symbolic links of a path to a file. Rejects the path if other users may change the directory
/// of the file or of a link, and so replace the file.
pub fn resolve_checked(
    what: &'static str,
    directory: &'static str,
    path: &Path,
    kind: Directory,
) -> Result<PathBuf, UnsafePath> {
    let mut resolved = path.to_owned();
    for _ in 0..=MAX_LINKS {
        let folder = parent(&resolved);
        check_directory(directory, &folder, kind)?;
        let Ok(target) = fs::read_link(&resolved) else { return Ok(resolved) };
        check_link(what, &resolved)?;
        resolved = folder.join(target);
    }
    Err(UnsafePath::Links { what, path: path.display().to_string() })
}

/// Rejects a file that other users may change. `metadata` should be that of the opened file, so that the
/// checked file is the one that is used.
pub fn check_file(what: &'static str, path: &Path, metadata: &Metadata) -> Result<(), UnsafePath> {
    check(what, path, metadata, "600", Directory::Private)
}

/// Rejects a file of certificate authorities that other users may change, because it decides which servers
/// are trusted. Accepts one that does not exist.
pub fn check_authorities(path: &Path) -> Result<(), UnsafePath> {
    resolve_checked("CA file", "directory of the CA file", path, Directory::Mounted)?;
    // Mode 644, because the file is not secret.
    fs::metadata(path).map_or(Ok(()), |metadata| check("CA file", path, &metadata, "644", Directory::Private))
}

fn check_link(what: &'static str, link: &Path) -> Result<(), UnsafePath> {
    fs::symlink_metadata(link).map_or(Ok(()), |metadata| check_owner(what, link, &metadata))
}

/// The directory that contains a path.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        Some(_) => PathBuf::from("."),
        None => path.to_owned(),
    }
}

#[cfg(unix)]
fn check(
    what: &'static str,
    path: &Path,
    metadata: &Metadata,
    private_mode: &'static str,
    kind: Directory,
) -> Result<(), UnsafePath> {
    use std::os::unix::fs::MetadataExt;
    const WRITABLE: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    check_owner(what, path, metadata)?;
    let mode = metadata.mode() & 0o7777;
    let is_mounted =
        kind == Directory::Mounted && metadata.uid() == 0 && (mode & STICKY != 0 || is_read_only(path));
    if mode & WRITABLE == 0 || is_mounted {
        return Ok(());
    }
    let path = path.display().to_string();
    let fix = if mode & STICKY == 0 {
        format!("run `chmod {private_mode} {path}`")
    } else {
        // A shared directory such as `/tmp`, whose mode is correct.
        "use a separate directory, made with `mkdir -m 700`".to_owned()
    };
    Err(UnsafePath::Writable { what, path, mode, fix })
}

#[cfg(unix)]
fn is_read_only(path: &Path) -> bool {
    use rustix::fs::{StatVfsMountFlags, statvfs};
    statvfs(path).is_ok_and(|stat| stat.f_flag.contains(StatVfsMountFlags::RDONLY))
}

#[cfg(unix)]
fn check_owner(what: &'static str, path: &Path, metadata: &Metadata) -> Result<(), UnsafePath> {
    use std::os::unix::fs::MetadataExt;
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if is_trusted(owner, user) {
        return Ok(());
    }
    Err(UnsafePath::Owner { what, path: path.display().to_string(), owner, user })
}

/// Root is trusted, because root can change every file.
#[cfg(unix)]
const fn is_trusted(owner: u32, user: u32) -> bool {
    owner == 0 || owner == user
}

#[cfg(not(unix))]
fn check(_: &'static str, _: &Path, _: &Metadata, _: &'static str, _: Directory) -> Result<(), UnsafePath> {
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_: &'static str, _: &Path, _: &Metadata) -> Result<(), UnsafePath> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use tempfile::TempDir;

    use super::*;

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn folder(path: &Path, mode: u32) -> PathBuf {
        fs::create_dir(path).unwrap();
        chmod(path, mode);
        path.to_owned()
    }

    #[test]
    fn check_directory_writable_by_others_is_rejected_with_the_correcting_command() {
        let root = TempDir::new().unwrap();
        for (mode, is_private) in
            [(0o700, true), (0o750, true), (0o755, true), (0o770, false), (0o702, false), (0o1777, false)]
        {
            let path = root.path().join("data");
            folder(&path, mode);
            let found = check_directory("data directory", &path, Directory::Private);
            assert_eq!(found.is_ok(), is_private, "{mode:o}");
            if let Err(error) = found {
                let (text, path) = (error.to_string(), path.display());
                let beginning =
                    format!("other users may write to the data directory {path} (mode {mode:04o})");
                assert!(text.starts_with(&beginning), "{text}");
                let fix = if mode & 0o1000 == 0 {
                    format!("`chmod 700 {path}`")
                } else {
                    "`mkdir -m 700`".to_owned()
                };
                assert!(text.ends_with(&fix), "{text}");
            }
            fs::remove_dir(&path).unwrap();
        }
        check_directory("data directory", &root.path().join("none"), Directory::Private).unwrap();
    }

    #[test]
    fn check_directory_with_links_checks_the_directory_of_each_link() {
        let root = TempDir::new().unwrap();
        let (good, loose) =
            (folder(&root.path().join("good"), 0o700), folder(&root.path().join("loose"), 0o777));
        let at = |name: &str| root.path().join(name);
        symlink(&good, at("to-good")).unwrap();
        symlink(&loose, at("to-loose")).unwrap();
        symlink(&good, loose.join("link")).unwrap();
        symlink(loose.join("link"), at("through-loose")).unwrap();
        symlink("circle", at("circle")).unwrap();
        for (name, is_private) in [
            ("to-good", true),
            ("to-good/", true),
            ("to-loose", false),
            ("to-loose/", false),
            ("through-loose", false),
            ("loose/link", false),
            ("circle", false),
        ] {
            let found = check_directory("directory", &at(name), Directory::Private);
            assert_eq!(found.is_ok(), is_private, "{name}: {found:?}");
        }
    }

    #[test]
    fn resolve_checked_with_links_checks_every_directory() {
        let root = TempDir::new().unwrap();
        let (good, loose) =
            (folder(&root.path().join("good"), 0o700), folder(&root.path().join("loose"), 0o777));
        fs::write(good.join("file"), "").unwrap();
        fs::write(loose.join("file"), "").unwrap();
        symlink("../good/file", loose.join("link")).unwrap();
        symlink("../loose/file", good.join("out")).unwrap();
        symlink("file", good.join("link")).unwrap();
        let at =
            |name: &str| resolve_checked("file", "directory", &root.path().join(name), Directory::Private);
        assert_eq!(at("good/link"), Ok(good.join("file")));
        assert_eq!(at("good/none"), Ok(good.join("none")));
        for name in ["loose/file", "loose/link", "good/out"] {
            assert!(matches!(at(name), Err(UnsafePath::Writable { .. })), "{name}");
        }
    }

    #[test]
    fn check_file_writable_by_others_is_rejected() {
        let root = TempDir::new().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "").unwrap();
        for (mode, is_private) in [(0o600, true), (0o644, true), (0o660, false), (0o602, false)] {
            chmod(&path, mode);
            let found = check_file("file", &path, &fs::metadata(&path).unwrap());
            assert_eq!(found.is_ok(), is_private, "{mode:o}");
        }
    }

    #[test]
    fn owner_other_than_root_and_the_user_is_not_trusted() {
        for (owner, user, trusted) in
            [(0, 0, true), (0, 1000, true), (1000, 1000, true), (1000, 0, false), (1001, 1000, false)]
        {
            assert_eq!(is_trusted(owner, user), trusted, "{owner} {user}");
        }
    }

    #[test]
    fn mounted_sticky_directory_is_accepted_only_from_root() {
        let root = TempDir::new().unwrap();
        let path = folder(&root.path().join("keys"), 0o1777);
        let is_root = rustix::process::geteuid().is_root();
        assert_eq!(check_directory("key directory", &path, Directory::Mounted).is_ok(), is_root);
        chmod(&path, 0o777);
        assert!(check_directory("key directory", &path, Directory::Mounted).is_err());
    }
}
