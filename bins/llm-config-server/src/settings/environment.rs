//! Environment variables that are named like settings but that no setting reads. A typing error in such a
//! name would otherwise silently select the default.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;

use super::arguments::variables;
use super::error::SettingsError;
use super::source::{Source, Sources};
use crate::similar::most_similar;

const PREFIX: &str = "LLM_CONFIG_";

/// The variable with the keys themselves. It is no flag, because all users of a machine can see flags.
pub(super) const KEYRING: &str = "LLM_CONFIG_KEYRING";

/// The variables of the commands that the documentation and the console show; no settings.
const OF_COMMANDS: [&str; 2] = ["LLM_CONFIG_TOKEN", "LLM_CONFIG_URL"];

/// The keys in the environment.
pub(super) fn keyring(
    variable: impl Fn(&str) -> Option<OsString>,
    sources: &mut Sources,
) -> Result<Option<String>, SettingsError> {
    let Some(text) = variable(KEYRING).filter(|text| !text.is_empty()) else { return Ok(None) };
    let source = Source::Variable(KEYRING.to_owned());
    let text = text
        .into_string()
        .map_err(|_| SettingsError::value(&source, "keyring", None, "must be UTF-8 text"))?;
    sources.add("keyring", source);
    Ok(Some(text))
}

/// A variable that no setting reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadVariable {
    /// The name.
    pub name: String,
    /// The variable of a setting with a similar name.
    pub similar: Option<String>,
}

impl UnreadVariable {
    /// The variables of this process that have the prefix of settings and that no setting reads.
    #[must_use]
    pub fn all() -> Vec<Self> {
        Self::among(std::env::vars_os().map(|(name, _)| name))
    }

    fn among(names: impl Iterator<Item = OsString>) -> Vec<Self> {
        let mut settings = variables();
        settings.push(KEYRING.to_owned());
        let is_unread = |name: &String| {
            name.starts_with(PREFIX)
                && !OF_COMMANDS.contains(&name.as_str())
                && !settings.iter().any(|known| known == name)
        };
        let names = names.map(|name| name.to_string_lossy().into_owned());
        let unread: BTreeSet<String> = names.filter(is_unread).collect();
        let variable = |name: String| {
            // Without the prefix, which makes all names similar.
            let known = settings.iter().map(|known| known.trim_start_matches(PREFIX));
            let similar = most_similar(name.trim_start_matches(PREFIX), known);
            let similar = similar.map(|known| format!("{PREFIX}{known}"));
            Self { name, similar }
        };
        unread.into_iter().map(variable).collect()
    }
}

impl fmt::Display for UnreadVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no setting reads the environment variable {}", self.name)?;
        self.similar.as_ref().map_or(Ok(()), |similar| write!(f, "; did you mean {similar}?"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_mixed_names_returns_unknown_settings_with_similar_names() {
        let names = [
            "LLM_CONFIG_DATADIR",
            "LLM_CONFIG_DATABSE_URL",
            "LLM_CONFIG_DATABASE_URL",
            "LLM_CONFIG_FILE",
            "LLM_CONFIG_KEYRING",
            "LLM_CONFIG_TOKEN",
            "LLM_CONFIG_URL",
            "LLM_CONFIG_XYZ",
            "LLM_CONFIGURED",
            "PATH",
        ];
        let unread = UnreadVariable::among(names.into_iter().map(OsString::from));
        let texts: Vec<_> = unread.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "no setting reads the environment variable LLM_CONFIG_DATABSE_URL; did you mean \
                 LLM_CONFIG_DATABASE_URL?",
                "no setting reads the environment variable LLM_CONFIG_DATADIR; did you mean \
                 LLM_CONFIG_DATA_DIR?",
                "no setting reads the environment variable LLM_CONFIG_XYZ",
            ]
        );
    }
}
