//! `CUSTOM_OPENAI_COMPATIBLE`: unknown servers, and vendors without a value of their own.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"tiny","object":"model"}]}"#;
const NOT_FOUND: &str = r#"{"detail":"Not Found"}"#;
const UNAUTHORIZED: &str = r#"{"error":{"message":"Unauthorized","type":"authentication_error"}}"#;
const NO_MESSAGES: &str = r#"{"error":{"message":"'messages' is required","type":"invalid_request_error"}}"#;
const HTML: &str = "<!doctype html><html><head><title>App</title></head></html>";

pub(super) fn cases() -> Vec<Case> {
    let at = |host: &'static str| Case::at(Provider::CustomOpenAiCompatible, host);
    let server = || at("http://llm.example/v1");
    let mut cases = vec![
        server().model("tiny").is(
            "a server that looks at keys, and a good one",
            "run: llama-cpp-python 0.3.36",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"tiny"}]}"#),
                    rule("GET /v1/models", Key::Other, 401, r#"{"detail":"Invalid API key"}"#),
                ]
            },
        ),
        server().bad().is(
            "a bad key at llama-cpp-python",
            "run: llama-cpp-python 0.3.36",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"detail":"Invalid API key"}"#)] },
        ),
        server().keyless().is(
            "no key at a server that wants one",
            "run: llama-server 0c1e570",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#)] },
        ),
        server().keyless().model("tiny").is(
            "no key at a server that wants none",
            "run: llama-server 0c1e570",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule("POST /v1/chat/completions", Key::Any, 400, NO_MESSAGES),
                ]
            },
        ),
        server().bad().model("tiny").is(
            "a key at a server that wants none",
            "run: llama-server 0c1e570",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule("POST /v1/chat/completions", Key::Any, 400, NO_MESSAGES),
                ]
            },
        ),
        server().model("tiny").is(
            "a server that wants no key and generates without messages",
            "run: llama-cpp-python 0.3.36",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule("POST /v1/chat/completions", Key::Any, 200, r#"{"id":"chatcmpl-1","model":"tiny","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"length"}]}"#),
                ]
            },
        ),
        server().bad().is(
            "a public list in front of calls that need a key, and a bad one",
            "0xzr/freellmpool#109",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule("POST /v1/chat/completions", Key::Good, 400, NO_MESSAGES),
                    rule("POST /v1/chat/completions", Key::Other, 401, UNAUTHORIZED),
                ]
            },
        ),
        server().keyless().is(
            "a public list in front of calls that need a key, and none",
            "0xzr/freellmpool#109",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule("POST /v1/chat/completions", Key::Good, 400, NO_MESSAGES),
                    rule("POST /v1/chat/completions", Key::Other, 401, UNAUTHORIZED),
                ]
            },
        ),
        at("http://integrate.api.nvidia.com/v1").bad().model("meta/llama-3.1-8b-instruct").is(
            "a public list in front of calls that are refused without saying why",
            "HKUDS/OpenHarness#233, Alishahryar1/free-claude-code#902",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, r#"{"object":"list","data":[{"id":"meta/llama-3.1-8b-instruct"}]}"#),
                    rule("POST /v1/chat/completions", Key::Other, 403, r#"{"status":403,"title":"Forbidden","detail":"Authorization failed"}"#),
                ]
            },
        ),
        server().bad().model("tiny").is(
            "a public list in front of calls that refuse a bad key with 400",
            "hotovo/aider-desk#653",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule("POST /v1/chat/completions", Key::Other, 400, r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: sk***gA."}"#),
                    rule("POST /v1/chat/completions", Key::Good, 400, NO_MESSAGES),
                ]
            },
        ),
        server().is(
            "a proxy in front that refuses without a reason",
            "provider-probing §2.3: no verdict from a status alone",
            const { &[rule("GET /v1/models", Key::Any, 401, "Please sign in")] },
        ),
        server().is(
            "a proxy in front that refuses without a word",
            "provider-probing §2.3: no verdict from a status alone",
            const { &[rule("GET /v1/models", Key::Any, 401, "")] },
        ),
        server().bad().is(
            "a bad key at a server that rejects it in plain text",
            "provider-probing §2.3: texts that judge a key",
            const { &[rule("GET /v1/models", Key::Any, 401, "Invalid API key")] },
        ),
        server().keyless().is(
            "no key at a server that refuses without a word",
            "provider-probing §2.3: no verdict from a status alone",
            const { &[rule("GET /v1/models", Key::Any, 401, "")] },
        ),
        at("http://bedrock-mantle.us-east-1.api.aws/v1").bad().is(
            "a bad key at AWS's OpenAI-compatible host",
            "made up in the form of OpenAI's errors",
            const {
                &[rule("GET /v1/models", Key::Any, 401, r#"{"error":{"code":"invalid_api_key","message":"Invalid API key","type":"authentication_error"}}"#)]
            },
        ),
        server().is(
            "a wrong key that reaches a limit proves nothing about the right one",
            "provider-probing §2.3: control",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models", Key::Other, 429, r#"{"error":{"message":"Too many requests"}}"#),
                ]
            },
        ),
        server().is(
            "a wrong key at a failing server proves nothing about the right one",
            "provider-probing §2.3: control",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models", Key::Other, 500, "Internal Server Error"),
                ]
            },
        ),
        server().model("nosuch").is(
            "a model that is neither listed nor described",
            "provider-probing §3.12: lists of unknown servers may be filtered",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models", Key::Other, 401, UNAUTHORIZED),
                    rule("GET /v1/models/nosuch", Key::Good, 404, NOT_FOUND),
                ]
            },
        ),
        server().model("nosuch").is(
            "a model that the server reports as missing",
            "continuedev/continue#10815",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models", Key::Other, 401, UNAUTHORIZED),
                    rule("GET /v1/models/nosuch", Key::Good, 404, r#"{"error":{"message":"The model `nosuch` does not exist or you do not have access to it.","type":"invalid_request_error","code":"model_not_found"}}"#),
                ]
            },
        ),
        server().is(
            "a limit at an unknown server",
            "provider-probing §1: an unknown gateway may count before it looks",
            const { &[rule("GET /v1/models", Key::Any, 429, "").with(&[("retry-after", "30")])] },
        ),
        server().is(
            "trouble at an unknown server",
            "RFC 9110 §15.6.1",
            const { &[rule("GET /v1/models", Key::Any, 500, "Internal Server Error")] },
        ),
        server().is(
            "a web application that answers everything",
            "langfuse/langfuse#7751",
            const { &[rule("GET /v1/models", Key::Any, 200, HTML),
                rule("POST /v1/chat/completions", Key::Any, 405, HTML)] },
        ),
        server().is(
            "a proxy in front that requires a password",
            "RFC 7617",
            const { &[rule("GET /v1/models", Key::Any, 401, "Unauthorized")
                .with(&[("www-authenticate", "Basic realm=\"x\"")])] },
        ),
        server().is(
            "a refusal that is not about the key",
            "provider-probing §0.2: 401 is not always a bad key",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"message":"Subscription suspended"}"#)] },
        ),
        server().is(
            "a key that may not list models, at an unknown server",
            "microsoft/PowerToys#32989: 401 for a key that is genuine",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"error":{"message":"This API key does not have permission to list models","type":"authentication_error"}}"#)] },
        ),
        server().is(
            "a redirect elsewhere",
            "RFC 9110 §15.4.3",
            const { &[rule("GET /v1/models", Key::Any, 302, "")
                .with(&[("location", "https://login.example/")])] },
        ),
        server().is(
            "a key that the server does not see, because it expects another header",
            "learn.microsoft.com/azure/api-management: subscriptions",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"statusCode":401,"message":"Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."}"#)] },
        ),
        server().is(
            "a path that Amazon's API Gateway does not have",
            "repost.aws: API Gateway Missing Authentication Token",
            const { &[rule("GET /v1/models", Key::Any, 403, r#"{"message":"Missing Authentication Token"}"#),
                rule("POST /v1/chat/completions", Key::Any, 403, r#"{"message":"Missing Authentication Token"}"#)] },
        ),
        server().model("tiny").is(
            "a gateway without a list, and a good key",
            "FerroxLabs/wayland#339",
            const {
                &[
                    rule("POST /v1/chat/completions", Key::Good, 400, NO_MESSAGES),
                    rule("POST /v1/chat/completions", Key::Other, 401, UNAUTHORIZED),
                ]
            },
        ),
        server().bad().model("tiny").is(
            "a gateway without a list, and a bad key",
            "FerroxLabs/wayland#339",
            const { &[rule("POST /v1/chat/completions", Key::Any, 401, UNAUTHORIZED)] },
        ),
        server().keyless().model("tiny").is(
            "a gateway without a list that finds fault with the body, and no key",
            "provider-probing §2.2",
            const { &[rule("POST /v1/chat/completions", Key::Any, 400, NO_MESSAGES)] },
        ),
        server().bad().model("tiny").is(
            "a gateway without a list that generates for every key",
            "run: llama-cpp-python 0.3.36",
            const { &[rule("POST /v1/chat/completions", Key::Any, 200, r#"{"choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"length"}]}"#)] },
        ),
        server().bad().model("tiny").is(
            "a gateway without a list that looks at the body before the key",
            "provider-probing §2.2",
            const { &[rule("POST /v1/chat/completions", Key::Any, 422, r#"{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]}"#)] },
        ),
        server().is(
            "a gateway that misses the key's header in the words of a body's field",
            "fastapi.tiangolo.com: header parameters",
            const { &[rule("POST /v1/chat/completions", Key::Any, 422, r#"{"detail":[{"type":"missing","loc":["header","x-token"],"msg":"Field required"}]}"#)] },
        ),
        server().is(
            "neither a list nor calls",
            "nearai/ironclaw#6099",
            const { &[rule("GET /v1/models", Key::Any, 404, NOT_FOUND),
                rule("POST /v1/chat/completions", Key::Any, 404, NOT_FOUND)] },
        ),
        server().is(
            "LM Studio's error with a success, on a path that it has not",
            "zeenie-ai/OpenCompany#115",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, r#"{"error":"Unexpected endpoint or method. (GET /v1/models)"}"#),
                    rule("POST /v1/chat/completions", Key::Any, 200, r#"{"error":"Unexpected endpoint or method. (POST /v1/chat/completions)"}"#),
                ]
            },
        ),
    ];
    cases.extend(vendors());
    cases
}

fn vendors() -> Vec<Case> {
    let at = |host: &'static str| Case::at(Provider::CustomOpenAiCompatible, host);
    let dash = || at("http://dashscope-intl.aliyuncs.com/compatible-mode/v1");
    let deep_seek = || at("http://api.deepseek.com/v1");
    vec![
        at("http://api.mistral.ai/v1").model("mistral-small-latest").is(
            "Mistral and a good key",
            "docs.mistral.ai/api: models",
            const { &[rule("GET /v1/models", Key::Good, 200, r#"{"object":"list","data":[{"id":"mistral-small-latest"}]}"#)] },
        ),
        at("http://api.mistral.ai/v1").bad().is(
            "Mistral and a bad key",
            "nextcloud/integration_openai#332",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"detail":"Unauthorized"}"#)] },
        ),
        at("http://api.mistral.ai/v1").bad().is(
            "Mistral and a bad key, without a word",
            "continuedev/continue#2242",
            const { &[rule("GET /v1/models", Key::Any, 401, "")] },
        ),
        dash().bad().model("qwen-turbo").is(
            "DashScope and a bad key, or one of another region",
            "BerriAI/litellm#12571",
            const { &[rule("GET /compatible-mode/v1/models", Key::Any, 401, r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#)] },
        ),
        dash().model("qwen-turbo").is(
            "DashScope without a list, and a good key",
            "provider-probing §3.13: the list may not be offered everywhere",
            const {
                &[
                    rule("POST /compatible-mode/v1/chat/completions", Key::Good, 400, r#"{"error":{"message":"[] is too short - 'messages'","type":"invalid_request_error","code":"invalid_parameter_error"}}"#),
                    rule("POST /compatible-mode/v1/chat/completions", Key::Other, 401, r#"{"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}}"#),
                ]
            },
        ),
        deep_seek().is(
            "DeepSeek and no credit",
            "api-docs.deepseek.com/quick_start/error_codes",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 402, r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#),
                    rule("GET /v1/models", Key::Other, 401, r#"{"error":{"message":"Authentication Fails (no such user)","type":"authentication_error","param":null,"code":"invalid_request_error"}}"#),
                ]
            },
        ),
        at("http://api.x.ai/v1").bad().is(
            "xAI and a bad key, which is no 401",
            "hotovo/aider-desk#653",
            const { &[rule("GET /v1/models", Key::Any, 400, r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: sk***gA. You can obtain an API key from https://console.x.ai."}"#)] },
        ),
        deep_seek().bad().is(
            "DeepSeek and a bad key",
            "api-docs.deepseek.com/quick_start/error_codes",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"error":{"message":"Authentication Fails (no such user)","type":"authentication_error","param":null,"code":"invalid_request_error"}}"#)] },
        ),
        at("http://api.anthropic.com/v1").model("claude-sonnet-4-5").is(
            "Anthropic's OpenAI-compatible path, whose list reads another header",
            "platform.claude.com/docs/en/api/openai-sdk",
            const { &[rule("GET /v1/models", Key::Any, 401, r#"{"type":"error","error":{"type":"authentication_error","message":"Invalid bearer token"}}"#)] },
        ),
        at("http://openrouter.ai/api/v1").bad().is(
            "OpenRouter, stored as a custom server, and a bad key in front of its public list",
            "charmbracelet/crush#997",
            const {
                &[
                    rule("GET /api/v1/key", Key::Any, 401, r#"{"error":{"message":"User not found.","code":401}}"#),
                    rule("GET /api/v1/models", Key::Any, 200, r#"{"data":[{"id":"openai/gpt-4o-mini"}]}"#),
                ]
            },
        ),
    ]
}

#[tokio::test]
async fn check_at_custom_server_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
