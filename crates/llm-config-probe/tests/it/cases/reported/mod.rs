//! Situations from public reports, by kind, and the result that their users call right.

mod aliases;
mod answering_name;
mod blind_hunt;
mod counter_examples;
mod credential_objects;
mod error_bodies;
mod key_refusals;
mod known_hosts;
mod list_elsewhere;
mod listed_spelling;
mod missed_keys;
mod missing_model;
mod missing_version;
mod native_path;
mod no_credit;
mod not_found;
mod own_parameters;
mod plain_http;
mod unjudged_keys;

use std::time::{Duration, SystemTime};

use llm_config_core::credential::Credential;
use llm_config_probe::ping::{Message, Ping};
use llm_config_probe::report::{Depth, Reason, Usable};
use serde_json::Value;

use super::{honest, sends_credential_to_its_host_only};
use crate::support::{Case, ping, probe};

/// A case, and the result that users call right.
pub(super) struct Reported {
    case: Case,
    reason: Reason,
    /// `verdict` of the credential, unless it does not matter.
    credential: Option<&'static str>,
    /// `verdict` of the model, unless it does not matter.
    model: Option<&'static str>,
    usable: &'static str,
    /// The path of the suggested URL.
    suggested_path: Option<&'static str>,
    /// The scheme of the suggested URL.
    suggested_scheme: Option<&'static str>,
    /// The reason of a ping of the same configuration; `Ok` if the model responds.
    ping: Option<Reason>,
}

/// The report on `case` must have this reason and this `usable`.
fn right(case: Case, reason: Reason, usable: &'static str) -> Reported {
    Reported {
        case,
        reason,
        credential: None,
        model: None,
        usable,
        suggested_path: None,
        suggested_scheme: None,
        ping: None,
    }
}

impl Reported {
    fn credential(self, verdict: &'static str) -> Self {
        Self { credential: Some(verdict), ..self }
    }

    fn model(self, verdict: &'static str) -> Self {
        Self { model: Some(verdict), ..self }
    }

    fn suggests(self, path: &'static str) -> Self {
        Self { suggested_path: Some(path), ..self }
    }

    fn suggests_scheme(self, scheme: &'static str) -> Self {
        Self { suggested_scheme: Some(scheme), ..self }
    }

    fn ping(self, reason: Reason) -> Self {
        Self { ping: Some(reason), ..self }
    }
}

/// All cases, for the replays with every key.
pub(super) fn cases() -> Vec<Case> {
    let tables = [
        aliases::table(),
        answering_name::table(),
        blind_hunt::table(),
        counter_examples::table(),
        credential_objects::table(),
        error_bodies::table(),
        key_refusals::table(),
        known_hosts::table(),
        list_elsewhere::table(),
        listed_spelling::table(),
        missed_keys::table(),
        missing_model::table(),
        missing_version::table(),
        native_path::table(),
        no_credit::table(),
        not_found::table(),
        own_parameters::table(),
        plain_http::table(),
        unjudged_keys::table(),
    ];
    tables.into_iter().flatten().map(|reported| reported.case).collect()
}

/// Runs the cases of a table, and fails with all differences at once.
async fn check(table: Vec<Reported>) {
    let mut differences = Vec::new();
    for reported in table {
        let case = &reported.case;
        let (report, received, _) = Box::pin(probe(case)).await;
        let report = serde_json::to_value(&report).expect("JSON");
        assert!(received.len() <= 3, "{}: {} requests", case.name, received.len());
        honest(case, &report);
        sends_credential_to_its_host_only(case, &received);
        differences.extend(compare(&reported, &report));
        differences.extend(is_called_broken_without_call(&reported).await);
        if let Some(expected) = reported.ping {
            let found = ping_reason(case).await;
            if found != expected {
                differences.push(format!("{}: ping: {found:?} instead of {expected:?}", case.name));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A configuration whose model responds is not called broken by a check that does not call it.
async fn is_called_broken_without_call(reported: &Reported) -> Option<String> {
    let Reported { case, usable, .. } = reported;
    if *usable != "yes" || case.depth != Depth::Inference {
        return None;
    }
    let Case { name, source, provider, endpoint, truth, api_path, model, rules, .. } = *case;
    let credential = case.credential.as_ref().map(Credential::duplicate);
    let depth = Depth::Credential;
    let cheaper = Case { name, source, provider, endpoint, credential, truth, api_path, model, depth, rules };
    let (report, _, _) = probe(&cheaper).await;
    let is_broken = report.usable == Usable::No;
    is_broken.then(|| format!("{name}: unusable at depth credential: {:?}", report.reason))
}

fn compare(reported: &Reported, report: &Value) -> Vec<String> {
    let suggested = report["suggestedUrl"].as_str().and_then(|url| url.parse::<url::Url>().ok());
    let found_and_expected = [
        (report["reason"].as_str(), Some(reported.reason.as_str())),
        (report["usable"].as_str(), Some(reported.usable)),
        (report["credential"]["verdict"].as_str(), reported.credential),
        (report["model"]["verdict"].as_str(), reported.model),
        (suggested.as_ref().map(url::Url::path), reported.suggested_path),
        (suggested.as_ref().map(url::Url::scheme), reported.suggested_scheme),
    ];
    let differs = |(found, expected): &(Option<&str>, Option<&str>)| expected.is_some() && found != expected;
    let line = |(found, expected)| format!("{}: {found:?} instead of {expected:?}", reported.case.name);
    found_and_expected.into_iter().filter(differs).map(line).collect()
}

async fn ping_reason(case: &Case) -> Reason {
    let message = Message::default();
    let call = Ping { message, timeout: Duration::from_secs(5), now: SystemTime::UNIX_EPOCH };
    let (result, _) = ping(case, &call).await;
    result.failure.map_or(Reason::Ok, |failure| failure.reason)
}
