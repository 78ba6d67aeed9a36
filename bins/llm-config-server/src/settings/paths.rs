//! Paths of settings.

use std::path::PathBuf;

/// The absolute path; unchanged if the working directory is unknown.
pub(super) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
