//! `config check`: prints the settings as the server will use them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::cli::command_error::CommandError;
use crate::cli::output::{Format, key_value};
use crate::settings::{Settings, SourceKind, UnreadVariable};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckedSettings {
    settings: BTreeMap<String, Value>,
    /// The source of each setting.
    sources: BTreeMap<String, SourceKind>,
    unread_variables: Vec<String>,
}

pub(super) fn run(settings: &Settings, format: Format) -> Result<(), CommandError> {
    let (views, unread) = (settings.views(), UnreadVariable::all());
    let checked = CheckedSettings {
        settings: views.iter().map(|view| (camel_case(view.name), view.value.clone())).collect(),
        sources: views.iter().map(|view| (camel_case(view.name), view.source)).collect(),
        unread_variables: unread.iter().map(|variable| variable.name.clone()).collect(),
    };
    format.print(&checked, || {
        let warning = |variable: &UnreadVariable| format!("\n{variable}");
        let warnings: String = unread.iter().map(warning).collect();
        let lines: Vec<_> = views.iter().map(|view| (view.name, view.text())).collect();
        format!("{}{warnings}\nthe settings are in order", key_value(&lines))
    })?;
    Ok(())
}

/// A name such as `data-dir` as a member of a JSON object: `dataDir`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}
