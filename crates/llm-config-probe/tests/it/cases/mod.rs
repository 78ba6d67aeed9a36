//! Provider by situation: the whole report.

mod anthropic;
mod bedrock;
mod bedrock_requests;
mod custom;
mod gemini;
mod vertex;

use std::fmt::Write as _;

use llm_config_core::credential::Credential;
use llm_config_probe::report::{CredentialVerdict, Report};
use llm_config_probe::testing::Received;
use serde_json::Value;

use crate::support::{BAD, Case, GOOD, probe};

/// Every report of a table, one after the other, to be compared with what was reviewed.
async fn reports(cases: Vec<Case>) -> String {
    let mut text = String::new();
    for case in cases {
        let (report, received, port) = probe(&case).await;
        assert!(received.len() <= 3, "{}: {} requests", case.name, received.len());
        let mut json = serde_json::to_value(&report).expect("JSON");
        for call in json["calls"].as_array_mut().expect("a list") {
            call.as_object_mut().expect("an object").remove("milliseconds");
        }
        let shown = lines(&json).replace(&format!(":{port}"), "");
        keeps_promises(&case, &report, &received);
        for secret in [GOOD, BAD] {
            assert!(!shown.contains(secret), "{}", case.name);
        }
        writeln!(text, "== {}\n-- {}\n{shown}", case.name, case.source).expect("memory");
    }
    text
}

/// What must hold whatever the provider answers: no verdict is wrong, and a key is shown to the
/// host that it was stored for and to nobody else.
fn keeps_promises(case: &Case, report: &Report, received: &[Received]) {
    let name = case.name;
    match (case.genuine, report.credential) {
        (Some(true), CredentialVerdict::Rejected) => panic!("{name}: a genuine credential was rejected"),
        (Some(false), CredentialVerdict::Verified { .. }) => {
            panic!("{name}: a wrong credential was verified")
        }
        (None, CredentialVerdict::Rejected | CredentialVerdict::Verified { .. }) => {
            panic!("{name}: there is no credential to judge")
        }
        _ => {}
    }
    let host = case.endpoint.split('/').nth(2).expect("a host");
    let is_elsewhere = |it: &&Received| it.header("host").is_none_or(|it| it.split(':').next() != Some(host));
    for request in received.iter().filter(is_elsewhere) {
        assert!(!request.carries(GOOD) && !request.carries(BAD), "{name}: shown to another host");
        assert!(matches!(case.credential, Some(Credential::KeyPair(_))), "{name}: sent to another host");
    }
    for request in received {
        assert!(!request.target.contains("key="), "{name}: a key in a query");
    }
}

/// A line for each member that says something.
fn lines(report: &Value) -> String {
    let says = |value: &Value| !value.is_null() && value.as_array().is_none_or(|it| !it.is_empty());
    let mut text = String::new();
    for (name, value) in report.as_object().expect("an object").iter().filter(|(_, value)| says(value)) {
        match value.as_array().filter(|_| name == "calls") {
            Some(calls) => calls.iter().for_each(|it| writeln!(text, "call: {it}").expect("memory")),
            None => writeln!(text, "{name}: {value}").expect("memory"),
        }
    }
    text
}
