//! Refusals of many providers, with the reason that each states, whichever family asks.
//!
//! A table is a text file beside this one, with a line for each refusal: its source, a public report or a
//! vendor's page, its status and its body. Headings name the reason; `open` means that the words do not judge
//! the key.

use llm_config_core::provider::Provider;
use llm_config_core::target::Target;

use super::ResponseClass;
use crate::auth::Auth;
use crate::family::ProviderTarget;
use crate::key_header::KeyHeader;
use crate::reason::{Implied, Reason};
use crate::response::Response;

/// The families whose rules differ.
const FAMILIES: [Provider; 3] = [Provider::CustomOpenAiCompatible, Provider::Anthropic, Provider::Google];

/// Every refusal of a table must be read alike by every family.
#[track_caller]
fn check(table: &str) {
    let mut heading = "";
    let mut differences = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix("# ") {
            heading = text;
            continue;
        }
        let expected = expected(heading);
        let differs = |provider: &&Provider| found(**provider, line) != expected;
        if let Some(provider) = FAMILIES.iter().find(differs) {
            let found = found(*provider, line);
            differences.push(format!("{provider:?}: {found:?} instead of {expected:?}: {line}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The reason that a heading names, and whether it holds for the credential, if the reason judges that.
fn expected(heading: &str) -> (Reason, Option<bool>) {
    let (name, is_open) = match heading.split_once(", ") {
        Some((name, "open")) => (name, true),
        Some(_) | None => (heading, false),
    };
    let reason = Reason::ALL.iter().find(|reason| reason.as_str() == name);
    let reason = *reason.expect("a reason");
    (reason, judges(reason).then_some(!is_open))
}

fn found(provider: Provider, line: &str) -> (Reason, Option<bool>) {
    let parts: Vec<&str> = line.splitn(3, " | ").collect();
    let [_, status, body] = parts[..] else { panic!("a source, a status and a body: {line}") };
    let ResponseClass { reason, is_conclusive, .. } = classify(provider, status.parse().unwrap(), body);
    (reason, judges(reason).then_some(is_conclusive))
}

/// Whether a table states that a reason is open.
fn judges(reason: Reason) -> bool {
    reason.implied() == Implied::Rejected || reason == Reason::NoPermission
}

fn classify(provider: Provider, status: u16, body: &str) -> ResponseClass {
    let target = Target {
        provider,
        endpoint: "https://llm.example/v1".parse().unwrap(),
        api_path: "".parse().unwrap(),
        model: None,
    };
    let target = ProviderTarget::new(&target, Auth::key("sk-1", KeyHeader::bearer()));
    target.classify(&target.target.url(), &Response::of(status, body))
}

#[test]
fn classify_of_refusal_that_judges_the_key_is_conclusive() {
    check(include_str!("rejected_keys.txt"));
}

#[test]
fn classify_of_expired_or_disabled_key_states_it() {
    check(include_str!("former_keys.txt"));
}

#[test]
fn classify_of_refusal_for_rights_or_account_does_not_judge_the_key() {
    check(include_str!("genuine_keys.txt"));
}

#[test]
fn classify_of_refusal_that_misses_the_key_is_config_incomplete() {
    check(include_str!("missing_keys.txt"));
}

#[test]
fn classify_of_refusal_that_leaves_the_key_open_is_inconclusive() {
    check(include_str!("unjudged_keys.txt"));
}

#[test]
fn classify_without_credit_is_insufficient_credit_whatever_the_status() {
    check(include_str!("no_credit.txt"));
}

#[test]
fn classify_of_used_up_quota_is_no_rate_limit() {
    check(include_str!("no_quota.txt"));
}

#[test]
fn classify_of_momentary_limit_is_rate_limited() {
    check(include_str!("rate_limits.txt"));
}
