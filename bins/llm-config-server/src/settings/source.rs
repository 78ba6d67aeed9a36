//! Where the values of settings come from, so that an error names what the operator wrote.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A flag of the command line.
    Flag,
    /// An environment variable.
    Variable(String),
    /// A line of the settings file.
    File {
        /// The path of the file.
        path: Arc<PathBuf>,
        /// The line, from 1.
        line: usize,
    },
}

/// The kind of a source, as `config check` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// No source gives a value.
    Default,
    /// A flag of the command line.
    Flag,
    /// An environment variable.
    Variable,
    /// The settings file.
    File,
}

impl SourceKind {
    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Flag => "flag",
            Self::Variable => "variable",
            Self::File => "file",
        }
    }
}

impl Source {
    /// The setting `name`, as this source names it.
    pub(super) fn label(&self, name: &str) -> String {
        match self {
            Self::Flag => format!("`--{name}`"),
            Self::Variable(variable) => variable.clone(),
            Self::File { path, line } => {
                format!("`{name}` (line {line} of the settings file {})", path.display())
            }
        }
    }

    const fn kind(&self) -> SourceKind {
        match self {
            Self::Flag => SourceKind::Flag,
            Self::Variable(_) => SourceKind::Variable,
            Self::File { .. } => SourceKind::File,
        }
    }
}

/// The source of each setting that is given, by the name of the setting: its flag without the dashes.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources(BTreeMap<String, Source>);

impl Sources {
    pub(super) fn add(&mut self, name: &str, source: Source) {
        self.0.insert(name.to_owned(), source);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Source> {
        // A member of a table, such as `vault.address`, has the source of its table.
        let table = name.split_once('.').map_or(name, |(table, _)| table);
        self.0.get(table)
    }

    /// The setting, as its source names it; as a flag if no source gives it.
    pub(super) fn label(&self, name: &str) -> String {
        self.get(name).unwrap_or(&Source::Flag).label(name)
    }

    /// The kind of the first of `names` that is given.
    pub(super) fn kind(&self, names: &[&str]) -> SourceKind {
        names.iter().find_map(|name| self.get(name)).map_or(SourceKind::Default, Source::kind)
    }
}
