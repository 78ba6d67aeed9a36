//! The text of a settings file: values of the settings that flags have too, and tables that only the file
//! has. Errors name the line and never quote a value, which may be a password.

use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::arguments::{Given, Values, fault, is_list, names};
use super::error::SettingsError;
use super::secrets::RawSecretSettings;
use super::source::{Source, Sources};
use crate::similar::most_similar;

/// The settings of a file.
#[derive(Default)]
pub(super) struct FileSettings {
    pub(super) values: Values,
    pub(super) secrets: RawSecretSettings,
    /// The lines of the tables.
    pub(super) sources: Sources,
    /// What is wrong with the file. The valid settings are there nevertheless, so that all errors of all
    /// sources are reported at once.
    pub(super) errors: Vec<SettingsError>,
}

/// A text and its path.
struct Text<'t> {
    text: &'t str,
    path: Arc<PathBuf>,
}

impl FileSettings {
    /// Parses the text of the file at `path`.
    pub(super) fn parse(text: &str, path: PathBuf) -> Self {
        let text = Text { text, path: Arc::new(path) };
        let table = match DeTable::parse(text.text) {
            Ok(table) => table,
            Err(error) => return text.syntax_error(&error).into(),
        };
        let mut settings = Self::default();
        let mut entries: Vec<_> = table.into_inner().into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let source = text.source_at(key.span().start);
            if let Err(error) = settings.add(&text, source, key.get_ref(), value) {
                settings.errors.push(error);
            }
        }
        settings
    }

    fn add(
        &mut self,
        text: &Text<'_>,
        source: Source,
        name: &str,
        value: Spanned<DeValue<'_>>,
    ) -> Result<(), SettingsError> {
        let RawSecretSettings { secret_grants, vault, google_grants, google_metadata_url } =
            &mut self.secrets;
        match name {
            "secret-grants" => *secret_grants = text.table(&source, name, value)?,
            "vault" => *vault = Some(text.table(&source, name, value)?),
            "google-grants" => *google_grants = text.table(&source, name, value)?,
            "google-metadata-url" => *google_metadata_url = Some(text.table(&source, name, value)?),
            _ if names().iter().any(|known| known == name) => {
                let texts = texts(name, value.get_ref())
                    .map_err(|reason| SettingsError::value(&source, name, None, &reason))?;
                self.values.insert(name.to_owned(), Given { source, texts });
                return Ok(());
            }
            _ => return Err(unknown(&source, name)),
        }
        self.sources.add(name, source);
        Ok(())
    }
}

impl From<SettingsError> for FileSettings {
    fn from(error: SettingsError) -> Self {
        Self { errors: vec![error], ..Self::default() }
    }
}

impl Text<'_> {
    fn source_at(&self, offset: usize) -> Source {
        Source::File { path: Arc::clone(&self.path), line: self.line_at(offset) }
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = &self.text[..offset.min(self.text.len())];
        before.matches('\n').count() + 1
    }

    /// A table, a list of tables, or a value that only the file has.
    fn table<T: DeserializeOwned>(
        &self,
        source: &Source,
        name: &str,
        value: Spanned<DeValue<'_>>,
    ) -> Result<T, SettingsError> {
        T::deserialize(ValueDeserializer::from(value)).map_err(|error| {
            let source = error.span().map_or_else(|| source.clone(), |span| self.source_at(span.start));
            let reason = misplaced_setting(error.message()).unwrap_or_else(|| unquoted(error.message()));
            SettingsError::value(&source, name, None, &reason)
        })
    }

    /// The error for a text that is not TOML. The most frequent mistake is a value without quotation marks.
    fn syntax_error(&self, error: &toml::de::Error) -> SettingsError {
        let offset = error.span().map_or(0, |span| span.start).min(self.text.len());
        let source = self.source_at(offset);
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[start..].lines().next().unwrap_or_default();
        let setting = line.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        match setting.filter(|(name, _)| names().iter().any(|known| known == name)) {
            Some((name, value)) if !value.starts_with(['"', '\'', '[', '{']) => {
                let value = value.split_once('#').map_or(value, |(value, _)| value.trim());
                let reason = fault(name, value)
                    .unwrap_or_else(|| format!("must be in quotation marks, as in `{name} = \"…\"`"));
                SettingsError::value(&source, name, None, &reason)
            }
            Some((name, _)) => {
                SettingsError::value(&source, name, None, &format!("is not valid TOML: {}", error.message()))
            }
            None => {
                let (line, path, reason) = (self.line_at(offset), self.path.display(), error.message());
                SettingsError::Invalid(format!(
                    "line {line} of the settings file {path} is not TOML: {reason}"
                ))
            }
        }
    }
}

/// The value of a setting that flags have too, as the texts of such flags.
fn texts(name: &str, value: &DeValue<'_>) -> Result<Vec<std::ffi::OsString>, String> {
    // No address, number, network, host or id: the error says what the setting must be.
    let reason = |other: &str| {
        fault(name, "*").unwrap_or_else(|| format!("must be a text in quotation marks, not {other}"))
    };
    Ok(match value {
        DeValue::String(text) => vec![text.as_ref().into()],
        DeValue::Integer(number) => vec![number.to_string().into()],
        DeValue::Boolean(value) => vec![value.to_string().into()],
        // The id of a key may look like one.
        DeValue::Datetime(time) => vec![time.to_string().into()],
        DeValue::Array(items) if is_list(name) => {
            let mut all = Vec::new();
            for item in items {
                all.extend(texts(name, item.get_ref())?);
            }
            all
        }
        DeValue::Array(_) => return Err(reason("a list")),
        DeValue::Float(_) => return Err(reason("a fraction")),
        DeValue::Table(_) => return Err(reason("a table")),
    })
}

fn unknown(source: &Source, name: &str) -> SettingsError {
    let mut known = names();
    known.extend(RawSecretSettings::NAMES.map(str::to_owned));
    let tip = most_similar(name, known.iter().map(String::as_str))
        .map(|known| format!("; did you mean `{known}`?"));
    SettingsError::of_source(source, name, format!("is not a setting{}", tip.unwrap_or_default()))
}

/// The error for a setting below a table, of which TOML makes a member of the table.
fn misplaced_setting(message: &str) -> Option<String> {
    let field = message.strip_prefix("unknown field `")?.split('`').next()?;
    names().iter().any(|name| name == field).then(|| {
        format!("has the setting `{field}`, which stands before the first table: move the line to the top")
    })
}

/// The parser's message without the invalid value, which may be a secret.
fn unquoted(message: &str) -> String {
    const QUOTING: [&str; 3] = ["invalid type: string ", "invalid value: string ", "unknown variant "];
    let expected = message.rfind(", expected ").map_or("", |at| &message[at..]);
    match QUOTING.iter().find(|start| message.starts_with(**start)) {
        Some(start) => format!("{}{expected}", start.trim_end()),
        None => message.to_owned(),
    }
}
