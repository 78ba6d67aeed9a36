//! Files and directories that hold or decide rights: only the user who runs the program, and root, may
//! change them.
//!
//! Checked are the file that a path leads to, its directory, and the directory of every symbolic
//! link on the way. Directories above those are not checked. Without Unix permissions nothing is.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// How many symbolic links lead to a path at most, as on Linux.
const MAX_LINKS: usize = 40;

/// A path that others may change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsafePath {
    /// Its group or everyone may write to it.
    #[error(
        "other users may write to the {what} {path} (mode {mode:04o}), so they could replace what this \
         program trusts; {mend}"
    )]
    Writable {
        /// The role of the path.
        what: &'static str,
        /// The path.
        path: String,
        /// Its permission bits.
        mode: u32,
        /// What makes it right.
        mend: String,
    },
    /// It belongs to another user.
    #[error(
        "the {what} {path} belongs to the user {owner}, who could replace what this program trusts; run this \
         program as the user {owner}, or, if it is to run as the user {user}, run `chown {user} {path}`"
    )]
    Owner {
        /// The role of the path.
        what: &'static str,
        /// The path.
        path: String,
        /// The id of its owner.
        owner: u32,
        /// The id of the user who runs this program.
        user: u32,
    },
    /// It leads nowhere.
    #[error("the {what} {path} stands behind too many symbolic links")]
    Links {
        /// The role of the path.
        what: &'static str,
        /// The path.
        path: String,
    },
}

/// Which directories are acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directory {
    /// No other user may write to it.
    Private,
    /// Also a directory of root's as orchestrators mount it: with the sticky bit, so that no user
    /// removes or renames another one's files, or read-only. Every file in it must be checked.
    Mounted,
}

/// Refuses a directory that others may change. One that does not exist is none.
pub fn check_directory(what: &'static str, path: &Path, kind: Directory) -> Result<(), UnsafePath> {
    let mut open = vec![path.to_owned()];
    let mut links = 0;
    while let Some(next) = open.pop() {
        // Without a slash at the end, behind which the system would follow a link.
        let folder: PathBuf = next.components().collect();
        if let Ok(target) = fs::read_link(&folder) {
            links += 1;
            if links > MAX_LINKS {
                return Err(UnsafePath::Links { what, path: path.display().to_string() });
            }
            check_link(what, &folder)?;
            let place = parent(&folder);
            open.extend([place.join(target), place]);
        } else if let Ok(metadata) = fs::metadata(&folder) {
            // A path that cannot be inspected cannot be used either.
            check(what, &folder, &metadata, "700", kind)?;
        }
    }
    Ok(())
}

/// Refuses a path in whose directory, or in that of a link on the way to it, others may replace
/// it. Returns where the links lead.
pub fn resolve_checked(
    what: &'static str,
    directory: &'static str,
    path: &Path,
    kind: Directory,
) -> Result<PathBuf, UnsafePath> {
    let mut place = path.to_owned();
    for _ in 0..=MAX_LINKS {
        let folder = parent(&place);
        check_directory(directory, &folder, kind)?;
        let Ok(target) = fs::read_link(&place) else { return Ok(place) };
        check_link(what, &place)?;
        place = folder.join(target);
    }
    Err(UnsafePath::Links { what, path: path.display().to_string() })
}

/// Refuses a file that others may change. `metadata` should be that of the opened file, so that no
/// other file is used than the checked one.
pub fn check_file(what: &'static str, path: &Path, metadata: &Metadata) -> Result<(), UnsafePath> {
    check(what, path, metadata, "600", Directory::Private)
}

/// Refuses a file with certificate authorities that others may change: they would choose which servers are
/// trusted. One that does not exist is none.
pub fn check_authorities(path: &Path) -> Result<(), UnsafePath> {
    resolve_checked("CA file", "directory of the CA file", path, Directory::Mounted)?;
    // Not secret: every user may read it.
    fs::metadata(path).map_or(Ok(()), |metadata| check("CA file", path, &metadata, "644", Directory::Private))
}

fn check_link(what: &'static str, link: &Path) -> Result<(), UnsafePath> {
    fs::symlink_metadata(link).map_or(Ok(()), |metadata| check_owner(what, link, &metadata))
}

/// The directory in which a path stands.
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
    mend: &'static str,
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
    let mend = if mode & STICKY == 0 {
        format!("run `chmod {mend} {path}`")
    } else {
        // A shared directory, such as `/tmp`: its mode is right.
        "put it into a directory of its own, made with `mkdir -m 700`".to_owned()
    };
    Err(UnsafePath::Writable { what, path, mode, mend })
}

#[cfg(unix)]
fn is_read_only(path: &Path) -> bool {
    use rustix::fs::{StatVfsMountFlags, statvfs};
    statvfs(path).is_ok_and(|it| it.f_flag.contains(StatVfsMountFlags::RDONLY))
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

/// Root can change everything anyway.
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
    fn check_directory_writable_by_others_is_refused_with_the_command_that_mends_it() {
        let root = TempDir::new().unwrap();
        for (mode, is_private) in
            [(0o700, true), (0o750, true), (0o755, true), (0o770, false), (0o702, false), (0o1777, false)]
        {
            let path = root.path().join("data");
            folder(&path, mode);
            let found = check_directory("data directory", &path, Directory::Private);
            assert_eq!(found.is_ok(), is_private, "{mode:o}");
            if let Err(error) = found {
                let (text, place) = (error.to_string(), path.display());
                let says = format!("other users may write to the data directory {place} (mode {mode:04o})");
                assert!(text.starts_with(&says), "{text}");
                let mend = if mode & 0o1000 == 0 {
                    format!("`chmod 700 {place}`")
                } else {
                    "`mkdir -m 700`".to_owned()
                };
                assert!(text.ends_with(&mend), "{text}");
            }
            fs::remove_dir(&path).unwrap();
        }
        check_directory("data directory", &root.path().join("none"), Directory::Private).unwrap();
    }

    #[test]
    fn check_directory_behind_links_counts_where_each_link_stands() {
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
    fn check_place_follows_links_to_the_file_and_checks_every_directory() {
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
    fn check_file_writable_by_others_is_refused() {
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
    fn owners_other_than_root_and_the_user_are_not_trusted() {
        for (owner, user, trusted) in
            [(0, 0, true), (0, 1000, true), (1000, 1000, true), (1000, 0, false), (1001, 1000, false)]
        {
            assert_eq!(is_trusted(owner, user), trusted, "{owner} {user}");
        }
    }

    #[test]
    fn a_mounted_directory_may_be_sticky_if_it_is_root_s() {
        let root = TempDir::new().unwrap();
        let path = folder(&root.path().join("keys"), 0o1777);
        let is_root = rustix::process::geteuid().is_root();
        assert_eq!(check_directory("key directory", &path, Directory::Mounted).is_ok(), is_root);
        chmod(&path, 0o777);
        assert!(check_directory("key directory", &path, Directory::Mounted).is_err());
    }
}
