//! A setting in effect, as `config check` prints it.

use serde_json::Value;

use super::source::{SourceKind, Sources};

/// A setting in effect.
#[derive(Clone, Debug)]
pub struct SettingView {
    /// The name: the flag without its dashes.
    pub name: &'static str,
    /// The value: text, a number, a boolean, a list, or `null` if the setting is not set.
    pub value: Value,
    /// The source of the value.
    pub source: SourceKind,
    /// The text for a setting that is not set.
    if_none: &'static str,
}

impl SettingView {
    /// A setting whose absence is printed as `none`.
    pub(super) fn new(name: &'static str, value: impl Into<Value>) -> Self {
        Self { name, value: value.into(), source: SourceKind::Default, if_none: "none" }
    }

    /// The same setting, with its source.
    pub(super) fn with_source(self, sources: &Sources) -> Self {
        let names = match self.name {
            "keyring" => &["keyring-file", "keyring-dir", "keyring"][..],
            _ => &[self.name],
        };
        Self { source: sources.kind(names), ..self }
    }

    /// The same setting, whose absence is printed as `text`.
    pub(super) fn or_text(self, text: &'static str) -> Self {
        Self { if_none: text, ..self }
    }

    /// The value as text.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.value {
            Value::Null => self.if_none.to_owned(),
            Value::Array(items) if items.is_empty() => self.if_none.to_owned(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => self.value.to_string(),
        }
    }
}
