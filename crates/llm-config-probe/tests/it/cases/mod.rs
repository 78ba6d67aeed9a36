//! Provider by situation: the whole report.

mod anthropic;
mod azure;
mod bedrock;
mod bedrock_requests;
mod custom;
mod endpoints;
mod gemini;
mod hygiene;
mod inference;
mod litellm;
mod llama_cpp;
mod ollama;
mod open_router;
mod openai;
mod other;
mod rare_responses;
mod reach;
mod reported;
mod vertex;
mod vllm;

use std::fmt::Write as _;

use llm_config_core::credential::Credential;
use llm_config_egress::testing::Received;
use llm_config_probe::report::Report;
use serde_json::Value;

use crate::support::{BAD, Case, GOOD, Key, Truth, probe, with_key};

/// All reports of a table, to be compared with the reviewed snapshot.
async fn reports(cases: Vec<Case>) -> String {
    reports_with(cases, |_, _, _| {}).await
}

/// The same, with `check` of each besides.
async fn reports_with(cases: Vec<Case>, check: fn(&Case, &Report, &[Received])) -> String {
    let mut text = String::new();
    for case in cases {
        let (report, received, port) = probe(&case).await;
        assert!(received.len() <= 3, "{}: {} requests", case.name, received.len());
        let mut json = serde_json::to_value(&report).expect("JSON");
        for call in json["calls"].as_array_mut().expect("a list") {
            call.as_object_mut().expect("an object").remove("milliseconds");
        }
        honest(&case, &json);
        check(&case, &report, &received);
        let text_of_case = lines(&json).replace(&format!(":{port}"), "");
        sends_credential_to_its_host_only(&case, &received);
        for secret in [GOOD, BAD] {
            assert!(!text_of_case.contains(secret), "{}", case.name);
        }
        writeln!(text, "== {}\n-- {}\n{text_of_case}", case.name, case.source).expect("memory");
    }
    text
}

/// A key is sent only to the host that it was stored for.
fn sends_credential_to_its_host_only(case: &Case, received: &[Received]) {
    let name = case.name;
    let host = case.endpoint.split('/').nth(2).expect("a host");
    let is_elsewhere = |request: &&Received| {
        request.header("host").is_none_or(|value| value.split(':').next() != Some(host))
    };
    for request in received.iter().filter(is_elsewhere) {
        assert!(!request.carries(GOOD) && !request.carries(BAD), "{name}: sent to another host");
        assert!(matches!(case.credential, Some(Credential::KeyPair(_))), "{name}: sent to another host");
    }
    for request in received {
        assert!(!request.target.contains("key="), "{name}: a key in a query");
    }
}

/// What holds in every case, whatever is found out: a good key is never called rejected, a bad one
/// never verified, and a missing one is neither.
fn honest(case: &Case, report: &Value) {
    let verdict = report["credential"]["verdict"].as_str().expect("a verdict");
    let forbidden: &[&str] = match case.truth {
        Truth::Good => &["rejected"],
        Truth::Bad => &["verified"],
        Truth::None => &["verified", "rejected"],
    };
    assert!(!forbidden.contains(&verdict), "{}: {verdict}", case.name);
    assert_eq!(case.truth == Truth::None, case.credential.is_none(), "{}", case.name);
    let works = report["usable"] == "yes";
    let is_needless = verdict == "not_required";
    assert!(!works || case.truth == Truth::Good || is_needless, "{}: a key that fails works", case.name);
}

/// The same for keys that the tables do not contain: each script runs again with the other key.
#[tokio::test]
async fn every_script_with_every_key_stays_honest() {
    let tables = [
        azure::cases(),
        custom::cases(),
        endpoints::cases(),
        inference::cases(),
        litellm::cases(),
        llama_cpp::cases(),
        ollama::cases(),
        open_router::cases(),
        open_router::relays(),
        openai::cases(),
        other::cases(),
        vllm::cases(),
        reported::cases(),
    ];
    let cases: Vec<Case> = tables.into_iter().flatten().collect();
    assert!(cases.len() >= 130, "{} cases", cases.len());
    let mut checked = 0;
    for case in cases {
        // A script that treats both keys alike does not determine which of them is genuine.
        if !case.rules.iter().any(|rule| rule.key != Key::Any) {
            continue;
        }
        let of = |text| with_key(case.credential.as_ref(), text);
        for (credential, truth) in [(of(GOOD), Truth::Good), (of(BAD), Truth::Bad), (None, Truth::None)] {
            let (name, source, rules) = (case.name, case.source, case.rules);
            let other = Case { credential, truth, ..Case::at(case.provider, case.endpoint) };
            let other = Case {
                depth: case.depth,
                model: case.model,
                api_path: case.api_path,
                ..other.is(name, source, rules)
            };
            let (report, _, _) = probe(&other).await;
            honest(&other, &serde_json::to_value(&report).expect("JSON"));
            checked += 1;
        }
    }
    assert!(checked >= 250, "{checked} checked");
}

/// A line for each member that is not empty.
fn lines(report: &Value) -> String {
    let has_content =
        |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    let mut text = String::new();
    for (name, value) in report.as_object().expect("an object").iter().filter(|(_, value)| has_content(value))
    {
        match value.as_array().filter(|_| name == "calls") {
            Some(calls) => calls.iter().for_each(|call| writeln!(text, "call: {call}").expect("memory")),
            None => writeln!(text, "{name}: {value}").expect("memory"),
        }
    }
    text
}
