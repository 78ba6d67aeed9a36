//! Environment variables that are named like settings but that no setting reads. A typing error in such a
//! name would otherwise silently select the default.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::{Args, Command};

use crate::settings::RawSettings;

const PREFIX: &str = "LLM_CONFIG_";

/// Variables that are read without the argument parser, or only by the commands of the documentation.
const ALSO_KNOWN: &[&str] = &["LLM_CONFIG_KEYRING", "LLM_CONFIG_TOKEN"];

/// The names of variables of this process that have the prefix of settings and that no setting reads.
pub(crate) fn unread() -> Vec<String> {
    filter_unread(std::env::vars_os().map(|(name, _)| name))
}

fn filter_unread(names: impl Iterator<Item = OsString>) -> Vec<String> {
    let command = RawSettings::augment_args(Command::new("settings"));
    let settings = command.get_arguments().filter_map(|argument| argument.get_env()?.to_str());
    let known: BTreeSet<&str> = settings.chain(ALSO_KNOWN.iter().copied()).collect();
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let unread: BTreeSet<String> =
        names.filter(|name| name.starts_with(PREFIX) && !known.contains(name.as_str())).collect();
    unread.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_unread_of_mixed_names_returns_unknown_settings_only() {
        let names = [
            "LLM_CONFIG_DATABSE_URL",
            "LLM_CONFIG_DATABASE_URL",
            "LLM_CONFIG_FILE",
            "LLM_CONFIG_KEYRING",
            "LLM_CONFIG_TOKEN",
            "LLM_CONFIGURED",
            "PATH",
        ];
        assert_eq!(filter_unread(names.into_iter().map(OsString::from)), ["LLM_CONFIG_DATABSE_URL"]);
    }
}
