//! Secrets in files on the server: `file:///run/secrets/team-a/openai`.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use llm_config_core::grant::{Grants, SecretPrefix};
use llm_config_core::secret::{ResolveError, Secret, SecretRef, SecretSource, SecretStore};
use zeroize::Zeroizing;

/// The time limit for reading a file. A file on a network mount may never arrive.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Reads files below the granted prefixes, at most 16 KiB each, without one trailing line break, which
/// mounted secrets have. On Unix only; on other systems every file is refused.
///
/// Symbolic links are followed, because mounted secrets are links. The real path of the opened file must be
/// below *every* prefix that covers the reference: a link in one team's folder cannot reach another team's,
/// even with a grant of the folder above both.
///
/// This rule prevents references that leave a folder through links in it. The rule does not protect against a
/// user who can write below a prefix: that user can copy any readable file there, and a hard link is an
/// ordinary file. Replacing a link during a read has no effect where the kernel reports the path of an open
/// file (Linux with `/proc`); on other systems the link would have to be replaced and restored between two
/// steps of one read.
#[derive(Clone, Debug)]
pub struct FileSource {
    prefixes: Vec<SecretPrefix>,
}

impl FileSource {
    /// A source for all granted prefixes, of every grantee. The resolver checks the grantee.
    #[must_use]
    pub fn new(grants: &Grants) -> Self {
        Self { prefixes: grants.prefixes(SecretStore::File).cloned().collect() }
    }
}

#[async_trait::async_trait]
impl SecretSource for FileSource {
    async fn resolve(&self, reference: &SecretRef) -> Result<Secret, ResolveError> {
        let location = reference.location().filter(|location| location.store() == SecretStore::File);
        let location = location.ok_or(ResolveError::Refused)?;
        let covering = self.prefixes.iter().filter(|prefix| prefix.covers(&location));
        let roots: Vec<_> = covering.map(|prefix| path_of(prefix.segments())).collect();
        if roots.is_empty() {
            return Err(ResolveError::Refused);
        }
        let path = path_of(location.segments());
        let reading = tokio::task::spawn_blocking(move || read(&path, &roots));
        match tokio::time::timeout(TIMEOUT, reading).await {
            Ok(Ok(found)) => found.ok_or(ResolveError::Refused),
            Ok(Err(_)) | Err(_) => Err(ResolveError::Unavailable),
        }
    }
}

fn path_of(segments: &[impl AsRef<str>]) -> PathBuf {
    Path::new("/").join(segments.iter().map(|segment| Path::new(segment.as_ref())).collect::<PathBuf>())
}

fn read(path: &Path, roots: &[PathBuf]) -> Option<Secret> {
    // A mounted secret is renewed by replacing a link. The second attempt covers a renewal during the first.
    let file = (0..2).find_map(|_| open(path).filter(|file| is_below(file, path, roots).unwrap_or(false)))?;
    let limit = Secret::LIMIT + 2;
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
    file.take(limit as u64).read_to_end(&mut bytes).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    Secret::from_stored(text.to_owned()).ok()
}

/// Opens a regular file. The type is checked before, because opening a pipe or a device blocks or has
/// effects, and after, because the path may have changed.
fn open(path: &Path) -> Option<File> {
    let is_readable = |meta: &Metadata| meta.is_file() && meta.len() <= Secret::LIMIT as u64 + 2;
    std::fs::metadata(path).ok().filter(is_readable)?;
    let file = File::open(path).ok()?;
    file.metadata().ok().filter(is_readable)?;
    Some(file)
}

/// Whether an open file is the one at `path` and below all of `roots`; `None` if that cannot be determined.
fn is_below(file: &File, path: &Path, roots: &[PathBuf]) -> Option<bool> {
    let real = path.canonicalize().ok()?;
    let opened = path_of_open(file);
    for root in roots {
        let root = root.canonicalize().ok()?;
        if !real.starts_with(&root) || opened.as_ref().is_some_and(|path| !path.starts_with(&root)) {
            return Some(false);
        }
    }
    Some(is_same(&file.metadata().ok()?, &std::fs::symlink_metadata(&real).ok()?))
}

/// The path of an open file, if the kernel reports it.
#[cfg(unix)]
fn path_of_open(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

#[cfg(not(unix))]
fn path_of_open(_: &File) -> Option<PathBuf> {
    None
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// The standard library has no file identity on this system.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}
