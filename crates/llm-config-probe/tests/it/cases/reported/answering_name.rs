//! Calls that are answered under another name than the configured one.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, rule};

const CHAT: &str = "POST /v1/chat/completions";
const WRONG: &str =
    r#"{"error":{"message":"Invalid API key","type":"invalid_request_error","code":"invalid_api_key"}}"#;

/// A server without a list that completes a call under this name.
macro_rules! answers_as {
    ($model:expr, $name:expr, $source:expr, $answer:expr) => {
        Case::at(Provider::CustomOpenAiCompatible, "http://gateway.example/v1")
            .model($model)
            .deep(Depth::Inference)
            .is(
                $name,
                $source,
                const {
                    &[
                        rule("GET /v1/models", Key::Any, 404, "404 page not found"),
                        rule("*", Key::Other, 401, WRONG),
                        rule(CHAT, Key::Good, 200, $answer).with_body("\"messages\""),
                        rule(CHAT, Key::Good, 400, r#"{"error":{"message":"Missing required parameter: 'messages'.","type":"invalid_request_error"}}"#),
                    ]
                },
            )
    };
}

/// A serving endpoint of Databricks, with the bodies of that API.
fn databricks() -> Case {
    const CHAT: &str = "POST /serving-endpoints/chat/completions";
    Case::at(Provider::CustomOpenAiCompatible, "http://dbc.example/serving-endpoints")
        .model("databricks-gpt-5-2")
        .deep(Depth::Inference)
        .is(
            "Databricks with its own errors",
            "BerriAI/litellm#18386",
            const {
                &[
                    rule(CHAT, Key::Missing, 401, r#"{"error_code":401,"message":"Credential was not sent or was of an unsupported type for this API."}"#),
                    rule("*", Key::Other, 403, r#"{"error_code":403,"message":"Invalid access token."}"#),
                    rule(CHAT, Key::Good, 200, r#"{"model":"gpt-5.2-2025-12-11","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#).with_body("\"messages\""),
                    rule(CHAT, Key::Good, 400, r#"{"error_code":"BAD_REQUEST","message":"Missing required field 'messages'"}"#),
                    rule("GET /serving-endpoints/models", Key::Good, 404, r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found for 'GET /serving-endpoints/models'"}"#),
                ]
            },
        )
}

pub(super) fn table() -> Vec<Reported> {
    let works = |case| right(case, Reason::Ok, "yes").ping(Reason::Ok);
    vec![
        works(databricks()),
        works(answers_as!(
            "databricks-gpt-5-2",
            "a serving endpoint of Databricks",
            "BerriAI/litellm#18386",
            r#"{"model":"gpt-5.2-2025-12-11","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#
        )),
        works(answers_as!(
            "MiniMaxAI/MiniMax-M2.7:fastest",
            "a policy of Hugging Face's router",
            "huggingface/ml-intern#51",
            r#"{"model":"MiniMaxAI/MiniMax-M2.7","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#
        )),
        works(answers_as!(
            "moonshotai/Kimi-K2.6:fireworks-ai",
            "a provider of Hugging Face's router",
            "huggingface/ml-intern#51",
            r#"{"model":"accounts/fireworks/models/kimi-k2.6","choices":[{"message":{"content":""}}]}"#
        )),
        works(answers_as!(
            "us.anthropic.claude-3-5-sonnet-20240620-v1:0",
            "an inference profile behind a gateway",
            "docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html",
            r#"{"model":"claude-3-5-sonnet-20240620","choices":[{"message":{"content":""}}]}"#
        )),
        works(answers_as!(
            "gpt-35-turbo",
            "a deployment of Azure's spelling",
            "learn.microsoft.com/azure/ai-services/openai: gpt-35-turbo",
            r#"{"model":"gpt-3.5-turbo-0125","choices":[{"message":{"content":""}}]}"#
        )),
        works(answers_as!(
            "gemma-3-4b-it",
            "a quantised file",
            "ggml-org/llama.cpp: tools/server",
            r#"{"model":"ggml-org/gemma-3-4b-it-GGUF:Q4_K_M","choices":[{"message":{"content":""}}]}"#
        )),
        works(answers_as!(
            "anthropic/claude-3.5-sonnet",
            "other signs between the parts",
            "openrouter.ai/docs/api-reference",
            r#"{"model":"claude-3-5-sonnet-20241022","choices":[{"message":{"content":""}}]}"#
        )),
        works(answers_as!(
            "qwen3:8b",
            "a tag that the answer leaves out",
            "docs.ollama.com/api",
            r#"{"model":"qwen3","choices":[{"message":{"content":""}}]}"#
        )),
    ]
}

#[tokio::test]
async fn model_that_answers_under_its_real_name_works() {
    check(table()).await;
}
