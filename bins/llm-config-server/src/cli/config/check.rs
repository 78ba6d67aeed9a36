//! `config check`: prints the settings as the server will use them, and opens what the server will open.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::startup::{Outcome, StartupCheck, try_all};
use crate::cli::command_error::CommandError;
use crate::cli::output::{Format, table};
use crate::settings::{SettingView, Settings, SourceKind, UnreadVariable};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckedSettings {
    settings: BTreeMap<String, Value>,
    /// The source of each setting.
    sources: BTreeMap<String, SourceKind>,
    unread_variables: Vec<String>,
    /// What a start of the server opens.
    startup: Vec<StartupCheckView>,
    /// Whether the server would start.
    starts: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartupCheckView {
    name: String,
    result: &'static str,
    message: String,
    /// The exit status of a start that fails because of this.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u8>,
}

impl StartupCheckView {
    fn new(check: &StartupCheck) -> Self {
        let (result, message, status) = match &check.outcome {
            Outcome::Opened(what) => ("OPENED", what.clone(), None),
            Outcome::NotTried(reason) => ("NOT_TRIED", reason.clone(), None),
            Outcome::Note(note) => ("NOTE", note.clone(), None),
            Outcome::Failed(error) => ("FAILED", error.to_string(), Some(error.status().number())),
        };
        Self { name: check.name.clone(), result, message, status }
    }

    fn row(&self) -> Vec<String> {
        let result = self.result.to_lowercase().replace('_', " ");
        vec![self.name.clone(), result, self.message.clone()]
    }
}

pub(super) async fn run(settings: &Settings, format: Format) -> Result<(), CommandError> {
    let checks = try_all(settings).await;
    let (views, unread) = (settings.views(), UnreadVariable::all());
    let startup: Vec<_> = checks.iter().map(StartupCheckView::new).collect();
    let mut failures: Vec<_> = checks
        .into_iter()
        .filter_map(|check| match check.outcome {
            Outcome::Failed(error) => Some(error),
            Outcome::Opened(_) | Outcome::NotTried(_) | Outcome::Note(_) => None,
        })
        .collect();
    let checked = CheckedSettings {
        settings: views.iter().map(|view| (camel_case(view.name), view.value.clone())).collect(),
        sources: views.iter().map(|view| (camel_case(view.name), view.source)).collect(),
        unread_variables: unread.into_iter().map(|variable| variable.name).collect(),
        startup,
        starts: failures.is_empty(),
    };
    let printed = format.show(&checked, || text(&views, &checked));
    // The failure decides also for a script that reads only the first lines.
    match failures.len() {
        0 => printed,
        1 => Err(failures.remove(0)),
        // The first one decides; the report names all of them.
        count => {
            let first = failures.remove(0);
            let sentence = format!("the server would not start, for {count} reasons; the first: {first}");
            Err(CommandError::new(first.status(), sentence))
        }
    }
}

fn text(views: &[SettingView], checked: &CheckedSettings) -> String {
    let row = |view: &SettingView| vec![view.name.to_owned(), view.source.as_str().to_owned(), view.text()];
    let settings = table(&["SETTING", "FROM", "VALUE"], &views.iter().map(row).collect::<Vec<_>>());
    let checks: Vec<_> = checked.startup.iter().map(StartupCheckView::row).collect();
    let checks = table(&["OPENED BY THE START", "RESULT", ""], &checks);
    let conclusion = if checked.starts {
        "the settings are in order"
    } else {
        "the server would not start with these settings"
    };
    format!("{settings}\n\n{checks}\n\n{conclusion}")
}

/// A name such as `data-dir` as a member of a JSON object: `dataDir`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}
