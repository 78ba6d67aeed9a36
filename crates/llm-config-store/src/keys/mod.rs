//! Where key-encryption keys come from: a file, a mounted directory, or a text such as an
//! environment variable's.

mod directory;
mod file;
mod text;

pub use directory::KeyDirectory;
pub use file::KeyFile;
pub use text::KeyText;

use std::path::Path;

use data_encoding::BASE64;
use llm_config_core::key::{KeyEncryptionKey, KeySourceError};
use zeroize::Zeroizing;

fn unusable(message: impl Into<String>) -> KeySourceError {
    KeySourceError::Unusable(message.into())
}

/// 32 bytes in base64; `None` for anything else.
fn decode(text: &str) -> Option<KeyEncryptionKey> {
    let mut key = Zeroizing::new([0; 32]);
    // Decodes into the key itself, so that no copy of it is left on the heap; one byte of room
    // for what the padding might still turn out to be.
    let mut buffer = Zeroizing::new([0; 33]);
    if BASE64.decode_len(text.len()) != Ok(buffer.len()) {
        return None;
    }
    let length = BASE64.decode_mut(text.as_bytes(), buffer.as_mut()).ok()?;
    if length != key.len() {
        return None;
    }
    key.copy_from_slice(&buffer[..length]);
    Some(KeyEncryptionKey::new(key))
}

/// Refuses a file that somebody else on this machine could read.
#[cfg(unix)]
fn check_mode(path: &Path, metadata: &std::fs::Metadata, forbidden: u32) -> Result<(), KeySourceError> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o777;
    if mode & forbidden == 0 {
        return Ok(());
    }
    Err(unusable(format!(
        "the key file {} can be read by others (mode {mode:04o}); make it private with `chmod 600 {}`",
        path.display(),
        path.display()
    )))
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &std::fs::Metadata, _: u32) -> Result<(), KeySourceError> {
    Ok(())
}

fn read_private(path: &Path, forbidden_mode: u32) -> Result<Zeroizing<String>, KeySourceError> {
    /// Far more than any keyring needs.
    const LIMIT: u64 = 64 * 1024;
    let missing = || KeySourceError::Missing { place: path.display().to_string() };
    let failed = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return missing();
        }
        unusable(format!("the key file {} cannot be read: {error}", path.display()))
    };
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() || metadata.len() > LIMIT {
        return Err(unusable(format!("{} is not a key file", path.display())));
    }
    check_mode(path, &metadata, forbidden_mode)?;
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(failed)
}
