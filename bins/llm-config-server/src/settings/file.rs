//! The settings file. It selects the database, the keys and the grants, so no other user may write to it.
//! A settings file with a password must not be readable by everyone.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;

use llm_config_store::DatabaseUrl;
use llm_config_store::private_path::{Directory, check_file, resolve_checked};

use super::arguments::Values;
use super::error::SettingsError;
use super::toml_text::FileSettings;

pub(super) fn read(path: &Path) -> FileSettings {
    let (text, metadata) = match read_text(path) {
        Ok(read) => read,
        Err(error) => return error.into(),
    };
    let mut settings = FileSettings::parse(&text, path.to_owned());
    if has_password(&settings.values) && is_readable_by_everyone(&metadata) {
        settings.errors.push(SettingsError::Readable { path: path.display().to_string() });
    }
    settings
}

fn read_text(path: &Path) -> Result<(String, Metadata), SettingsError> {
    let unreadable = |error| SettingsError::Unreadable { path: path.display().to_string(), error };
    resolve_checked("settings file", "directory of the settings file", path, Directory::Mounted)?;
    let mut file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    check_file("settings file", path, &metadata)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    Ok((text, metadata))
}

fn has_password(values: &Values) -> bool {
    let text = values.get("database-url").and_then(|given| given.texts.first()?.to_str());
    matches!(text.and_then(|url| url.parse().ok()), Some(DatabaseUrl::Postgres(url)) if url.has_secret())
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
