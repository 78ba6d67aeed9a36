//! The settings file. It names the database, the keys and the grants, so no other user may write to
//! it; while it holds a password, not everyone may read it.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;

use llm_config_store::DatabaseUrl;
use llm_config_store::private_path::{Directory, check_file, resolve_checked};

use super::{Given, SettingsError};

pub(super) fn read(path: &Path) -> Result<Given, SettingsError> {
    let shown = path.display().to_string();
    let unreadable = |source| SettingsError::Unreadable { path: shown.clone(), source };
    resolve_checked("settings file", "directory of the settings file", path, Directory::Mounted)?;
    let mut file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    check_file("settings file", path, &metadata)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    let given =
        Given::from_toml(&text).map_err(|reason| SettingsError::Malformed { path: shown.clone(), reason })?;
    if has_password(&given) && is_readable_by_everyone(&metadata) {
        return Err(SettingsError::Readable { path: shown });
    }
    Ok(given)
}

fn has_password(given: &Given) -> bool {
    let url = given.database_url.as_deref().and_then(|it| it.parse().ok());
    matches!(url, Some(DatabaseUrl::Postgres(url)) if url.has_secret())
}

/// The group may: a file of root's for the group of the server is how packages install settings.
#[cfg(unix)]
fn is_readable_by_everyone(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o004 != 0
}

#[cfg(not(unix))]
fn is_readable_by_everyone(_: &Metadata) -> bool {
    false
}
