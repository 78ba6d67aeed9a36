//! Secrets in files of the server: `file:///run/secrets/team-a/openai`.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use llm_config_core::grant::{Grants, SecretPrefix};
use llm_config_core::secret::{ResolveError, Secret, SecretRef, SecretSource, SecretStore};
use zeroize::Zeroizing;

/// How long a file may take; one on a network may never come.
const TIME: Duration = Duration::from_secs(5);

/// Reads files below the granted prefixes, at most 16 KiB each; one line break at the end is left
/// out, as mounted secrets have one. On Unix only; elsewhere every file is refused.
///
/// Links are followed, as mounted secrets are links. After that the file that was opened must
/// lie, by its real path, below *every* prefix that covers the reference: a link in one team's
/// folder reaches no other team's, even if somebody was granted the folder above both.
///
/// This stops references that leave a folder through links that lie in it. It does not stop a user who may
/// write below a prefix: they can copy there what they can read, and a hard link is a file like any
/// other. Exchanging links while a file is read gains nothing where the kernel
/// tells the path of an open file (Linux with `/proc`); elsewhere the exchange would have to be
/// made and undone between particular steps of one reading.
#[derive(Clone, Debug)]
pub struct FileSource {
    prefixes: Vec<SecretPrefix>,
}

impl FileSource {
    /// Reads below the prefixes that `grants` has, whoever they are granted to.
    #[must_use]
    pub fn new(grants: &Grants) -> Self {
        Self { prefixes: grants.prefixes(SecretStore::File).cloned().collect() }
    }
}

#[async_trait::async_trait]
impl SecretSource for FileSource {
    async fn resolve(&self, reference: &SecretRef) -> Result<Secret, ResolveError> {
        let location = reference.location().filter(|it| it.store() == SecretStore::File);
        let location = location.ok_or(ResolveError::Refused)?;
        let covering = self.prefixes.iter().filter(|it| it.covers(&location));
        let roots: Vec<_> = covering.map(|it| path_of(it.segments())).collect();
        if roots.is_empty() {
            return Err(ResolveError::Refused);
        }
        let path = path_of(location.segments());
        let reading = tokio::task::spawn_blocking(move || read(&path, &roots));
        match tokio::time::timeout(TIME, reading).await {
            Ok(Ok(found)) => found.ok_or(ResolveError::Refused),
            Ok(Err(_)) | Err(_) => Err(ResolveError::Unavailable),
        }
    }
}

fn path_of(segments: &[impl AsRef<str>]) -> PathBuf {
    Path::new("/").join(segments.iter().map(|it| Path::new(it.as_ref())).collect::<PathBuf>())
}

fn read(path: &Path, roots: &[PathBuf]) -> Option<Secret> {
    // Mounted secrets are renewed by exchanging a link, maybe just now; so there is a second try.
    let file = (0..2).find_map(|_| open(path).filter(|it| lies_below(it, path, roots).unwrap_or(false)))?;
    let limit = Secret::LIMIT + 2;
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
    file.take(limit as u64).read_to_end(&mut bytes).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let text = text.strip_suffix('\n').map_or(text, |it| it.strip_suffix('\r').unwrap_or(it));
    Secret::new(text.to_owned()).ok()
}

/// Opens a regular file. What kind of file it is is asked before, as opening a pipe or a device
/// waits or acts, and after, as it may be another one by then.
fn open(path: &Path) -> Option<File> {
    let is_good = |it: &Metadata| it.is_file() && it.len() <= Secret::LIMIT as u64 + 2;
    std::fs::metadata(path).ok().filter(is_good)?;
    let file = File::open(path).ok()?;
    file.metadata().ok().filter(is_good)?;
    Some(file)
}

/// Whether an open file is the one at `path` and lies below all of `roots`; `None` if that cannot
/// be found out.
fn lies_below(file: &File, path: &Path, roots: &[PathBuf]) -> Option<bool> {
    let real = path.canonicalize().ok()?;
    let told = path_of_open(file);
    for root in roots {
        let root = root.canonicalize().ok()?;
        if !real.starts_with(&root) || told.as_ref().is_some_and(|it| !it.starts_with(&root)) {
            return Some(false);
        }
    }
    Some(is_same(&file.metadata().ok()?, &std::fs::symlink_metadata(&real).ok()?))
}

/// The path of an open file, where the kernel tells it.
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

/// Files have no identity that could be compared.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}
