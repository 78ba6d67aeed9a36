//! Known vendors and products at depth inference.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::{ANSWER, CHAT, LIST, MODELS, REAL, WRONG, at};
use crate::support::{BAD, Case, GOOD, Key, Rule, Truth, pair, rule};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const MESSAGE: &str = r#"{"type":"message","model":"m","content":[],"stop_reason":"max_tokens"}"#;
const GENERATED: &str = r#"{"candidates":[{"finishReason":"MAX_TOKENS"}],"modelVersion":"m"}"#;
const CONVERSED: &str =
    r#"{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"max_tokens"}"#;
const GEMINI_WRONG: &str = r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#;
const EXPIRED: &str = r#"{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}"#;
const NO_KEY: &str =
    r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#;
const DENIED: &[(&str, &str)] = &[("x-amzn-errortype", "AccessDeniedException")];

pub(super) fn cases() -> Vec<Case> {
    [anthropic(), google(), amazon(), gateways(), servers()].into_iter().flatten().collect()
}

fn anthropic() -> Vec<Case> {
    const MODELS: &str = "GET /v1/models";
    const COUNT: &str = "POST /v1/messages/count_tokens";
    const MESSAGES: &str = "POST /v1/messages";
    const LISTED: &str = r#"{"data":[{"type":"model","id":"m"}],"has_more":false}"#;
    const COUNTED: &str = r#"{"input_tokens":8}"#;
    let vendor = || at(Provider::Anthropic, "http://api.anthropic.com/v1").path("/messages");
    vec![
        vendor().is("Anthropic", "platform.claude.com/docs/en/api/messages", const {
            &[rule(MODELS, Key::Good, 200, LISTED), rule(COUNT, Key::Good, 200, COUNTED),
                rule(MESSAGES, Key::Good, 200, MESSAGE)]
        }),
        vendor().is("Anthropic, without credit", "anthropics/claude-code#91322", const {
            &[
                rule(MODELS, Key::Good, 200, LISTED),
                rule(COUNT, Key::Good, 200, COUNTED),
                rule(MESSAGES, Key::Good, 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#),
            ]
        }),
        vendor().is("Anthropic, with a model that must think", "langgenius/dify-official-plugins#2718",
            const {
            &[
                rule(MODELS, Key::Good, 200, LISTED),
                rule(COUNT, Key::Good, 200, COUNTED),
                rule(MESSAGES, Key::Good, 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"`max_tokens` must be greater than `thinking.budget_tokens`."}}"#),
            ]
        }),
        at(Provider::Anthropic, "http://relay.example").path("/v1/messages")
            .is("a relay of Anthropic's without a list", "agentscope-ai/QwenPaw#2205", const {
            &[
                rule(MESSAGES, Key::Good, 200, MESSAGE).with_body(REAL),
                rule(MESSAGES, Key::Good, 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages: Field required"}}"#),
                rule(MESSAGES, Key::Other, 401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#),
            ]
        }),
        at(Provider::Anthropic, "http://relay.example").path("/v1/messages").is(
            "a relay of Anthropic's whose list is public",
            "0xzr/freellmpool#109",
            const {
                &[
                    rule(MODELS, Key::Any, 200, LISTED),
                    rule(MESSAGES, Key::Good, 200, MESSAGE),
                    rule(MESSAGES, Key::Other, 401, NO_KEY),
                ]
            },
        ),
        at(Provider::Anthropic, "http://relay.example").bad().path("/v1/messages").is(
            "a relay of Anthropic's whose list is public, with a bad key",
            "0xzr/freellmpool#109",
            const { &[rule(MODELS, Key::Any, 200, LISTED), rule(MESSAGES, Key::Any, 401, NO_KEY)] },
        ),
        at(Provider::Anthropic, "http://relay.example").bad().deep(Depth::Credential).path("/v1/messages").is(
            "the same, at depth credential",
            "0xzr/freellmpool#109",
            const { &[rule(MODELS, Key::Any, 200, LISTED), rule(MESSAGES, Key::Any, 401, NO_KEY)] },
        ),
        at(Provider::Anthropic, "http://relay.example").path("/v1/messages").is(
            "a relay of Anthropic's that lists another model",
            "agentscope-ai/QwenPaw#2205",
            const {
                &[
                    rule(MODELS, Key::Good, 200, r#"{"data":[{"type":"model","id":"other"}]}"#),
                    rule(MODELS, Key::Other, 401, NO_KEY),
                    rule(MESSAGES, Key::Good, 200, MESSAGE),
                ]
            },
        ),
    ]
}

fn google() -> Vec<Case> {
    const AT: &str = "POST /v1beta/models/m:generateContent";
    const COMPATIBLE: &str = "POST /v1beta/openai/chat/completions";
    const LISTS: [Rule; 2] = [
        rule("GET /v1beta/models", Key::Good, 200, r#"{"models":[{"name":"models/m"}]}"#),
        rule("GET /v1beta/models/m", Key::Good, 200, r#"{"name":"models/m"}"#),
    ];
    let gemini = || at(Provider::Google, "http://generativelanguage.googleapis.com");
    let like_openai = || at(Provider::Google, "http://generativelanguage.googleapis.com/v1beta/openai");
    let vertex = || at(Provider::Google, "http://aiplatform.googleapis.com/v1/projects/p/locations/global");
    vec![
        gemini().is("Gemini", "ai.google.dev/api/generate-content",
            const { &[LISTS[0], LISTS[1], rule(AT, Key::Good, 200, GENERATED)] }),
        gemini().bad().is("Gemini, with a bad key", "tashfeenahmed/freellmapi#268",
            const { &[rule("GET /v1beta/models", Key::Any, 400, GEMINI_WRONG)] }),
        gemini().is("Gemini, with a quota of none for the model",
            "ai.google.dev/gemini-api/docs/rate-limits", const {
            &[
                LISTS[0],
                LISTS[1],
                rule(AT, Key::Good, 429, r#"{"error":{"code":429,"message":"You exceeded your current quota. Quota exceeded for metric: generate_content_free_tier_requests, limit: 0","status":"RESOURCE_EXHAUSTED"}}"#),
            ]
        }),
        like_openai().is("Gemini, like OpenAI", "ai.google.dev/gemini-api/docs/openai", const {
            &[
                rule("GET /v1beta/openai/models", Key::Good, 200, r#"{"data":[{"id":"models/m"}]}"#),
                rule("GET /v1beta/openai/models/m", Key::Good, 200, r#"{"id":"models/m"}"#),
                rule(COMPATIBLE, Key::Good, 200, r#"{"model":"m","choices":[{"finish_reason":"length"}]}"#),
            ]
        }),
        vertex().is("Vertex AI", "cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
            const {
            &[
                rule("POST /v1/projects/p/locations/global/publishers/google/models/m:countTokens",
                    Key::Good, 200, r#"{"totalTokens":1}"#),
                rule("POST /v1/projects/p/locations/global/publishers/google/models/m:generateContent",
                    Key::Good, 200, GENERATED),
            ]
        }),
        vertex().bad().is("Vertex AI, with an old token", "cloud.google.com/apis, ErrorReason", const {
            &[rule("POST /v1/projects/p/locations/global/publishers/google/models/m:countTokens", Key::Any,
                401, EXPIRED)]
        }),
        at(Provider::Google, "http://aiplatform.googleapis.com/v1/projects/p/locations/global/endpoints/\
            openapi").model("google/m").is("Vertex AI, like OpenAI",
            "cloud.google.com/vertex-ai/generative-ai/docs/start/openai", const {
            &[
                rule("POST /v1/projects/p/locations/global/publishers/google/models/m:countTokens",
                    Key::Good, 200, r#"{"totalTokens":1}"#),
                rule("POST /v1/projects/p/locations/global/endpoints/openapi/chat/completions", Key::Good,
                    200, r#"{"model":"google/m","choices":[]}"#),
            ]
        }),
        at(Provider::Google, "http://gateway.example").is(
            "a gateway with Gemini's API",
            "ai.google.dev/api/generate-content",
            const {
                &[
                    LISTS[0],
                    LISTS[1],
                    rule("GET /v1beta/models", Key::Other, 400, GEMINI_WRONG),
                    rule(AT, Key::Good, 200, GENERATED),
                ]
            },
        ),
    ]
}

fn amazon() -> Vec<Case> {
    const CALL: &str = "POST /model/m/converse";
    const ASYNC: &str = "GET /async-invoke";
    const MODELS: &str = "GET /foundation-models";
    const LISTED: &str = r#"{"modelSummaries":[{"modelId":"m","outputModalities":["TEXT"],"inferenceTypesSupported":["ON_DEMAND"]}]}"#;
    const AVAILABLE: &str = r#"{"agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}"#;
    const RULES: [Rule; 3] = [
        rule(MODELS, Key::Good, 200, LISTED),
        rule("GET /foundation-model-availability/m", Key::Good, 200, AVAILABLE),
        rule(CALL, Key::Good, 200, CONVERSED).with_body(REAL),
    ];
    let runtime = || at(Provider::Aws, "http://bedrock-runtime.us-east-1.amazonaws.com");
    let control = || at(Provider::Aws, "http://bedrock.us-east-1.amazonaws.com");
    vec![
        runtime().with(pair(ID, GOOD))
            .is("Bedrock, signed, at the runtime",
                "docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html", &RULES),
        control().with(pair(ID, GOOD))
            .is("Bedrock, signed, at the plane that lists",
                "docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html", &RULES),
        runtime().is("Bedrock, with a key",
            "docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html", const {
            &[rule(ASYNC, Key::Good, 200, r#"{"asyncInvokeSummaries":[]}"#), rule(CALL, Key::Good, 200, CONVERSED)
                .with_body(REAL), rule(CALL, Key::Good, 400, r#"{"message":"A conversation must start with a user message."}"#)
                    .with(&[("x-amzn-errortype", "ValidationException")])]
        }),
        control().is("Bedrock, with a key at the plane that lists, which does not travel",
            "docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html", &RULES),
        runtime().truth(Truth::Bad).with(pair(ID, BAD))
            .is("Bedrock, signed with a wrong secret", "docs.aws.amazon.com/IAM, signature errors", const {
            &[rule(MODELS, Key::Any, 403, r#"{"message":"The request signature we calculated does not match the signature you provided."}"#).with(&[("x-amzn-errortype", "InvalidSignatureException")])]
        }),
        runtime().with(pair(ID, GOOD))
            .is("Bedrock, with a model that is not granted",
                "docs.aws.amazon.com/bedrock, troubleshooting-api-error-codes", const {
            &[RULES[0], RULES[1], rule(CALL, Key::Good, 403, r#"{"message":"You don't have access to the model with the specified model ID."}"#).with(DENIED)]
        }),
        at(Provider::Aws, "http://bedrock-mantle.us-east-1.api.aws/v1")
            .is("Bedrock, like OpenAI", "docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html",
                const {
            &[rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"m"}]}"#), rule(CHAT, Key::Good, 200, ANSWER)]
        }),
        at(Provider::Aws, "http://gateway.example").is(
            "a gateway with Bedrock's API",
            "docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
            const { &[RULES[0], rule(MODELS, Key::Other, 403, r#"{"message":"Invalid API key"}"#), RULES[1], RULES[2]] },
        ),
    ]
}

fn gateways() -> Vec<Case> {
    const DEPLOYED: &str = "POST /openai/deployments/d/chat/completions";
    const KEY: &str = r#"{"data":{"limit_remaining":null}}"#;
    let azure = || {
        at(
            Provider::CustomOpenAiCompatible,
            "http://acme.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
        )
        .model("d")
    };
    let router = || at(Provider::OpenRouter, "http://openrouter.ai/api/v1");
    let proxy = || at(Provider::LiteLlmProxy, "http://litellm.example/v1");
    vec![
        azure().is("Azure", "learn.microsoft.com/azure/ai-services/openai/reference", const {
            &[
                rule(DEPLOYED, Key::Good, 200, r#"{"model":"gpt-x","choices":[]}"#).with_body("max_completion_tokens"),
                rule(DEPLOYED, Key::Good, 400, r#"{"error":{"message":"'messages' is a required property","type":"invalid_request_error"}}"#),
            ]
        }),
        azure().is("Azure, with an older model", "learn.microsoft.com/azure/ai-services/openai/reference",
            const {
            &[
                rule(DEPLOYED, Key::Good, 400, r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens","type":"invalid_request_error"}}"#).with_body("max_completion_tokens"),
                rule(DEPLOYED, Key::Good, 200, r#"{"model":"gpt-x","choices":[]}"#).with_body(REAL),
                rule(DEPLOYED, Key::Good, 400, r#"{"error":{"message":"'messages' is a required property","type":"invalid_request_error"}}"#),
            ]
        }),
        router().is("OpenRouter", "openrouter.ai/docs/api-reference/chat-completion", const {
            &[rule("GET /api/v1/key", Key::Good, 200, KEY),
                rule("GET /api/v1/models", Key::Any, 200, MODELS),
                    rule("POST /api/v1/chat/completions", Key::Good, 200, ANSWER)]
        }),
        router().is("OpenRouter, with an error within the answer",
            "openrouter.ai/docs/api-reference/errors", const {
            &[
                rule("GET /api/v1/key", Key::Good, 200, KEY),
                rule("GET /api/v1/models", Key::Any, 200, MODELS),
                rule("POST /api/v1/chat/completions", Key::Good, 200, r#"{"choices":[{"finish_reason":"error","error":{"code":502,"message":"Provider disconnected"}}]}"#),
            ]
        }),
        proxy().is("LiteLLM", "run: LiteLLM 1.106.2", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(LIST, Key::Other, 400, NO_DB),
                rule(CHAT, Key::Good, 200, ANSWER)]
        }),
        proxy().is("LiteLLM, whose own key is refused behind it", "run: LiteLLM 1.106.2", const {
            &[
                rule(LIST, Key::Good, 200, MODELS),
                rule(LIST, Key::Other, 400, NO_DB),
                rule(CHAT, Key::Good, 401, UPSTREAM_REFUSED),
            ]
        }),
        at(Provider::Other, "http://litellm.example/v1").is(
            "LiteLLM that only its response to a wrong key reveals",
            "run: LiteLLM 1.106.2",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 400, NO_DB),
                    rule(CHAT, Key::Good, 401, UPSTREAM_REFUSED),
                ]
            },
        ),
        proxy().is("LiteLLM, limited behind it", "run: LiteLLM 1.106.2", const {
            &[
                rule(LIST, Key::Good, 200, MODELS),
                rule(LIST, Key::Other, 400, NO_DB),
                rule(CHAT, Key::Good, 429, r#"{"error":{"message":"litellm.RateLimitError: RateLimitError: OpenAIException - slow down","type":"throttling_error","param":null,"code":"429"}}"#),
            ]
        }),
        proxy().is("LiteLLM, without a provider behind it", "run: LiteLLM 1.106.2", const {
            &[
                rule(LIST, Key::Good, 200, MODELS),
                rule(LIST, Key::Other, 400, NO_DB),
                rule(CHAT, Key::Good, 500, r#"{"error":{"message":"litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.","type":null,"param":null,"code":"500"}}"#),
            ]
        }),
    ]
}

const UPSTREAM_REFUSED: &str = r#"{"error":{"message":"litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided","type":"authentication_error","param":null,"code":"401"}}"#;
const NO_DB: &str =
    r#"{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}"#;

fn servers() -> Vec<Case> {
    const PROPS: &str = r#"{"default_generation_settings":{},"total_slots":1}"#;
    const TINY: &str = r#"{"object":"list","data":[{"id":"tiny","object":"model","owned_by":"llamacpp"}]}"#;
    let vllm = || at(Provider::Vllm, "http://vllm.example/v1");
    let ollama = || at(Provider::Ollama, "http://ollama.example").keyless();
    let llama = || at(Provider::LlamaCpp, "http://llama.example/v1");
    vec![
        vllm().is("vLLM", "docs.vllm.ai/en/latest/serving/openai_compatible_server", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(LIST, Key::Other, 401, r#"{"error":"Unauthorized"}"#),
                rule(CHAT, Key::Good, 200, ANSWER)]
        }),
        vllm().is("vLLM, whose model has no form for chats",
            "docs.vllm.ai/en/latest/serving/openai_compatible_server", const {
            &[
                rule(LIST, Key::Good, 200, MODELS),
                rule(LIST, Key::Other, 401, r#"{"error":"Unauthorized"}"#),
                rule(CHAT, Key::Good, 400, r#"{"object":"error","message":"As of transformers v4.44, default chat template is no longer allowed, so you must provide a chat template if the tokenizer does not define one.","type":"BadRequestError","param":null,"code":400}"#),
            ]
        }),
        ollama().path("/api/chat").is("Ollama, by its own API", "docs.ollama.com/api/chat", const {
            &[rule("GET /api/tags", Key::Any, 200, r#"{"models":[{"name":"m:latest"}]}"#), rule("POST /api/chat", Key::Any, 200, r#"{"model":"m","message":{"role":"assistant","content":""},"done":true}"#)
                .with_body("num_predict")]
        }),
        ollama().path("/v1/chat/completions")
            .is("Ollama, like OpenAI", "docs.ollama.com/api/openai-compatibility", const {
            &[rule(LIST, Key::Any, 200, r#"{"data":[{"id":"m:latest","owned_by":"library"}]}"#), rule(CHAT, Key::Any, 200, ANSWER)]
        }),
        ollama().path("/v1/chat/completions")
            .is("Ollama, without the model", "docs.ollama.com/api/openai-compatibility", const {
            &[rule(LIST, Key::Any, 200, r#"{"data":[]}"#), rule(CHAT, Key::Any, 404, r#"{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error","param":null,"code":null}}"#)]
        }),
        llama().is("llama-server, with another model", "run: llama-server 0c1e570", const {
            &[
                rule("GET /props", Key::Good, 200, PROPS),
                rule("GET /props", Key::Other, 401, WRONG),
                rule(LIST, Key::Good, 200, TINY),
                rule(CHAT, Key::Good, 200, r#"{"model":"tiny","choices":[]}"#),
            ]
        }),
        llama().bad().is("llama-server that requires no key, with another model",
            "run: llama-server 0c1e570", const {
            &[rule("GET /props", Key::Any, 200, PROPS), rule(LIST, Key::Any, 200, TINY),
                rule(CHAT, Key::Any, 200, r#"{"model":"tiny","choices":[]}"#)]
        }),
        llama().model("tiny").is("llama-server", "run: llama-server 0c1e570", const {
            &[
                rule("GET /props", Key::Good, 200, PROPS),
                rule("GET /props", Key::Other, 401, WRONG),
                rule(LIST, Key::Good, 200, TINY),
                rule(CHAT, Key::Good, 200, r#"{"model":"tiny","choices":[]}"#),
            ]
        }),
    ]
}
