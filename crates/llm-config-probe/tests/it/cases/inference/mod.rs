//! Checks at depth inference: the evidence that the one call adds.

mod named;
mod openai;
mod unknown;

use llm_config_core::provider::Provider;
use llm_config_egress::testing::Received;
use llm_config_probe::report::{Cost, Depth, Report};
use serde_json::Value;

use super::reports_with;
use crate::support::Case;

pub(super) const LIST: &str = "GET /v1/models";
pub(super) const CHAT: &str = "POST /v1/chat/completions";
/// What a call without messages does not have.
pub(super) const REAL: &str = "\"messages\"";
pub(super) const MODELS: &str = r#"{"object":"list","data":[{"id":"m","object":"model","owned_by":"me"}]}"#;
pub(super) const ANSWER: &str = r#"{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"length"}]}"#;
pub(super) const WRONG: &str =
    r#"{"error":{"message":"Invalid API key","type":"invalid_request_error","code":"invalid_api_key"}}"#;

fn at(provider: Provider, endpoint: &'static str) -> Case {
    Case::at(provider, endpoint).deep(Depth::Inference).model("m")
}

pub(super) fn cases() -> Vec<Case> {
    [openai::cases(), unknown::cases(), named::cases()].into_iter().flatten().collect()
}

#[tokio::test]
async fn inference_at_openai_matches_table() {
    insta::assert_snapshot!(reports_with(openai::cases(), is_small).await);
}

#[tokio::test]
async fn inference_at_unknown_server_matches_table() {
    insta::assert_snapshot!(reports_with(unknown::cases(), is_small).await);
}

#[tokio::test]
async fn inference_at_known_provider_matches_table() {
    insta::assert_snapshot!(reports_with(named::cases(), is_small).await);
}

/// Where the cap of an answer stands.
const CAPS: &[&str] = &[
    "/max_tokens",
    "/max_completion_tokens",
    "/max_output_tokens",
    "/options/num_predict",
    "/generationConfig/maxOutputTokens",
    "/inferenceConfig/maxTokens",
];

/// What else a call for an answer has.
const MEMBERS: &[&str] = &[
    "model",
    "messages",
    "input",
    "contents",
    "stream",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "options",
    "generationConfig",
    "inferenceConfig",
];

/// A call has a message, one cap, and nothing that a model could refuse besides; only a repeated one may be
/// streamed, as the model demands; together they cost what the report says.
fn is_small(case: &Case, report: &Report, received: &[Received]) {
    let name = case.name;
    let calls: Vec<(&Received, Value)> =
        received.iter().filter_map(|request| Some((request, call(request)?))).collect();
    for (at, (request, body)) in calls.iter().enumerate() {
        let members = body.as_object().expect("an object");
        assert!(members.keys().all(|name| MEMBERS.contains(&name.as_str())), "{name}: {body}");
        assert_eq!(caps(body).len(), 1, "{name}: {body}");
        assert!(at > 0 || body.get("stream") != Some(&Value::Bool(true)), "{name}: {body}");
        let is_closed = body.get("contents").is_some() || request.path().ends_with("/converse");
        assert_eq!(body.get("stream").is_none(), is_closed, "{name}: {body}");
        let named = body.get("model").and_then(Value::as_str);
        assert!(
            named == case.model || request.path().contains(case.model.expect("a model")),
            "{name}: {body}"
        );
    }
    let tokens: u64 = calls.iter().flat_map(|(_, body)| caps(body)).sum();
    let cost = match report.cost {
        Cost::Zero => 0,
        Cost::UpToTokens { tokens } => u64::from(tokens),
    };
    assert_eq!(cost, tokens, "{name}: the cost");
    assert!(case.model.is_some() || calls.is_empty(), "{name}: a model was invented");
}

/// The body of a call for an answer: with a message and a cap. Counting tokens has no cap, and a
/// call that must be refused has no message.
fn call(request: &Received) -> Option<Value> {
    let body: Value = serde_json::from_str(&request.body).ok()?;
    let has_message = ["messages", "input", "contents"].iter().any(|name| body.get(name).is_some());
    (has_message && !caps(&body).is_empty()).then_some(body)
}

fn caps(body: &Value) -> Vec<u64> {
    CAPS.iter().filter_map(|pointer| body.pointer(pointer)?.as_u64()).collect()
}
