//! Files that the operator names in the settings: a token, the secret of a role.

use std::io::Read;
use std::path::Path;

use llm_config_core::reference::ResolveError;
use zeroize::Zeroizing;

/// The most bytes of such a file.
const LIMIT: u64 = 16 * 1024;

/// The text of a file without white space around it. Whatever keeps it from being read is the
/// operator's to mend, and in the log.
pub(super) async fn read(path: &Path) -> Result<Zeroizing<String>, ResolveError> {
    let owned = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        let mut text = Zeroizing::new(String::with_capacity(usize::try_from(LIMIT).unwrap_or_default()));
        std::fs::File::open(owned)?.take(LIMIT).read_to_string(&mut text)?;
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
