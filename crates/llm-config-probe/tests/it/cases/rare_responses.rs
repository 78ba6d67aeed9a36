//! Rare responses: limits, refusals and missing operations that must not be mistaken for evidence.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{Case, GOOD, Key, key, pair, rule};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const LIST: &str = r#"{"data":[{"id":"gpt-4o-mini"}]}"#;
const INVALID: &str = r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#;
const NO_PATH: &str = r#"{"error":{"message":"Invalid URL (GET /models)","type":"invalid_request_error"}}"#;
const NO_MODEL: &str = r#"{"error":{"message":"The model 'gpt-9' does not exist","code":"model_not_found"}}"#;
const NO_LISTING: &str = r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read."}}"#;
const PAGE: &str = "<!doctype html><title>Slow down</title>";
const GOOGLE_LIMIT: &str = r#"{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}"#;
const DENIED: &[(&str, &str)] = &[("x-amzn-errortype", "AccessDeniedException")];
const MAY_NOT_LIST: &str =
    r#"{"Message":"User: x is not authorized to perform: bedrock:ListFoundationModels"}"#;
const LACKS_MESSAGES: &str = r#"{"message":"A conversation must start with a user message."}"#;
const RUNTIME: &str = "http://bedrock-runtime.eu-central-1.amazonaws.com";
const VERTEX: &str = "http://aiplatform.googleapis.com/v1/projects/p/locations/global";

fn limits() -> Vec<Case> {
    let source = "RFC 6585 §4: a limit may be enforced before keys are checked";
    let openai = || Case::at(Provider::OpenAi, "http://api.openai.com/v1");
    let anthropic = || Case::at(Provider::Anthropic, "http://api.anthropic.com");
    let gemini = || Case::at(Provider::Google, "http://generativelanguage.googleapis.com");
    let azure = "http://acme.openai.azure.com/openai/v1";
    vec![
        openai().bad().is(
            "a limit as a web page at OpenAI",
            source,
            const { &[rule("GET /v1/models", Key::Any, 429, PAGE)] },
        ),
        openai().bad().is(
            "a limit without a body at OpenAI",
            source,
            const { &[rule("GET /v1/models", Key::Any, 429, "")] },
        ),
        anthropic().bad().is(
            "a limit as a web page at Anthropic",
            source,
            const { &[rule("GET /v1/models", Key::Any, 429, PAGE)] },
        ),
        anthropic().bad().is(
            "a limit as a text at Anthropic",
            source,
            const { &[rule("GET /v1/models", Key::Any, 429, "Too many requests")] },
        ),
        gemini().bad().is(
            "a limit without a body at Gemini",
            source,
            const { &[rule("GET /v1beta/models", Key::Any, 429, "")] },
        ),
        gemini().is(
            "a limit in Google's form at Gemini",
            source,
            const { &[rule("GET /v1beta/models", Key::Good, 429, GOOGLE_LIMIT)] },
        ),
        Case::at(Provider::Aws, "http://bedrock.us-east-1.amazonaws.com")
            .bad_with(pair(ID, "wrong-secret-1"))
            .is(
                "a limit as a web page at Bedrock",
                source,
                const { &[rule("GET /foundation-models", Key::Any, 429, PAGE)] },
            ),
        Case::at(Provider::CustomOpenAiCompatible, azure).bad().is(
            "a limit as a web page at Azure",
            source,
            const { &[rule("GET /openai/v1/models", Key::Any, 429, PAGE)] },
        ),
    ]
}

