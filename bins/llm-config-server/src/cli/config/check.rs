//! `config check`: prints the settings as the server will use them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::cli::command_error::CommandError;
use crate::cli::environment;
use crate::cli::output::{Format, key_value};
use crate::settings::Settings;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckedSettings {
    settings: BTreeMap<String, Value>,
    unread_variables: Vec<String>,
}

pub(super) fn run(settings: &Settings, format: Format) -> Result<(), CommandError> {
    let (views, unread) = (settings.views(), environment::unread());
    let checked = CheckedSettings {
        settings: views.iter().map(|view| (camel_case(view.name), view.value.clone())).collect(),
        unread_variables: unread.clone(),
    };
    format.print(&checked, || {
        let warning = |name: &String| format!("\nno setting reads the environment variable {name}");
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
