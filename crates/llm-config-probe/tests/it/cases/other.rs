//! `OTHER`: the product is detected.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST_PATH: &str = "GET /v1/models";

pub(super) fn cases() -> Vec<Case> {
    let at = |endpoint: &'static str| Case::at(Provider::Other, endpoint);
    let server = || at("http://llm.example/v1");
    vec![
        at("http://api.openai.com/v1").is(
            "OpenAI, by its host",
            "developers.openai.com/api/reference/models",
            const { &[rule(LIST_PATH, Key::Good, 200, r#"{"object":"list","data":[{"id":"gpt-4o-mini"}]}"#)] },
        ),
        at("http://openrouter.ai/api/v1").bad().is(
            "OpenRouter, by its host",
            "charmbracelet/crush#997",
            const { &[rule("GET /api/v1/key", Key::Any, 401, r#"{"error":{"message":"User not found.","code":401}}"#)] },
        ),
        at("http://api.anthropic.com").is(
            "Anthropic, by its host, although it is overloaded",
            "platform.claude.com/docs/en/api/errors",
            const {
                &[rule(
                    LIST_PATH,
                    Key::Any,
                    529,
                    r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                )]
            },
        ),
        at("http://api.anthropic.com").deep(Depth::Reach).is(
            "Anthropic, by its error, at depth reach",
            "platform.claude.com/docs/en/api/errors",
            const {
                &[rule(
                    LIST_PATH,
                    Key::Any,
                    401,
                    r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#,
                )]
            },
        ),
        server().model("tiny").is(
            "llama.cpp, by its header",
            "run: llama-server 0c1e570",
            const {
                &[
                    rule(LIST_PATH, Key::Good, 200, r#"{"data":[{"id":"tiny"}]}"#).with(&[("server", "llama.cpp")]),
                    rule(LIST_PATH, Key::Other, 401, r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#),
                ]
            },
        ),
        server().bad().is(
            "llama.cpp of a version whose list is public, and a bad key",
            "ggml-org/llama.cpp#27027",
            const {
                &[
                    rule(LIST_PATH, Key::Any, 200, r#"{"data":[{"id":"tiny"}]}"#).with(&[("server", "llama.cpp")]),
                    rule("POST /v1/chat/completions", Key::Other, 401, r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#),
                ]
            },
        ),
        server().bad().is(
            "vLLM, by its error",
            "vllm/entrypoints/serve/utils/server_utils.py",
            const { &[rule(LIST_PATH, Key::Any, 401, r#"{"error":"Unauthorized"}"#)] },
        ),
        server().bad().is(
            "LiteLLM, by the type of its error",
            "BerriAI/litellm#4880",
            const { &[rule(LIST_PATH, Key::Any, 400, r#"{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}"#)] },
        ),
        server().is(
            "LiteLLM, by its headers",
            "docs.litellm.ai/docs/proxy/response_headers",
            const {
                &[
                    rule(LIST_PATH, Key::Good, 200, r#"{"data":[{"id":"fake-gpt"}]}"#).with(&[("x-litellm-version", "1.106.2")]),
                    rule(LIST_PATH, Key::Other, 401, r#"{"error":{"message":"Authentication Error, Invalid proxy server token passed","type":"auth_error","code":"401"}}"#),
                ]
            },
        ),
        server().keyless().model("llama3.2").is(
            "Ollama, by its list",
            "docs.ollama.com/api/openai-compatibility",
            const { &[rule(LIST_PATH, Key::Any, 200, r#"{"object":"list","data":[{"id":"llama3.2:latest","owned_by":"library"}]}"#)] },
        ),
        server().is(
            "Anthropic, by its error: the key was sent in another header than it reads",
            "platform.claude.com/docs/en/api/errors",
            const { &[rule(LIST_PATH, Key::Any, 401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid bearer token"},"request_id":"req_1"}"#)] },
        ),
        server().is(
            "Gemini, by its error",
            "ai.google.dev/gemini-api/docs/troubleshooting",
            const { &[rule(LIST_PATH, Key::Any, 401, r#"{"error":{"code":401,"message":"Request had invalid authentication credentials. Expected OAuth 2 access token.","status":"UNAUTHENTICATED"}}"#)] },
        ),
        server().is(
            "Bedrock, by its error",
            "docs.aws.amazon.com/bedrock: common errors",
            const { &[rule(LIST_PATH, Key::Any, 403, r#"{"message":"The security token included in the request is invalid."}"#)
                .with(&[("x-amzn-errortype", "UnrecognizedClientException:http://internal.amazon.com/")])] },
        ),
        server().keyless().is(
            "an unknown server, and no key",
            "provider-probing §3.12",
            const { &[rule(LIST_PATH, Key::Any, 401, r#"{"message":"unauthorized"}"#)] },
        ),
        server().keyless().model("nosuch").is(
            "a model that llama.cpp has not, and would answer for",
            "run: llama-server 0c1e570",
            const {
                &[
                    rule(LIST_PATH, Key::Any, 200, r#"{"data":[{"id":"tiny","owned_by":"llamacpp"}]}"#),
                    rule("POST /v1/chat/completions", Key::Any, 400, r#"{"error":{"message":"'messages' is required","code":400}}"#),
                ]
            },
        ),
        server().is(
            "a web page",
            "langfuse/langfuse#7751",
            const { &[rule(LIST_PATH, Key::Any, 200, "<html></html>"),
                rule("POST /v1/chat/completions", Key::Any, 404, "<html></html>")] },
        ),
        server().is(
            "a redirect elsewhere",
            "RFC 9110 §15.4.3",
            const { &[rule(LIST_PATH, Key::Any, 302, "").with(&[("location", "https://login.example/")])] },
        ),
        server().is(
            "no list",
            "FerroxLabs/wayland#339",
            const {
                &[
                    rule("POST /v1/chat/completions", Key::Good, 400, r#"{"error":{"message":"messages: field required"}}"#),
                    rule("POST /v1/chat/completions", Key::Other, 401, r#"{"error":{"message":"Authentication error","code":10000}}"#),
                ]
            },
        ),
        server().is("a limit", "provider-probing §1", const { &[rule(LIST_PATH, Key::Any, 429, "")] }),
        server().is("trouble", "RFC 9110 §15.6.1", const { &[rule(LIST_PATH, Key::Any, 500, "")] }),
    ]
}

#[tokio::test]
async fn check_of_other_provider_recognises_it() {
    insta::assert_snapshot!(reports(cases()).await);
}
