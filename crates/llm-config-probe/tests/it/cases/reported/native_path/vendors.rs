//! Paths of vendors' own APIs, at their hosts.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Reason;

use super::{GEMINI_RULES, GOOGLE_PAGE, NO_MESSAGES, Reported, pasted, right};
use crate::support::{Case, GOOD, Key, key_in, rule};

const BEDROCK: &str = r#"{"message":"UnknownOperationException"}"#;

pub(super) fn table() -> Vec<Reported> {
    let gemini = |endpoint: &'static str| Case::at(Provider::Google, endpoint).model("gemini-2.5-flash");
    let vertex = "http://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/\
                  anthropic/models/claude-sonnet-4@20250514:rawPredict";
    let stream = "http://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:\
                  streamGenerateContent?alt=sse";
    vec![
        pasted(
            gemini("http://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent")
                .is("Gemini's request for a completion", "DevXDojo/MrRSS#489", GEMINI_RULES),
            "/",
        )
        .credential("verified")
        .model("verified"),
        pasted(
            gemini(stream).is("Gemini's request for a stream", "MartialBE/one-hub#432", GEMINI_RULES),
            "/",
        )
        .credential("verified"),
        pasted(
            gemini("http://generativelanguage.googleapis.com/v1/v1beta")
                .is("two versions of Gemini's API", "snailyp/gemini-balance#317", GEMINI_RULES),
            "/",
        )
        .credential("verified"),
        pasted(
            Case::at(Provider::OpenAi,
                "http://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:countTokens")
                .model("gemini-2.5-flash")
                .is("Gemini's request in a configuration for OpenAI", "FoundationAgents/OpenManus#174",
                    GEMINI_RULES),
            "/v1beta/openai",
        ),
        pasted(
            Case::at(Provider::Google, vertex).model("anthropic/claude-sonnet-4@20250514").is(
                "Vertex AI's raw request",
                "BerriAI/litellm#39625",
                const {
                    &[
                        rule("GET /v1/projects/p/locations/us-east5", Key::Good, 200, r#"{"name":"projects/p/locations/us-east5","locationId":"us-east5"}"#),
                        rule("*", Key::Any, 404, GOOGLE_PAGE).with(&[("content-type", "text/html")]),
                    ]
                },
            ),
            "/v1/projects/p/locations/us-east5",
        )
        .credential("verified"),
        right(
            Case::at(Provider::Aws,
                "http://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse")
                .is(
                    "Bedrock's request",
                    "docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
                    const {
                        &[
                            rule("GET /async-invoke", Key::Good, 200, r#"{"asyncInvokeSummaries":[]}"#),
                            rule("*", Key::Any, 404, BEDROCK)
                                .with(&[("x-amzn-errortype", "UnknownOperationException")]),
                        ]
                    },
                ),
            Reason::WrongBasePath,
            "no",
        )
        .suggests("/")
        .credential("verified"),
        pasted(
            Case::at(Provider::Anthropic, "http://api.anthropic.com/v1/messages/count_tokens")
                .model("claude-sonnet-4-5")
                .is(
                    "Anthropic's request that counts tokens",
                    "platform.claude.com/docs/en/api/messages-count-tokens",
                    const {
                        &[
                            rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"claude-sonnet-4-5","type":"model"}]}"#),
                            rule("POST /v1/messages/count_tokens", Key::Good, 200, r#"{"input_tokens":8}"#),
                            rule("*", Key::Any, 404, r#"{"type":"error","error":{"type":"not_found_error","message":"Not Found"}}"#),
                        ]
                    },
                ),
            "/",
        )
        .credential("verified")
        .model("verified"),
        right(
            Case::at(Provider::CustomOpenAiCompatible,
                "http://acme.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21")
                .with(key_in("api-key", None, GOOD))
                .is(
                    "the full URL of an Azure deployment",
                    "BerriAI/litellm#8572, bramses/chatgpt-md#173",
                    const {
                        &[
                            rule("POST /openai/deployments/d/chat/completions", Key::Good, 400, NO_MESSAGES),
                            rule("*", Key::Any, 404, r#"{"error":{"code":"404","message":"Resource not found"}}"#),
                        ]
                    },
                ),
            Reason::WrongBasePath,
            "no",
        )
        .suggests("/openai/deployments/d"),
        right(
            Case::at(Provider::OpenRouter, "http://openrouter.ai/models/deepseek/deepseek-chat").is(
                "OpenRouter's page about a model",
                "openrouter.ai/docs/api-reference/overview",
                const {
                    &[
                        rule("GET /api/v1/key", Key::Good, 200, r#"{"data":{"label":"k","limit_remaining":null}}"#),
                        rule("*", Key::Any, 404, "<!DOCTYPE html><title>Not Found</title>"),
                    ]
                },
            ),
            Reason::WrongBasePath,
            "no",
        )
        .suggests("/api/v1"),
    ]
}
