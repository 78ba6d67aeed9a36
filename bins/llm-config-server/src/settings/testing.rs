//! Settings of any text, for tests.

use std::ffi::OsString;
use std::path::PathBuf;

use super::arguments::{self, Flags};
use super::toml_text::FileSettings;
use super::{InvalidSettings, Settings};

impl Settings {
    /// The settings of a file with this text and of these variables. Reads no file.
    pub fn of_texts(
        file: &str,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, InvalidSettings> {
        let file = FileSettings::parse(file, PathBuf::from("settings.toml"));
        let of_variables = arguments::from_environment(&variable);
        Self::merge_with(file, Flags::default(), of_variables, variable)
    }
}
