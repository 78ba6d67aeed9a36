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
    is_held: bool,
    last_attempt: Instant,
}

impl Reserve {
    /// The reserve of a database file, made where it is missing and there is space.
    pub(crate) fn new(database: &Path) -> Self {
        let mut path = OsString::from(database);
        path.push("-reserve");
        let mut reserve = Self { path: path.into(), is_held: false, last_attempt: Instant::now() };
        reserve.make();
        if !reserve.is_held {
            tracing::warn!(
                path = %reserve.path.display(),
                "the disk has no space for the reserve: no token can be revoked when it is full"
            );
        }
        reserve
    }

    /// Whether transactions of all kinds may use the disk. If the reserve was spent, makes it again as soon
    /// as there is space.
    pub(super) fn is_held(&mut self) -> bool {
        if !self.is_held && self.last_attempt.elapsed() >= PAUSE {
            self.make();
            if self.is_held {
                tracing::info!("the disk has space again");
            }
        }
        self.is_held
    }

    /// Frees the space.
    pub(super) fn spend(&mut self) {
        self.last_attempt = Instant::now();
        if !std::mem::replace(&mut self.is_held, false) {
            return;
        }
        match fs::remove_file(&self.path) {
            Ok(()) => tracing::error!(
                "the disk is full; until it has space again, only changes that take rights away are stored"
            ),
            Err(error) => tracing::error!(%error, "the disk is full, and its reserve could not be freed"),
        }
    }

    fn make(&mut self) {
        self.last_attempt = Instant::now();
        let is_made = match fs::metadata(&self.path) {
            Ok(metadata) if metadata.len() == SIZE => Ok(true),
            Ok(_) | Err(_) => self.create(),
        };
        self.is_held = is_made.unwrap_or_else(|error| {
            tracing::debug!(%error, "the reserve could not be made");
            false
        });
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
