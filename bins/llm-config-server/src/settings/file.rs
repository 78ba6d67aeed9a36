//! The settings file. It selects the database, the keys and the grants, so no other user may write to it.
//! A settings file with a password must not be readable by everyone.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;

use llm_config_store::DatabaseUrl;
use llm_config_store::private_path::{Directory, check_file, resolve_checked};

use super::error::SettingsError;
use super::raw::RawSettings;

pub(super) fn read(path: &Path) -> Result<RawSettings, SettingsError> {
    let name = path.display().to_string();
    let unreadable = |source| SettingsError::Unreadable { path: name.clone(), source };
    resolve_checked("settings file", "directory of the settings file", path, Directory::Mounted)?;
    let mut file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    check_file("settings file", path, &metadata)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    let raw = RawSettings::from_toml(&text)
        .map_err(|reason| SettingsError::Malformed { path: name.clone(), reason })?;
    if has_password(&raw) && is_readable_by_everyone(&metadata) {
        return Err(SettingsError::Readable { path: name });
    }
    Ok(raw)
}

fn has_password(raw: &RawSettings) -> bool {
    let url = raw.database_url.as_deref().and_then(|url| url.parse().ok());
    matches!(url, Some(DatabaseUrl::Postgres(url)) if url.has_secret())
}

/// The group may read the file: packages install settings as files of root with the server's group.
#[cfg(unix)]
fn is_readable_by_everyone(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o004 != 0
}

#[cfg(not(unix))]
fn is_readable_by_everyone(_: &Metadata) -> bool {
    false
}
