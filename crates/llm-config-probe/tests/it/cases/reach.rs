//! Checks at depth reach, which send no credential.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use llm_config_core::credential::Credential;
use llm_config_core::provider::Provider;
use llm_config_egress::testing::Received;
use llm_config_probe::Resolver;
use llm_config_probe::report::{CredentialVerdict, Depth, Reason, Report, SentCredential, Stage, Usable};

use super::reports_with;
use crate::support::{Case, GOOD, Key, Rule, pair, probe_through, rule};

const PAGE: &str = "<!doctype html><title>Welcome</title>";
const WRONG: &str = r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#;
const LIST: &str = r#"{"data":[{"id":"m"}],"models":[{"name":"m"}],"asyncInvokeSummaries":[]}"#;

/// Servers that list without a key, refuse requests without a key, are web pages, redirect, or have no API.
fn family(
    provider: Provider,
    endpoint: &'static str,
    names: [&'static str; 5],
    rules: [&'static [Rule]; 5],
) -> Vec<Case> {
    let case = |name, rules| {
        Case::at(provider, endpoint).model("m").deep(Depth::Reach).is(name, "RFC 9110 §15", rules)
    };
    names.into_iter().zip(rules).map(|(name, rules)| case(name, rules)).collect()
}

/// Five situations at the first requested path.
macro_rules! situations {
    ($provider:expr, $endpoint:literal, $server:literal, $at:literal) => {
        family(
            $provider,
            $endpoint,
            [
                concat!($server, " lists without a key"),
                concat!($server, " refuses requests without a key"),
                concat!($server, " is a web page"),
                concat!($server, " redirects"),
                concat!($server, " has no API there"),
            ],
            const {
                [
                    &[rule($at, Key::Any, 200, LIST)],
                    &[rule($at, Key::Any, 401, WRONG)],
                    &[rule($at, Key::Any, 200, PAGE)],
                    &[rule($at, Key::Any, 302, "").with(&[("location", "https://login.example/?next=1")])],
                    &[],
                ]
            },
        )
    };
}

fn cases() -> Vec<Case> {
    let bedrock = "http://bedrock.us-east-1.amazonaws.com";
    let signed = Case::at(Provider::Aws, bedrock).with(pair("AKIAIOSFODNN7EXAMPLE", GOOD)).deep(Depth::Reach);
    [
        situations!(Provider::OpenAi, "http://api.openai.com/v1", "OpenAI", "GET /v1/models"),
        situations!(Provider::Anthropic, "http://api.anthropic.com", "Anthropic", "GET /v1/models"),
        situations!(Provider::Google, "http://generativelanguage.googleapis.com", "Gemini",
            "GET /v1beta/models"),
        situations!(Provider::Aws, "http://bedrock-runtime.us-east-1.amazonaws.com", "Bedrock",
            "GET /async-invoke"),
        situations!(Provider::CustomOpenAiCompatible, "http://llm.example/v1", "a custom server",
            "GET /v1/models"),
        situations!(Provider::OpenRouter, "http://openrouter.ai/api/v1", "OpenRouter", "GET /api/v1/models"),
        situations!(Provider::Ollama, "http://ollama.example/v1", "Ollama", "GET /v1/models"),
        situations!(Provider::LlamaCpp, "http://llama.example/v1", "llama-server", "GET /v1/models"),
        situations!(Provider::Other, "http://other.example/v1", "an unknown server", "GET /v1/models"),
        vec![
            signed.is("Bedrock is not sent a signature either",
                "docs.aws.amazon.com/IAM, signature elements", const {
                &[rule("GET /foundation-models", Key::Any, 403, r#"{"message":"Missing Authentication Token"}"#)
                    .with(&[("x-amzn-errortype", "MissingAuthenticationTokenException")])]
            }),
            Case::at(Provider::Google, "http://aiplatform.googleapis.com/v1/projects/p/locations/global")
                .deep(Depth::Reach).is("Vertex AI refuses requests without a token",
                    "cloud.google.com/apis, ErrorReason", const {
                &[rule("GET /v1/projects/p/locations/global", Key::Any, 401, r#"{"error":{"code":401,"message":"Request is missing required authentication credential.","status":"UNAUTHENTICATED"}}"#)]
            }),
            Case::at(Provider::CustomOpenAiCompatible, "http://acme.openai.azure.com/openai/v1")
                .deep(Depth::Reach).is("Azure refuses requests without a key", "SciSharp/BotSharp#386",
                    const {
                &[rule("GET /openai/v1/models", Key::Any, 401, r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}"#)]
            }),
            Case::at(Provider::Vllm, "http://vllm.example/v1").deep(Depth::Reach)
                .is("vLLM has trouble", "RFC 9110 §15.6.1", const {
                &[rule("GET /v1/models", Key::Any, 500, "Internal Server Error")]
            }),
            Case::at(Provider::LlamaCpp, "http://llama.example/v1").deep(Depth::Reach)
                .is("llama-server is loading", "ggml-org/llama.cpp: tools/server/server-http.cpp", const {
                &[rule("GET /v1/models", Key::Any, 503, r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#)]
            }),
        ],
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[tokio::test]
async fn check_at_depth_reach_sends_no_credential() {
    insta::assert_snapshot!(reports_with(cases(), sends_no_credential).await);
}

/// Knows no host.
#[derive(Debug)]
struct Nowhere;

#[async_trait::async_trait]
impl Resolver for Nowhere {
    async fn resolve(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

#[tokio::test]
async fn check_of_host_without_address_is_unreachable() {
    for provider in Provider::ALL {
        for depth in [Depth::Reach, Depth::Credential, Depth::Inference] {
            let case = Case::at(*provider, "http://llm.example/v1").model("m").deep(depth);
            let (report, received, _) = probe_through(&case, Arc::new(Nowhere)).await;
            let found = (report.reason, report.stage, report.usable);
            assert_eq!(found, (Reason::Unreachable, Stage::Dns, Usable::Unknown), "{provider:?} {depth:?}");
            assert!(
                report.hint.contains("has no address here") && report.hint.contains("DNS"),
                "{}",
                report.hint
            );
            // Without a connection, no credential was sent.
            assert!(
                report.calls.iter().all(|call| call.sent == SentCredential::None),
                "{provider:?} {depth:?}"
            );
            assert!(
                matches!(report.credential, CredentialVerdict::NotVerified { .. }),
                "{provider:?} {depth:?}"
            );
            assert!(received.is_empty());
        }
    }
}

/// Has no time for lookups of the hosts that begin with this text, and resolves the others to this machine.
#[derive(Debug)]
struct BusyFor(&'static str);

#[async_trait::async_trait]
impl Resolver for BusyFor {
    async fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        if host.starts_with(self.0) {
            return Err(std::io::ErrorKind::ResourceBusy.into());
        }
        Ok(vec![Ipv4Addr::LOCALHOST.into()])
    }
}

#[tokio::test]
async fn check_without_time_for_lookup_is_busy_and_decides_nothing() {
    for provider in Provider::ALL {
        for depth in [Depth::Reach, Depth::Credential, Depth::Inference] {
            let case = Case::at(*provider, "http://llm.example/v1").model("m").deep(depth);
            let (report, received, _) = probe_through(&case, Arc::new(BusyFor("llm"))).await;
            let found = (report.reason, report.stage, report.usable);
            assert_eq!(found, (Reason::Busy, Stage::Dns, Usable::Unknown), "{provider:?} {depth:?}");
            let credential = CredentialVerdict::NotVerified { why: Reason::Busy };
            assert_eq!(report.credential, credential, "{provider:?} {depth:?}");
            assert!(report.calls.is_empty() && received.is_empty(), "{provider:?} {depth:?}");
        }
    }
}

#[tokio::test]
async fn check_without_time_for_lookup_of_second_host_is_busy() {
    const RUNTIME: &str = "http://bedrock-runtime.us-east-1.amazonaws.com";
    let case = Case::at(Provider::Aws, RUNTIME).with(pair("AKIAIOSFODNN7EXAMPLE", GOOD)).model("a.b");
    let case = case.is("", "", const { &[rule("POST", Key::Good, 400, "{}")] });
    let (report, _, _) = probe_through(&case, Arc::new(BusyFor("bedrock."))).await;
    assert_eq!((report.reason, report.usable), (Reason::Busy, Usable::Unknown), "{report:?}");
}

/// Neither the key nor a wrong one nor a signature; and nothing is said of use but that it is
/// unknown, or that it cannot be.
fn sends_no_credential(case: &Case, report: &Report, received: &[Received]) {
    let name = case.name;
    let most = if report.reason == Reason::NotAnLlmApi { 2 } else { 1 };
    assert!((1..=most).contains(&received.len()), "{name}: {} requests", received.len());
    assert!(report.calls.iter().all(|call| call.sent == SentCredential::None), "{name}");
    assert_ne!(report.usable, Usable::Yes, "{name}");
    for request in received {
        let is_shown = ["authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-date"];
        assert!(is_shown.iter().all(|name| request.header(name).is_none()), "{name}: {:?}", request.headers);
        assert!(!request.carries("llm-config-probe-control"), "{name}");
    }
    assert!(matches!(case.credential, Some(Credential::ApiKey(_) | Credential::KeyPair(_))), "{name}");
}
