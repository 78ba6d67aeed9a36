//! `config check ID`: checks a stored LLM configuration against its provider, and keeps the report.

use clap::ValueEnum;
use llm_config_core::id::ConfigId;
use llm_config_probe::report::{Call, Depth, Reason, Report, Usable};
use llm_config_service::{Error, ScopeFilter};
use serde::Serialize;
use serde_json::Value;

use super::scope::no_config;
use crate::cli::command_error::CommandError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::{Format, key_value, list, or_dash, table};
use crate::settings::Settings;

/// How far a check goes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum DepthName {
    /// Connects to the host
    Reach,
    /// Also tests the credential and whether the model exists, without using tokens
    Credential,
    /// Also calls the model, which uses a few tokens
    Inference,
}

impl From<DepthName> for Depth {
    fn from(name: DepthName) -> Self {
        match name {
            DepthName::Reach => Self::Reach,
            DepthName::Credential => Self::Credential,
            DepthName::Inference => Self::Inference,
        }
    }
}

pub(super) async fn run(
    settings: &Settings,
    id: ConfigId,
    depth: Depth,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = OperatorSession::open(settings).await?;
    let service = service.with_provider_access(settings.open_provider_access(settings.listen)?);
    let report = match service.check(&session, ScopeFilter::All, id, Ok(depth)).await {
        Err(Error::NotFound(_)) => return Err(no_config(id)),
        report => report?,
    };
    let printed = format.show(&report, || text(&report));
    // The status is the verdict also for a script that reads only the first lines.
    verdict(&report).and(printed)
}

fn verdict(report: &Report) -> Result<(), CommandError> {
    let reason = name(&report.reason);
    match report.usable {
        Usable::Yes => Ok(()),
        // The server responds, and that is all that a check of this depth asks.
        Usable::Unknown if report.reason == Reason::Depth => Ok(()),
        Usable::No => Err(CommandError::refused(format!("the configuration does not work: {reason}"))),
        Usable::Unknown => Err(CommandError::new(
            ExitStatus::TryAgain,
            format!("the check cannot tell whether the configuration works: {reason}"),
        )),
    }
}

/// The report, with the names that it has in JSON.
fn text(report: &Report) -> String {
    let Report {
        provider,
        recognised,
        depth,
        tested_url,
        credential,
        model,
        usable,
        reason,
        stage,
        http_status,
        provider_code,
        retry_after_seconds,
        suggested_url,
        notes,
        calls,
        cost,
        hint,
    } = report;
    let properties = key_value(&[
        ("usable", name(usable)),
        ("reason", name(reason)),
        ("hint", hint.to_string()),
        ("provider", provider.to_string()),
        ("recognised", or_dash(recognised.map(name))),
        ("tested URL", tested_url.clone()),
        ("suggested URL", or_dash(suggested_url.as_ref())),
        ("depth", name(depth)),
        ("stage", name(stage)),
        ("credential", name(credential)),
        ("model", name(model)),
        ("HTTP status", or_dash(*http_status)),
        ("provider code", or_dash(provider_code.as_ref())),
        ("retry after", or_dash(retry_after_seconds.map(|seconds| format!("{seconds} s")))),
        ("notes", list(notes.iter().map(name))),
        ("cost", name(cost)),
    ]);
    if calls.is_empty() {
        return format!("{properties}\n\nno request was sent");
    }
    let rows: Vec<_> = calls.iter().map(row).collect();
    format!("{properties}\n\n{}", table(&["METHOD", "PATH", "SENT", "STATUS", "TIME"], &rows))
}

fn row(call: &Call) -> Vec<String> {
    let Call { method, path, sent, status, milliseconds } = call;
    let time = format!("{milliseconds} ms");
    vec![(*method).to_owned(), path.clone(), name(sent), or_dash(*status), time]
}

/// The name of a value in JSON; of an object the value of its tag, and the other values in parentheses.
fn name(value: &impl Serialize) -> String {
    let Ok(value) = serde_json::to_value(value) else { return String::new() };
    let Value::Object(mut members) = value else { return text_of(&value) };
    let tag = ["verdict", "kind"].iter().find_map(|tag| members.remove(*tag));
    let tag = tag.as_ref().map(text_of).unwrap_or_default();
    let others: Vec<_> = members.values().map(text_of).collect();
    if others.is_empty() { tag } else { format!("{tag} ({})", others.join(", ")) }
}

/// A text without its quotes.
fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
