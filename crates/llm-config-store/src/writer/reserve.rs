//! Disk space for transactions that take rights away: without it, no token can be revoked on a full disk.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::random;

/// The size of the reserve in bytes: the write-ahead log of more than 200 revocations.
const SIZE: u64 = 8 * 1024 * 1024;

/// The number of bytes that are written at once.
const PART: usize = 16 * 1024;

/// The free space from which on the reserve is made, in bytes. It must not fill the disk again.
const FREE: u64 = 2 * SIZE;

/// The pause between two attempts to make the reserve again.
const PAUSE: Duration = Duration::from_secs(1);

/// A file beside the database that occupies space until a transaction that takes rights away needs it.
pub(crate) struct Reserve {
    path: PathBuf,
    state: State,
    last_attempt: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The file occupies its space.
    Held,
    /// The space was freed on a full disk, for transactions that take rights away only.
    Spent,
    /// The file could not be made since the start. The disk may have space for transactions of all kinds.
    Absent,
}

impl Reserve {
    /// The reserve of a database file, made where it is missing and there is space.
    pub(crate) fn new(database: &Path) -> Self {
        let mut path = OsString::from(database);
        path.push("-reserve");
        let mut reserve = Self { path: path.into(), state: State::Absent, last_attempt: Instant::now() };
        reserve.make();
        if reserve.state == State::Absent {
            tracing::warn!(
                path = %reserve.path.display(),
                "the reserve could not be made: if the disk becomes full, no token can be revoked"
            );
        }
        reserve
    }

    /// Whether the space that is left is for transactions that take rights away only. Makes a missing reserve
    /// as soon as there is space.
    pub(super) fn is_spent(&mut self) -> bool {
        if self.state != State::Held && self.last_attempt.elapsed() >= PAUSE {
            self.make();
            if self.state == State::Held {
                tracing::info!("the disk has space for the reserve");
            }
        }
        self.state == State::Spent
    }

    /// Frees the space. `false` if none was held since the start.
    pub(super) fn spend(&mut self) -> bool {
        self.last_attempt = Instant::now();
        if self.state == State::Held {
            self.state = State::Spent;
            match fs::remove_file(&self.path) {
                Ok(()) => tracing::error!(
                    "the disk is full; until it has space, only changes that take rights away are stored"
                ),
                Err(error) => tracing::error!(%error, "the disk is full, and its reserve could not be freed"),
            }
        }
        self.state == State::Spent
    }

    fn make(&mut self) {
        self.last_attempt = Instant::now();
        let is_made = match fs::metadata(&self.path) {
            Ok(metadata) if metadata.len() == SIZE => Ok(true),
            Ok(_) | Err(_) => self.create(),
        };
        match is_made {
            Ok(true) => self.state = State::Held,
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "the reserve could not be made"),
        }
    }

    /// `false` if the disk has too little space.
    fn create(&self) -> io::Result<bool> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let disk = rustix::fs::statvfs(folder.unwrap_or(Path::new(".")))?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < FREE {
            return Ok(false);
        }
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let filled = fill(&mut options.open(&self.path)?);
        if filled.is_err() {
            _ = fs::remove_file(&self.path);
        }
        filled.map(|()| true)
    }
}

/// Occupies the space of a file. Random bytes, because some file systems keep no blocks of zeros.
fn fill(file: &mut File) -> io::Result<()> {
    for _ in 0..SIZE / PART as u64 {
        file.write_all(&random::bytes::<PART>())?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserve_that_cannot_be_made_leaves_the_disk_to_all() {
        let folder = tempfile::tempdir().unwrap();
        let mut reserve = Reserve::new(&folder.path().join("missing/registry.db"));
        assert!(!reserve.is_spent());
        assert!(!reserve.spend(), "nothing was freed");
        assert!(!reserve.is_spent());
    }

    #[test]
    fn spent_reserve_leaves_the_disk_to_some() {
        let folder = tempfile::tempdir().unwrap();
        let mut reserve = Reserve::new(&folder.path().join("registry.db"));
        assert!(!reserve.is_spent());
        assert!(reserve.spend() && reserve.spend());
        assert_eq!((reserve.state, reserve.path.exists()), (State::Spent, false));
    }
}
