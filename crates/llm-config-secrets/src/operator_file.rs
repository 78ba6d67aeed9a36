//! Files that the operator names in the settings: a token, the secret of a role.

use std::io::Read;
use std::path::Path;

use llm_config_core::secret::ResolveError;
use zeroize::Zeroizing;

/// The most bytes of such a file.
const LIMIT: u64 = 16 * 1024;

/// The text of a file without white space around it. Whatever keeps it from being read is the
/// operator's to mend, and in the log.
pub(super) async fn read(path: &Path) -> Result<Zeroizing<String>, ResolveError> {
    let owned = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        let mut text = Zeroizing::new(String::with_capacity(usize::try_from(LIMIT).unwrap_or_default()));
        let file = std::fs::File::open(owned)?;
        only_owner_writes(&file)?;
        file.take(LIMIT).read_to_string(&mut text)?;
        Ok::<_, std::io::Error>(Zeroizing::new(text.trim().to_owned()))
    });
    match reading.await {
        Ok(Ok(text)) if !text.is_empty() => Ok(text),
        Ok(Ok(_)) => {
            tracing::warn!(file = %path.display(), "the file is empty");
            Err(ResolveError::Unavailable)
        }
        Ok(Err(error)) => {
            tracing::warn!(file = %path.display(), %error, "the file cannot be read");
            Err(ResolveError::Unavailable)
        }
        Err(_) => Err(ResolveError::Unavailable),
    }
}

/// Refuses a file that its group or everyone may write to: they would choose the identity with which
/// the server signs in. The owner may be any user, as an agent writes it under a user of its own.
#[cfg(unix)]
fn only_owner_writes(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let mode = file.metadata()?.mode() & 0o7777;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    let reason = format!("it can be written to by others (mode {mode:04o}); run `chmod go-w` on it");
    Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, reason))
}

#[cfg(not(unix))]
fn only_owner_writes(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn read_file_that_others_may_write_is_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "token\n").unwrap();
        for (mode, is_read) in [(0o600, true), (0o644, true), (0o640, true), (0o660, false), (0o602, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let found = read(&path).await;
            assert_eq!(found.is_ok_and(|it| *it == "token"), is_read, "{mode:o}");
        }
    }
}