fn openai_compatible() -> Vec<Case> {
    let custom = |endpoint| Case::at(Provider::CustomOpenAiCompatible, endpoint);
    let used_up = || Case::at(Provider::OpenRouter, "http://openrouter.ai/api/v1").model("openai/gpt-9");
    let azure = "http://acme.openai.azure.com/openai/deployments/mini";
    vec![
        Case::at(Provider::OpenAi, "http://api.openai.com").model("gpt-9").is(
            "the host without `/v1`, and a model that does not exist",
            "platform.openai.com/docs/api-reference: base URL",
            const {
                &[rule("GET /models", Key::Any, 404, NO_PATH), rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models/gpt-9", Key::Good, 404, NO_MODEL)]
            },
        ),
        used_up().is("a key whose own limit is used up, and a model", "openrouter.ai/docs: limits", const {
            &[rule("GET /api/v1/key", Key::Good, 200, r#"{"data":{"limit":5,"limit_remaining":0}}"#),
                rule("GET /api/v1/models", Key::Any, 200, LIST)]
        }),
        used_up().is("a management key, and a model", "openrouter.ai/docs: provisioning keys", const {
            &[rule("GET /api/v1/key", Key::Good, 200, r#"{"data":{"is_management_key":true}}"#),
                rule("GET /api/v1/models", Key::Any, 200, LIST)]
        }),
        custom("http://llm.example").is("a restricted key below the guessed `/v1`",
            "microsoft/PowerToys#32989", const {
                &[rule("GET /models", Key::Any, 404, ""), rule("GET /v1/models", Key::Good, 401, NO_LISTING),
                    rule("GET /v1/models", Key::Other, 401, INVALID)]
            }),
        custom("http://llm.example/v1").model("gpt-4o-mini").deep(Depth::Inference).is(
            "a call that is forbidden without a reason", "traefik: ForwardAuth", const {
                &[rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models", Key::Other, 401, INVALID),
                    rule("POST /v1/chat/completions", Key::Any, 403, r#"{"error":"Forbidden"}"#)]
            }),
        custom("http://llm.example/v1").model("gpt-4o-mini").deep(Depth::Inference).is(
            "a call that is forbidden for a lack of permission", "RFC 9110 §15.5.4", const {
                &[rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models", Key::Other, 401, INVALID),
                    rule("POST /v1/chat/completions", Key::Any, 403,
                        r#"{"error":"You have no permission to call this model's API"}"#)]
            }),
        custom("http://llm.example/v1").model("gpt-9").is("a limit of the lookup", "RFC 6585 §4", const {
            &[rule("GET /v1/models", Key::Good, 200, LIST), rule("GET /v1/models", Key::Other, 401, INVALID),
                rule("GET /v1/models/gpt-9", Key::Good, 429, r#"{"error":{"message":"Slow down"}}"#)]
        }),
        custom("http://llm.example/v1").is("a control that fails", "RFC 9110 §15.6.1", const {
            &[rule("GET /v1/models", Key::Good, 200, LIST), rule("GET /v1/models", Key::Other, 500, "")]
        }),
        custom(azure).deep(Depth::Reach).is("Azure without an API version is a web page, at depth reach",
            "openai/openai-python#1397", const {
                &[rule("GET /openai/deployments/mini/models", Key::Any, 200, "<html></html>")]
            }),
    ]
}

fn own_apis() -> Vec<Case> {
    let relay = || Case::at(Provider::Anthropic, "http://llm.example/anthropic").model("claude-x");
    let runtime = || Case::at(Provider::Aws, RUNTIME).with(pair(ID, GOOD)).model("acme.chat-v1:0");
    let studio = |name, rules| {
        Case::at(Provider::Google, VERTEX).bad_with(key("AIzaSyExample0001")).is(
            name,
            "simonw/llm#1213",
            rules,
        )
    };
    vec![
        Case::at(Provider::Aws, "http://llm.example/aws").bad_with(pair(ID, "wrong-secret-1")).is(
            "a gateway that denies the list before it checks signatures", "BerriAI/litellm#39166", const {
                &[rule("GET /aws/foundation-models", Key::Any, 403, MAY_NOT_LIST).with(DENIED)]
            }),
        Case::at(Provider::Anthropic, "http://api.anthropic.com").model("claude-x").is(
            "a missing scope at Anthropic", "platform.openai.com, in another vendor's words", const {
                &[rule("GET /v1/models", Key::Good, 403, NO_LISTING),
                    rule("POST /v1/messages/count_tokens", Key::Good, 200, r#"{"input_tokens":8}"#)]
            }),
        Case::at(Provider::Google, "http://generativelanguage.googleapis.com").model("gemini-x").is(
            "a missing scope at Gemini", "platform.openai.com, in another vendor's words", const {
                &[rule("GET /v1beta/models", Key::Good, 403, NO_LISTING),
                    rule("GET /v1beta/models/gemini-x", Key::Good, 200, r#"{"name":"models/gemini-x"}"#)]
            }),
        relay().is("a control that fails at a relay of Anthropic", "RFC 9110 §15.6.1", const {
            &[rule("GET /anthropic/v1/models", Key::Good, 200, r#"{"data":[{"id":"claude-x"}]}"#),
                rule("GET /anthropic/v1/models", Key::Other, 500, "")]
        }),
        relay().is("a web page instead of a list at a relay of Anthropic", "langfuse/langfuse#7751", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 200, "<html></html>"),
                rule("POST /anthropic/v1/messages", Key::Any, 400,
                    r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages: Field required"}}"#)]
        }),
        runtime().is("a control plane without the list", "docs.aws.amazon.com/bedrock: regions", const {
            &[rule("GET /foundation-models", Key::Any, 404, "{}")
                .with(&[("x-amzn-errortype", "UnknownOperationException")]),
                rule("GET /async-invoke", Key::Good, 200, r#"{"asyncInvokeSummaries":[]}"#),
                rule("POST /model/acme.chat-v1%3A0/converse", Key::Good, 400, LACKS_MESSAGES)
                    .with(&[("x-amzn-errortype", "ValidationException")])]
        }),
        runtime().with(key(GOOD)).is("a runtime that is a web page", "langfuse/langfuse#7751", const {
            &[rule("GET /async-invoke", Key::Any, 200, "<html></html>"),
                rule("POST /model/acme.chat-v1%3A0/converse", Key::Any, 400, LACKS_MESSAGES)
                    .with(&[("x-amzn-errortype", "ValidationException")])]
        }),
        studio("a key of AI Studio that has expired, at Vertex AI", const {
            &[rule("GET /v1/projects/p/locations/global", Key::Any, 400, r#"{"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#)]
        }),
        studio("a key of AI Studio that is not valid, at Vertex AI", const {
            &[rule("GET /v1/projects/p/locations/global", Key::Any, 400, r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}"#)]
        }),
        Case::at(Provider::Aws, "http://llm.example/aws").with(pair("ASIAIOSFODNN7EXAMPLE", GOOD)).is(
            "a temporary id without its token at a gateway", "vercel/ai#4163", &[]),
        Case::at(Provider::Anthropic, "http://api.anthropic.com").deep(Depth::Reach).is(
            "a region that is not served, at depth reach", "danny-avila/LibreChat#4451", const {
                &[rule("GET /v1/models", Key::Any, 403, r#"{"type":"error","error":{"type":"forbidden","message":"Request not allowed"}}"#)]
            }),
        Case::at(Provider::Google, VERTEX).deep(Depth::Reach).is(
            "an address that Google blocks, at depth reach", "cloud.google.com/apis, ErrorReason", const {
                &[rule("GET /v1/projects/p/locations/global", Key::Any, 403, r#"{"error":{"code":403,"message":"Blocked.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_IP_ADDRESS_BLOCKED"}]}}"#)]
            }),
        Case::at(Provider::Google, VERTEX).deep(Depth::Reach).is(
            "a product that takes tokens only, at depth reach", "cloud.google.com/apis, ErrorReason", const {
                &[rule("GET /v1/projects/p/locations/global", Key::Any, 401, r#"{"error":{"code":401,"message":"API keys are not supported by this API.","status":"UNAUTHENTICATED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CREDENTIALS_MISSING"}]}}"#)]
            }),
    ]
}

fn recognised() -> Vec<Case> {
    let other = |endpoint| Case::at(Provider::Other, endpoint);
    let source = "docs/validation.md";
    vec![
        other("http://api.anthropic.com").keyless().is("Anthropic without a key", source, &[]),
        other(VERTEX).keyless().is("Vertex AI without a key", source, &[]),
        other("http://aiplatform.googleapis.com/v1").is("Vertex AI without a project", source, &[]),
        other("http://generativelanguage.googleapis.com").is("Gemini is a web page", source,
            const { &[rule("GET /v1beta/models", Key::Any, 200, "<html></html>")] }),
        other("http://bedrock.us-east-1.amazonaws.com").with(key(GOOD)).is("Bedrock fails", source,
            const { &[rule("GET /foundation-models", Key::Any, 500, "")] }),
        other("http://api.anthropic.com").deep(Depth::Reach).is("Anthropic by its header, at depth reach",
            source, const {
                &[rule("GET /v1/models", Key::Any, 401, INVALID).with(&[("anthropic-organization-id", "o")])]
            }),
        other("http://llm.example/v1").deep(Depth::Reach).is("LiteLLM by its header, at depth reach", source,
            const { &[rule("GET /v1/models", Key::Any, 401, INVALID).with(&[("x-litellm-version", "1")])] }),
    ]
}

#[tokio::test]
async fn check_with_limited_rate_does_not_verify_the_key() {
    insta::assert_snapshot!(reports(limits()).await);
}

#[tokio::test]
async fn check_with_rare_response_of_openai_compatible_api_matches_table() {
    insta::assert_snapshot!(reports(openai_compatible()).await);
}

#[tokio::test]
async fn check_with_rare_response_of_own_api_matches_table() {
    insta::assert_snapshot!(reports(own_apis()).await);
}

#[tokio::test]
async fn check_of_other_provider_at_known_host_reports_the_vendor() {
    insta::assert_snapshot!(reports(recognised()).await);
}
