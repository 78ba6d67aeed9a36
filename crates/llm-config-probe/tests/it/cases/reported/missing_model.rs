//! Missing models that a server reports with another status than 404.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const CALL: &str = "POST /v1/chat/completions";
const LIST: &str = r#"{"object":"list","data":[{"id":"other","object":"model"}]}"#;
const LISTED: &str = r#"{"object":"list","data":[{"id":"acme/gpt-x","object":"model"}]}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#;

/// A server with a list for genuine keys, which responds so to calls.
macro_rules! calls {
    ($list:expr, $status:literal, $body:expr) => {
        const {
            &[
                rule("GET /v1/models", Key::Good, 200, $list),
                rule("*", Key::Other, 401, WRONG),
                rule(CALL, Key::Good, $status, $body),
            ]
        }
    };
}

fn server(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Case {
    let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1");
    case.model("acme/gpt-x").deep(Depth::Inference).is(name, source, rules)
}

fn missing(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Reported {
    let reported = right(server(name, source, rules), Reason::ModelNotFound, "no");
    reported.ping(Reason::ModelNotFound).model("not_found").credential("verified")
}

/// The same where the second attempt after a status of 503 leaves no request for the control of the key.
fn unproven(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Reported {
    right(server(name, source, rules), Reason::ModelNotFound, "no").ping(Reason::ModelNotFound)
}

pub(super) fn table() -> Vec<Reported> {
    let mut table = of_vendors();
    table.extend(of_gateways());
    table.extend(of_other_forms());
    table.extend(of_neighbours());
    table
}

fn of_vendors() -> Vec<Reported> {
    vec![
        missing(
            "DeepSeek",
            "langbot-app/LangBot#1643",
            calls!(LIST, 400, r#"{"error":{"message":"Model Not Exist","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#),
        ),
        missing(
            "SiliconFlow",
            "TwooSix/Openlist-Ani#59",
            calls!(LIST, 400, r#"{"code":20012,"message":"Model does not exist. Please check it carefully.","data":null}"#),
        ),
        missing(
            "Groq and a model that it has retired",
            "atiilla/sqlmap-ai#3",
            calls!(LISTED, 400, r#"{"error":{"message":"The model `acme/gpt-x` has been decommissioned and is no longer supported. Please refer to https://console.groq.com/docs/deprecations","type":"invalid_request_error","code":"model_decommissioned"}}"#),
        ),
        missing(
            "Mistral",
            "mistralai/mistral-vibe#617",
            calls!(LISTED, 400, r#"{"object":"error","message":"Invalid model: acme/gpt-x","type":"invalid_model","param":null,"code":"1500","raw_status_code":400}"#),
        ),
        missing(
            "GitHub Copilot",
            "kaitranntt/ccs#724",
            calls!(LISTED, 400, r#"{"error":{"message":"The requested model is not supported.","code":"model_not_supported","param":"model","type":"invalid_request_error"}}"#),
        ),
        missing(
            "Hugging Face and a model without an enabled provider",
            "cline/cline#5098",
            calls!(LISTED, 400, r#"{"error":{"message":"The requested model 'acme/gpt-x' is not supported by any provider you have enabled.","type":"invalid_request_error"}}"#),
        ),
        right(
            server(
                "Together and a model that needs an endpoint of its own",
                "HeyPuter/puter#3168",
                calls!(LISTED, 400, r#"{"id":"1","error":{"message":"Unable to access non-serverless model acme/gpt-x.","type":"invalid_request_error","param":null,"code":"model_not_available"}}"#),
            ),
            Reason::ModelNoAccess,
            "no",
        )
        .ping(Reason::ModelNoAccess)
        .model("no_access"),
    ]
}

fn of_gateways() -> Vec<Reported> {
    vec![
        unproven(
            "new-api without a channel",
            "QuantumNous/new-api#6310",
            calls!(
                LIST,
                503,
                r#"{"error":{"message":"No available channel for model acme/gpt-x under group default (distributor) (request id: 1)","type":"new_api_error","param":"","code":"model_not_found"}}"#
            ),
        ),
        unproven(
            "one-api without a channel, in Chinese and without a code",
            "songquanpeng/one-api: middleware/distributor.go",
            calls!(
                LIST,
                503,
                r#"{"error":{"message":"当前分组 default 下对于模型 acme/gpt-x 无可用渠道 (request id: 1)","type":"one_api_error"}}"#
            ),
        ),
        missing(
            "OpenRouter behind a relay",
            "OpenRouterTeam/openrouter-examples#74",
            calls!(
                LISTED,
                400,
                r#"{"error":{"message":"acme/gpt-x is not a valid model ID","code":400},"user_id":"user_1"}"#
            ),
        ),
        missing(
            "a proxy that passes on OpenRouter's error as a text",
            "maxnowack/anthropic-proxy#4",
            calls!(
                LISTED,
                400,
                r#"{"error":"{\"error\":{\"message\":\"acme/gpt-x is not a valid model ID\",\"code\":400},\"user_id\":\"user_1\"}"}"#
            ),
        ),
        missing(
            "OpenCode Zen, with the status of a refused key",
            "decolua/9router#1106",
            calls!(
                LISTED,
                401,
                r#"{"type":"error","error":{"type":"ModelError","message":"Model acme/gpt-x not supported"}}"#
            ),
        ),
        missing(
            "Kiro behind a proxy",
            "decolua/9router#1187",
            calls!(
                LISTED,
                400,
                r#"{"message":"Invalid model. Please select a different model to continue.","reason":"INVALID_MODEL_ID"}"#
            ),
        ),
    ]
}

fn of_other_forms() -> Vec<Reported> {
    let zhipu = Case::at(Provider::Anthropic, "http://llm.example/api/anthropic").path("/v1/messages");
    let zhipu = zhipu.model("glm-9");
    let llama = Case::at(Provider::LlamaCpp, "http://llm.example/v1").model("claude-sonnet-4-5").keyless();
    let router = const {
        &[
            rule(
                "GET /props",
                Key::Any,
                200,
                r#"{"role":"router","default_generation_settings":{"params":{}},"total_slots":0}"#,
            ),
            rule(
                "GET /v1/models",
                Key::Any,
                200,
                r#"{"object":"list","data":[{"id":"LFM2.5-8B-A1B-GGUF","aliases":[],"object":"model","owned_by":"llamacpp"}]}"#,
            ),
            rule(
                CALL,
                Key::Any,
                400,
                r#"{"error":{"code":400,"message":"model not found","type":"invalid_request_error"}}"#,
            ),
        ]
    };
    vec![
        right(
            zhipu.deep(Depth::Inference).is(
                "Zhipu in Anthropic's form",
                "esengine/DeepSeek-Reasonix#6858",
                const {
                    &[
                        rule("POST /api/anthropic/v1/messages", Key::Good, 400, r#"{"type":"error","error":{"type":"invalid_request_error","code":"1211","message":"[1211][模型不存在，请检查模型代码。][1]"},"request_id":"1"}"#),
                        rule("POST /api/anthropic/v1/messages", Key::Other, 401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#),
                    ]
                },
            ),
            Reason::ModelNotFound,
            "no",
        )
        .ping(Reason::ModelNotFound),
        right(
            llama.deep(Depth::Inference).is("llama-server as a router", "ggml-org/llama.cpp#17968", router),
            Reason::ModelNotFound,
            "no",
        )
        .ping(Reason::ModelNotFound),
        right(
            server(
                "MiniMax, inside a success",
                "jlcodes99/cockpit-tools#1431",
                calls!(LISTED, 200, r#"{"base_resp":{"status_code":2013,"status_msg":"invalid params, unknown model 'acme/gpt-x' (2013)"}}"#),
            ),
            Reason::ModelNotFound,
            "no",
        )
        .ping(Reason::ModelNotFound),
        right(
            server(
                "FastChat, without a code that others know",
                "chatchat-space/Langchain-Chatchat#2272",
                calls!(LIST, 400, r#"{"object":"error","message":"Only chatglm2-6b-int4 allowed now, your model acme/gpt-x","code":40301}"#),
            ),
            Reason::ModelNotFound,
            "no",
        )
        .ping(Reason::ModelNotFound),
    ]
}

/// Refusals that mention the model and mean something else.
fn of_neighbours() -> Vec<Reported> {
    vec![
        right(
            server(
                "a model without capacity",
                "google-gemini/gemini-cli#5191",
                calls!(LISTED, 503, r#"{"error":{"message":"The model is overloaded. Please try again later.","code":503}}"#),
            ),
            Reason::ProviderDown,
            "unknown",
        )
        .ping(Reason::ProviderDown),
        right(
            server(
                "a model that is being loaded",
                "huggingface/transformers#32665",
                calls!(LISTED, 503, r#"{"error":"Model acme/gpt-x is currently loading","estimated_time":20.0}"#),
            ),
            Reason::ServerLoading,
            "unknown",
        )
        .ping(Reason::ServerLoading),
        right(
            server(
                "a limit of the rate that names the model",
                "console.groq.com/docs/rate-limits",
                calls!(LISTED, 429, r#"{"error":{"message":"Rate limit reached for model `acme/gpt-x` in organization `org_1`","type":"tokens","code":"rate_limit_exceeded"}}"#),
            ),
            Reason::RateLimited,
            "unknown",
        )
        .ping(Reason::RateLimited),
        right(
            server(
                "a call that is refused for its own parameters",
                "openai/openai-python#1080",
                calls!(LISTED, 400, r#"{"error":{"message":"This model does not support the 'logprobs' parameter.","type":"invalid_request_error","param":"logprobs","code":null}}"#),
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        ),
    ]
}

#[tokio::test]
async fn missing_model_with_another_status_is_recognised() {
    check(table()).await;
}
