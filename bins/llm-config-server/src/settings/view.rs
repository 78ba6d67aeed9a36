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
    /// The value as text.
    text: String,
}

impl SettingView {
    /// A setting whose absence is printed as `none`.
    pub(super) fn new(name: &'static str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let text = match &value {
            Value::Null => "none".to_owned(),
            Value::Array(items) => list(items.iter().filter_map(Value::as_str)),
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
        };
        Self { name, value, source: SourceKind::Default, text }
    }

    /// A list of tables, each as JSON and as text.
    pub(super) fn list(name: &'static str, items: Vec<(Value, String)>) -> Self {
        let (values, texts): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        Self::new(name, values).with_text(list(texts.iter().map(String::as_str)))
    }

    /// The same setting with another text.
    pub(super) fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// The same setting, whose absence is printed as `text`.
    pub(super) fn or_text(self, text: &'static str) -> Self {
        if self.value.is_null() { self.with_text(text.to_owned()) } else { self }
    }

    /// The same setting, with its source.
    pub(super) fn with_source(self, sources: &Sources) -> Self {
        let names = match self.name {
            "keyring" => &["keyring-file", "keyring-dir", "keyring"][..],
            _ => &[self.name],
        };
        Self { source: sources.kind(names), ..self }
    }

    /// The value as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.clone()
    }
}

fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let items: Vec<_> = items.collect();
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}
