//! Files that the operator names in the settings: a token, or the secret id of a role.

use std::io::Read;
use std::path::Path;

use llm_config_core::secret::ResolveError;
use zeroize::Zeroizing;

/// The maximal size of such a file in bytes.
const LIMIT: u64 = 16 * 1024;

/// The text of a file without leading and trailing white space. If the file cannot be read, the log contains
/// the reason, because only the operator can change that.
pub(super) async fn read(path: &Path) -> Result<Zeroizing<String>, ResolveError> {
    let owned = path.to_owned();
    match tokio::task::spawn_blocking(move || read_now(&owned)).await {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(error)) => {
            tracing::warn!(file = %path.display(), %error, "the file cannot be read");
            Err(ResolveError::Unavailable)
        }
        Err(_) => Err(ResolveError::Unavailable),
    }
}

/// The text of a file without leading and trailing white space; blocks.
pub(super) fn read_now(path: &Path) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(LIMIT).unwrap_or_default()));
    let file = std::fs::File::open(path)?;
    check_writers(&file)?;
    file.take(LIMIT).read_to_string(&mut text)?;
    let text = Zeroizing::new(text.trim().to_owned());
    if text.is_empty() { Err(std::io::Error::other("it is empty")) } else { Ok(text) }
}

/// Rejects a file that users other than its owner can write to: they could change the server's identity. The
/// owner may be any user, because an agent may run under a separate user.
#[cfg(unix)]
fn check_writers(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let mode = file.metadata()?.mode() & 0o7777;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    let reason = format!("other users can write to it (mode {mode:04o}); run `chmod go-w` on it");
    Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, reason))
}

#[cfg(not(unix))]
fn check_writers(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn read_file_writable_by_others_is_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "token\n").unwrap();
        for (mode, is_read) in [(0o600, true), (0o644, true), (0o640, true), (0o660, false), (0o602, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let found = read(&path).await;
            assert_eq!(found.is_ok_and(|text| *text == "token"), is_read, "{mode:o}");
        }
    }
}
