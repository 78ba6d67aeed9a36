//! Environment variables that look like settings and are none: a typing error there would
//! silently mean the default.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::CommandFactory;

use super::Cli;

const MARK: &str = "LLM_CONFIG_";

/// Read past the parser, or not by this program but by what the documentation shows.
const ALSO_KNOWN: &[&str] = &["LLM_CONFIG_KEYRING", "LLM_CONFIG_TOKEN"];

/// The names of this process's variables that begin as settings do and that no setting reads.
pub(crate) fn unread() -> Vec<String> {
    unread_of(std::env::vars_os().map(|(name, _)| name))
}

fn unread_of(names: impl Iterator<Item = OsString>) -> Vec<String> {
    let command = Cli::command();
    let settings = command.get_arguments().filter_map(|it| it.get_env()?.to_str());
    let known: BTreeSet<&str> = settings.chain(ALSO_KNOWN.iter().copied()).collect();
    let names = names.map(|it| it.to_string_lossy().into_owned());
    let unread: BTreeSet<String> =
        names.filter(|it| it.starts_with(MARK) && !known.contains(it.as_str())).collect();
    unread.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_as_a_setting_and_is_none_is_named() {
        let names = [
            "LLM_CONFIG_DATABSE_URL",
            "LLM_CONFIG_DATABASE_URL",
            "LLM_CONFIG_FILE",
            "LLM_CONFIG_KEYRING",
            "LLM_CONFIG_TOKEN",
            "LLM_CONFIGURED",
            "PATH",
        ];
        assert_eq!(unread_of(names.into_iter().map(OsString::from)), ["LLM_CONFIG_DATABSE_URL"]);
    }
}
