//! Mistyped keys: corrections, and keys that are not sent.

use std::time::{Duration, SystemTime};

use llm_config_core::credential::{ApiKey, Credential, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;
use llm_config_egress::testing::Received;
use llm_config_probe::ping::{Message, Ping};
use llm_config_probe::report::{CredentialVerdict, Depth, Note, Reason, Report, Usable};

use crate::support::{Case, GOOD, Key, Rule, key, pair, ping, probe, rule};

const LIST: &str = r#"{"data":[{"id":"m"}],"models":[{"name":"m"}],"asyncInvokeSummaries":[]}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#;
const RULES: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("GET /v1/models", Key::Other, 401, WRONG),
    rule("GET /v1beta/models", Key::Good, 200, LIST),
    rule("GET /async-invoke", Key::Good, 200, LIST),
    rule("POST /v1/chat/completions", Key::Good, 200, r#"{"choices":[]}"#),
    rule("POST /v1/chat/completions", Key::Other, 401, WRONG),
];

/// Providers, and the header in which each expects the key.
const SHOWN: &[(Provider, &str, &str, &str)] = &[
    (Provider::OpenAi, "http://api.openai.com/v1", "authorization", "Bearer "),
    (Provider::CustomOpenAiCompatible, "http://llm.example/v1", "authorization", "Bearer "),
    (Provider::Anthropic, "http://api.anthropic.com", "x-api-key", ""),
    (Provider::Google, "http://generativelanguage.googleapis.com", "x-goog-api-key", ""),
    (Provider::Aws, "http://bedrock-runtime.us-east-1.amazonaws.com", "authorization", "Bearer "),
];

/// The stored key, and the correction.
#[tokio::test]
async fn text_around_key_is_not_sent() {
    for (stored, notes) in [
        (format!("{GOOD}\n"), vec![Note::KeyTrimmed]),
        (format!("{GOOD}\r\n"), vec![Note::KeyTrimmed]),
        (format!("  {GOOD}\t"), vec![Note::KeyTrimmed]),
        (format!("Bearer {GOOD}"), vec![Note::KeyPrefixLeftOut]),
        (format!("bearer  {GOOD}\n"), vec![Note::KeyTrimmed, Note::KeyPrefixLeftOut]),
        (GOOD.to_owned(), Vec::new()),
    ] {
        for (provider, endpoint, header, prefix) in SHOWN {
            let case = Case::at(*provider, endpoint).with(key(&stored)).is("", "", RULES);
            let (report, received, _) = probe(&case).await;
            let about = format!("{provider:?} {stored:?}");
            assert_eq!(report.notes, notes, "{about}");
            assert!(matches!(report.credential, CredentialVerdict::Verified { .. }), "{about}");
            assert_eq!(received[0].header(header), Some(format!("{prefix}{GOOD}").as_str()), "{about}");
        }
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m");
        let (result, received) = ping(&case.with(key(&stored)).is("", "", RULES), &usual()).await;
        assert!(result.ok(), "{stored:?}");
        assert_eq!(
            received[0].header("authorization"),
            Some(format!("Bearer {GOOD}").as_str()),
            "{stored:?}"
        );
    }
}

fn usual() -> Ping {
    Ping { message: Message::default(), timeout: Duration::from_secs(5), now: SystemTime::UNIX_EPOCH }
}

#[track_caller]
fn check_unsent(about: &str, report: &Report, received: &[Received], hint: &str) {
    assert_eq!(report.reason, Reason::KeyMalformed, "{about}");
    assert_eq!(report.credential, CredentialVerdict::NotVerified { why: Reason::KeyMalformed }, "{about}");
    assert_eq!(report.usable, Usable::No, "{about}");
    assert!(received.is_empty() && report.calls.is_empty(), "{about}");
    assert!(report.hint.contains(hint), "{about}: {}", report.hint);
    assert!(!report.to_json().contains("good-key"), "{about}");
}

/// Neither checks nor pings send a request, and their hint names the kind of character.
async fn check_refused(credential: impl Fn() -> Option<Credential>, about: &str, hint: &str) {
    for (provider, endpoint, _, _) in SHOWN {
        for depth in [Depth::Reach, Depth::Credential, Depth::Inference] {
            let case = Case::at(*provider, endpoint).model("m").deep(depth).with(credential());
            let (report, received, _) = probe(&case.is("", "", RULES)).await;
            check_unsent(&format!("{provider:?} {depth:?} {about}"), &report, &received, hint);
        }
        let case = Case::at(*provider, endpoint).model("m").with(credential());
        let (result, received) = ping(&case.is("", "", RULES), &usual()).await;
        let failure = result.failure.expect("a failure");
        assert_eq!((failure.reason, received.len()), (Reason::KeyMalformed, 0), "{provider:?} {about}");
        assert!(failure.hint.contains(hint), "{provider:?} {about}: {}", failure.hint);
    }
}

#[tokio::test]
async fn key_with_fault_inside_is_not_sent() {
    for (stored, hint) in [
        (format!("\"{GOOD}\""), "in quotes"),
        (format!("'{GOOD}'"), "in quotes"),
        (format!("\u{201c}{GOOD}\u{201d}"), "typographic quotes"),
        (format!("\u{200b}{GOOD}"), "invisible character"),
        (format!("{GOOD}\u{feff}"), "invisible character"),
        (GOOD.replacen("key", "k\ney", 1), "line break"),
        (GOOD.replacen("key", "k\r\ney", 1), "line break"),
        (GOOD.replacen("key", "k ey", 1), "a space"),
        (GOOD.replacen("key", "k\u{1b}ey", 1), "control character"),
        (GOOD.replacen("key", "kéy", 1), "accented letter"),
        ("Bearer".to_owned(), "nothing but its prefix"),
    ] {
        check_refused(|| key(&stored), &format!("{stored:?}"), hint).await;
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the credential of a case is optional")]
fn prefixed(header: Option<&str>, prefix: &str) -> Option<Credential> {
    let value = SecretValue::Inline(Secret::new(GOOD.to_owned()).expect("a secret"));
    let header = header.map(|name| name.parse().expect("a header"));
    Some(Credential::ApiKey(ApiKey { header, prefix: Some(prefix.parse().expect("a prefix")), value }))
}

#[tokio::test]
async fn prefix_with_control_character_is_not_sent() {
    for header in [None, Some("x-mine"), Some("Authorization")] {
        check_refused(|| prefixed(header, "Schlüssel "), &format!("{header:?}"), "prefix").await;
    }
}

#[tokio::test]
async fn configured_prefix_is_used_in_every_header() {
    for (header, name) in [(None, "authorization"), (Some("x-mine"), "x-mine")] {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1");
        let (_, received, _) = probe(&case.with(prefixed(header, "Token ")).is("", "", RULES)).await;
        assert_eq!(received[0].header(name), Some(format!("Token {GOOD}").as_str()), "{header:?}");
    }
}

#[tokio::test]
async fn both_parts_of_access_key_are_checked() {
    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const LISTS: &[Rule] = &[rule("GET /foundation-models", Key::Good, 200, r#"{"modelSummaries":[]}"#)];
    let case =
        |id, secret| Case::at(Provider::Aws, "http://bedrock.us-east-1.amazonaws.com").with(pair(id, secret));
    let trimmed = format!("{GOOD}\n");
    let (report, _, _) = probe(&case(ID, &trimmed).is("", "", LISTS)).await;
    assert_eq!((report.reason, report.notes), (Reason::Ok, vec![Note::KeyTrimmed]));
    for (id, secret) in [("AKIA\nIOSFODNN7EXAMPLE", GOOD), (ID, "sk-good\n-key-of-the-table-0001")] {
        let (report, received, _) = probe(&case(id, secret).is("", "", LISTS)).await;
        check_unsent(id, &report, &received, "line break");
    }
}

#[tokio::test]
async fn secret_with_empty_part_is_not_sent() {
    const DENIED: &[Rule] =
        &[rule("GET /foundation-models", Key::Any, 403, r#"{"__type":"AccessDeniedException","code":"x"}"#)];
    for secret in ["abcdef:", ":tok", ":"] {
        for id in ["ABIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"] {
            let case = Case::at(Provider::Aws, "http://bedrock.us-east-1.amazonaws.com");
            let (report, received, _) = probe(&case.with(pair(id, secret)).is("", "", DENIED)).await;
            check_unsent(&format!("{id} {secret}"), &report, &received, "before or after its colon");
        }
    }
}
