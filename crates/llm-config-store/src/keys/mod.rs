//! Where key-encryption keys come from: a file, a mounted directory, or a text such as an
//! environment variable's.

mod directory;
mod file;
mod text;

pub use directory::KeyDirectory;
pub use file::KeyFile;
pub use text::KeyText;

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;

use data_encoding::BASE64;
use llm_config_core::key::{KeyEncryptionKey, KeySourceError};
use zeroize::Zeroizing;

use crate::private_path::{Directory, check_file, resolve_checked};

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

/// Opens a file of keys with checked permissions and owner; `None` where there is none.
fn open_private(
    path: &Path,
    forbidden_mode: u32,
    kind: Directory,
) -> Result<Option<(File, usize)>, KeySourceError> {
    /// Far more than any keyring needs.
    const LIMIT: u64 = 64 * 1024;
    resolve_checked("key file", "directory of the key file", path, kind)
        .map_err(|it| unusable(it.to_string()))?;
    let failed =
        |error: std::io::Error| unusable(format!("the key file {} cannot be read: {error}", path.display()));
    let good = |metadata: &Metadata| metadata.is_file() && metadata.len() <= LIMIT;
    let not_one = || unusable(format!("{} is not a key file", path.display()));
    let found = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found.map_err(failed)?,
    };
    // Before it is opened, as opening a pipe waits; and after, as it may be another one by then.
    if !good(&found) {
        return Err(not_one());
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !good(&metadata) {
        return Err(not_one());
    }
    check_mode(path, &metadata, forbidden_mode)?;
    check_file("key file", path, &metadata).map_err(|it| unusable(it.to_string()))?;
    Ok(Some((file, usize::try_from(metadata.len()).unwrap_or_default())))
}

fn read_private(
    path: &Path,
    forbidden_mode: u32,
    kind: Directory,
) -> Result<Zeroizing<String>, KeySourceError> {
    let Some((mut file, length)) = open_private(path, forbidden_mode, kind)? else {
        return Err(KeySourceError::Missing { place: path.display().to_string() });
    };
    // With room for all of it, so that no copy is left behind by growing.
    let mut text = Zeroizing::new(String::with_capacity(length + 1));
    match file.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(unusable(format!("the key file {} cannot be read: {error}", path.display()))),
    }
}
