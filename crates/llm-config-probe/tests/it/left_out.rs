//! What a check concludes once its requests are used up: never more than with them.

use std::sync::atomic::{AtomicUsize, Ordering};

use llm_config_core::credential::Credential;
use llm_config_core::provider::Provider;
use llm_config_egress::testing::{Received, Reply};
use llm_config_probe::report::{CredentialVerdict, Depth, Reason, Report, Usable};

use crate::support::{BAD, key, probe_script};

const LIST: &str = r#"{"object":"list","data":[{"id":"tiny"}]}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#;
const ALL: [Depth; 2] = [Depth::Credential, Depth::Inference];

/// Checks a server whose script also knows how many requests came before.
async fn probe(
    script: fn(usize, &Received) -> Reply,
    path: &str,
    credential: Option<&Credential>,
    depth: Depth,
) -> Report {
    let count = AtomicUsize::new(0);
    let script = move |request: &Received| script(count.fetch_add(1, Ordering::SeqCst), request);
    probe_script(script, Provider::CustomOpenAiCompatible, path, None, credential, depth).await
}

/// A public list, and calls that reject this key.
fn public(request: &Received) -> Reply {
    match (request.method.as_str(), request.path()) {
        ("GET", "/v1/models") => Reply::json(200, LIST),
        ("POST", "/v1/chat/completions") => Reply::json(401, WRONG),
        _ => Reply::json(404, r#"{"detail":"Not Found"}"#),
    }
}

#[track_caller]
fn check_unknown(report: &Report, why: Reason) {
    assert_eq!(report.credential, CredentialVerdict::NotVerified { why }, "{report:?}");
    assert_eq!((report.usable, report.reason), (Usable::Unknown, why), "{report:?}");
}

#[tokio::test]
async fn exhausted_budget_proves_nothing() {
    let stumbles = |before, request: &Received| match before {
        0 => Reply::text(502, "text/plain", "Bad Gateway"),
        _ => public(request),
    };
    let bad = key(BAD);
    for depth in ALL {
        check_unknown(&probe(stumbles, "/v1", bad.as_ref(), depth).await, Reason::Budget);
        // It was found below `/v1` only, so that a request was spent on that.
        let report = probe(stumbles, "", None, depth).await;
        assert_eq!(report.credential, CredentialVerdict::NotVerified { why: Reason::Budget }, "{report:?}");
    }
}

#[tokio::test]
async fn failed_call_proves_nothing() {
    let is_down = |_, request: &Received| match request.method.as_str() {
        "POST" => Reply::json(500, r#"{"error":{"message":"No."}}"#),
        _ => public(request),
    };
    let bad = key(BAD);
    for credential in [None, bad.as_ref()] {
        check_unknown(&probe(is_down, "/v1", credential, Depth::Credential).await, Reason::ProviderDown);
    }
}

#[tokio::test]
async fn failed_model_behind_public_list_proves_nothing() {
    let script = |request: &Received| match request.method.as_str() {
        "POST" => Reply::json(500, r#"{"error":{"message":"No."}}"#),
        _ => public(request),
    };
    let bad = key(BAD);
    for credential in [None, bad.as_ref()] {
        let (provider, depth) = (Provider::CustomOpenAiCompatible, Depth::Inference);
        let report = probe_script(script, provider, "/v1", Some("tiny"), credential, depth).await;
        check_unknown(&report, Reason::ProviderDown);
    }
}

#[tokio::test]
async fn no_request_is_reserved_without_model() {
    for depth in ALL {
        let report = probe(|_, request| public(request), "/v1", key(BAD).as_ref(), depth).await;
        assert_eq!(
            (report.credential, report.usable),
            (CredentialVerdict::Rejected, Usable::No),
            "{depth:?}"
        );
        assert_eq!(report.calls.len(), 3, "{depth:?}");
    }
}
