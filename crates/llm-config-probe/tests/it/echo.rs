//! Providers that echo requests: no part of a credential gets into a report, however it is
//! written, and no report grows with it.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use llm_config_core::provider::Provider;
use llm_config_egress::testing::{Received, Reply};
use llm_config_probe::report::{Depth, Report};
use serde_json::json;

use crate::support::{BAD, key, probe_script};

const PROVIDERS: [Provider; 11] = [
    Provider::OpenAi,
    Provider::Google,
    Provider::Anthropic,
    Provider::Other,
    Provider::Aws,
    Provider::LiteLlmProxy,
    Provider::OpenRouter,
    Provider::Vllm,
    Provider::Ollama,
    Provider::LlamaCpp,
    Provider::CustomOpenAiCompatible,
];

/// How a provider may write a key.
fn forms() -> Vec<String> {
    let percent: Vec<String> = BAD.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let dotted = BAD.chars().map(String::from).collect::<Vec<_>>().join(".");
    vec![
        BAD.to_owned(),
        BASE64URL_NOPAD.encode(BAD.as_bytes()),
        HEXLOWER.encode(BAD.as_bytes()),
        BAD.chars().rev().collect(),
        percent.concat(),
        dotted,
    ]
}

fn check(report: &Report, about: &str) {
    let text = report.to_json().to_ascii_lowercase();
    for form in forms() {
        assert!(!text.contains(&form.to_ascii_lowercase()), "{about}: {form} in {text}");
    }
    assert!(text.len() < 8 * 1024, "{about}: {} bytes", text.len());
}

/// Checks every provider against the replies of `reply`.
async fn check_all(about: &str, reply: impl Fn(&Received) -> Reply + Clone + Send + 'static) {
    for provider in PROVIDERS {
        for depth in [Depth::Credential, Depth::Inference] {
            let key = key(BAD);
            let report = probe_script(reply.clone(), provider, "/v1", Some("m"), key.as_ref(), depth).await;
            check(&report, &format!("{about} {provider:?} {depth:?}"));
        }
    }
}

#[tokio::test]
async fn echoed_key_in_location_is_not_suggested() {
    for form in forms() {
        for place in ["", "http://llm.example", "https://llm.example"] {
            let (form, about) = (form.clone(), format!("{place}/{form}"));
            // The requested path stays behind it, so that it looks like another base.
            let reply = move |request: &Received| {
                let location = format!("{place}/{form}{}", request.path());
                Reply::text(308, "text/plain", "").with("location", &location)
            };
            check_all(&about, reply).await;
        }
    }
}

#[tokio::test]
async fn echoed_key_in_code_is_not_reported() {
    for form in forms() {
        for status in [400, 401, 404, 429, 500] {
            let form = form.clone();
            let about = format!("{status} {form}");
            let reply = move |_: &Received| {
                let details = [json!({"@type": "google.rpc.ErrorInfo", "reason": form})];
                let error =
                    json!({"message": form, "type": form, "code": form, "status": form, "details": details});
                let body = json!({"error": error, "type": form, "code": form, "message": form});
                Reply::json(status, body.to_string()).with("x-amzn-errortype", &form)
            };
            check_all(&about, reply).await;
        }
    }
}

#[tokio::test]
async fn echoed_key_in_body_is_not_reported() {
    for form in forms() {
        for status in [200, 401, 403, 404] {
            let form = form.clone();
            let reply = move |_: &Received| {
                let list = json!({"data": [{"id": form, "owned_by": form}], "error": form, "detail": form});
                Reply::json(status, list.to_string()).with("server", &form)
            };
            check_all(&status.to_string(), reply).await;
        }
    }
}

#[tokio::test]
async fn long_location_is_not_reported() {
    let reply = |request: &Received| {
        let location = format!("/{}{}", "x".repeat(96 * 1024), request.path());
        Reply::text(308, "text/plain", "").with("location", &location)
    };
    check_all("long", reply).await;
}

#[tokio::test]
async fn long_endpoint_is_cut_in_report() {
    let path = "/長".repeat(1000);
    for provider in PROVIDERS {
        let reply = |_: &Received| Reply::json(404, "{}");
        let report = probe_script(reply, provider, &path, Some("m"), None, Depth::Inference).await;
        assert!(report.to_json().len() < 32 * 1024, "{provider:?}: {}", report.to_json().len());
    }
}
