//! Models that a list contains under another spelling, or covers.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const WRONG: &str =
    r#"{"error":{"message":"Invalid API key","type":"invalid_request_error","code":"invalid_api_key"}}"#;
const LIST: &str = "GET /v1/models";
const CHAT: &str = "POST /v1/chat/completions";

pub(super) fn table() -> Vec<Reported> {
    [google(), ollama(), llama(), routers(), gateways(), neighbours()].into_iter().flatten().collect()
}

/// The calls of a model whose name this list has in another spelling.
fn verified(case: Case) -> Reported {
    right(case, Reason::Ok, "yes").model("verified")
}

/// The list leaves open whether calls take the name.
fn open(case: Case) -> Reported {
    right(case, Reason::Depth, "unknown").model("unverifiable")
}

fn google() -> Vec<Reported> {
    const LISTED: &str = r#"{"object":"list","data":[{"id":"models/gemini-2.5-flash","object":"model","owned_by":"google"},{"id":"models/gemini-2.5-pro","object":"model","owned_by":"google"}]}"#;
    const DESCRIBED: &str = r#"{"id":"models/gemini-2.5-flash","object":"model","owned_by":"google"}"#;
    const INVALID: &str = r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}]"#;
    const FORMAT: &str = r#"[{"error":{"code":400,"message":"* GenerateContentRequest.model: unexpected model name format","status":"INVALID_ARGUMENT"}}]"#;
    const COMPLETION: &str =
        r#"{"model":"gemini-2.5-flash","choices":[{"message":{"content":"Hi"},"finish_reason":"length"}]}"#;
    const RULES: &[Rule] = &[
        rule("*", Key::Other, 400, INVALID),
        rule("GET /v1beta/openai/models", Key::Good, 200, LISTED),
        rule("GET /v1beta/openai/models/gemini-2.5-flash", Key::Good, 200, DESCRIBED),
        rule("POST /v1beta/openai/chat/completions", Key::Good, 400, FORMAT).with_body("models/gemini"),
        rule("POST /v1beta/openai/chat/completions", Key::Good, 200, COMPLETION).with_body("\"messages\""),
    ];
    let source = "OpenCoworkAI/open-codesign#186, EKKOLearnAI/hermes-studio#1510";
    let at = |provider| Case::at(provider, "http://generativelanguage.googleapis.com/v1beta/openai");
    let custom = || at(Provider::CustomOpenAiCompatible);
    vec![
        verified(custom().model("gemini-2.5-flash").is("Gemini's list has a prefix", source, RULES))
            .ping(Reason::Ok),
        verified(at(Provider::Google).model("gemini-2.5-flash").is("the same as Google", source, RULES)),
        open(custom().model("models/gemini-2.5-flash").is(
            "a name with the prefix of the list",
            source,
            RULES,
        )),
        right(
            at(Provider::Google).model("models/gemini-2.5-flash").is("the same as Google's", source, RULES),
            Reason::Depth,
            "unknown",
        ),
    ]
}

fn ollama() -> Vec<Reported> {
    const LISTED: &str = r#"{"object":"list","data":[{"id":"qwen3:8b","object":"model","owned_by":"library"},{"id":"llama3.1:latest","object":"model","owned_by":"library"}]}"#;
    const COMPLETION: &str =
        r#"{"model":"Qwen3:8B","choices":[{"message":{"content":"Hi"},"finish_reason":"length"}]}"#;
    const RULES: &[Rule] =
        &[rule(LIST, Key::Any, 200, LISTED), rule(CHAT, Key::Any, 200, COMPLETION).with_body("\"messages\"")];
    let server = || Case::at(Provider::Ollama, "http://ollama.example/v1").keyless();
    let source = "ollama/ollama#336, ollama/ollama#6783";
    vec![
        verified(server().model("Qwen3:8B").is("Ollama, with capital letters", source, RULES))
            .ping(Reason::Ok),
        verified(server().model("Qwen3:8B").deep(Depth::Inference).is(
            "the same, with a call",
            source,
            RULES,
        )),
        verified(server().model("Llama3.1").is("Ollama, with capital letters and no tag", source, RULES)),
        verified(server().model("library/llama3.1").is(
            "Ollama, with the name of its library",
            "ollama/ollama: types/model/name.go, defaultNamespace",
            RULES,
        )),
        verified(
            Case::at(Provider::CustomOpenAiCompatible, "http://ollama.example/v1")
                .keyless()
                .model("Qwen3:8B")
                .is("a custom server that turns out to be Ollama", source, RULES),
        ),
        right(
            server().model("qwen3:4b").is("Ollama, without this tag", source, RULES),
            Reason::ModelNotFound,
            "no",
        )
        .model("not_found"),
    ]
}

fn llama() -> Vec<Reported> {
    const PROPS: &str = r#"{"default_generation_settings":{"params":{}},"total_slots":1}"#;
    const ALIASES: &str = r#"{"object":"list","data":[{"id":"ggml-org/gemma-4-26B-A4B-it-GGUF:Q4_0","aliases":["gemma4"],"object":"model","owned_by":"llamacpp"}]}"#;
    const ROUTER: &str = r#"{"role":"router","default_generation_settings":{"params":{}},"total_slots":0}"#;
    const SEVERAL: &str = r#"{"object":"list","data":[{"id":"ggml-org/gemma-4-26B-A4B-it-GGUF:Q4_0","aliases":[],"object":"model","owned_by":"llamacpp","status":{"value":"unloaded"}},{"id":"LFM2.5-8B-A1B-GGUF","aliases":["lfm"],"object":"model","owned_by":"llamacpp","status":{"value":"loaded"}}]}"#;
    const MISSING: &str =
        r#"{"error":{"code":400,"message":"model not found","type":"invalid_request_error"}}"#;
    const COMPLETION: &str =
        r#"{"model":"gemma4","choices":[{"message":{"content":"Hi"},"finish_reason":"length"}]}"#;
    const ROUTER_RULES: &[Rule] = &[
        rule("GET /props", Key::Any, 200, ROUTER),
        rule(LIST, Key::Any, 200, SEVERAL),
        rule(CHAT, Key::Any, 400, MISSING),
    ];
    let server = || Case::at(Provider::LlamaCpp, "http://llama.example/v1").keyless();
    vec![
        verified(server().model("gemma4").is(
            "an alias of llama-server",
            "zed-industries/zed#64488",
            const {
                &[
                    rule("GET /props", Key::Any, 200, PROPS),
                    rule(LIST, Key::Any, 200, ALIASES),
                    rule(CHAT, Key::Any, 200, COMPLETION).with_body("\"messages\""),
                ]
            },
        ))
        .ping(Reason::Ok),
        verified(server().model("lfm").is("an alias of a router", "ggml-org/llama.cpp#20320", ROUTER_RULES)),
        right(
            server().model("claude-sonnet-4-5").is(
                "a name that llama-server with several models refuses",
                "ggml-org/llama.cpp#17968",
                ROUTER_RULES,
            ),
            Reason::ModelNotFound,
            "no",
        )
        .model("not_found"),
        right(
            Case::at(Provider::CustomOpenAiCompatible, "http://llama.example/v1")
                .keyless()
                .model("claude-sonnet-4-5")
                .is(
                    "the same as a custom server, without its properties",
                    "ggml-org/llama.cpp#17968",
                    const { &[rule(LIST, Key::Any, 200, SEVERAL), rule(CHAT, Key::Any, 400, MISSING)] },
                ),
            Reason::ModelNotFound,
            "no",
        )
        .model("not_found"),
        right(
            server().model("claude-sonnet-4-5").is(
                "llama-server of one model",
                "ggml-org/llama.cpp#14352",
                const { &[rule("GET /props", Key::Any, 200, PROPS), rule(LIST, Key::Any, 200, ALIASES)] },
            ),
            Reason::ModelNotFound,
            "unknown",
        ),
    ]
}

fn routers() -> Vec<Reported> {
    const KEY: &str = r#"{"data":{"label":"hunt","limit_remaining":null,"is_free_tier":false}}"#;
    const NO_KEY: &str = r#"{"error":{"message":"No auth credentials found","code":401}}"#;
    const LISTED: &str =
        r#"{"data":[{"id":"x-ai/grok-4.6","context_length":131072},{"id":"z-ai/glm-4.5-air:free"}]}"#;
    const NO_MODEL: &str = r#"{"error":{"message":"Model nosuch/model does not exist","code":404}}"#;
    const OPEN_ROUTER: &[Rule] = &[
        rule("GET /api/v1/key", Key::Good, 200, KEY),
        rule("*", Key::Other, 401, NO_KEY),
        rule("GET /api/v1/models", Key::Any, 200, LISTED),
        rule("GET /api/v1/models/nosuch/model:nitro/endpoints", Key::Any, 404, NO_MODEL),
        rule("GET /api/v1/models/z-ai/glm-4.5-air:free:nitro/endpoints", Key::Any, 404, NO_MODEL),
        rule(
            "POST /api/v1/chat/completions",
            Key::Good,
            200,
            r#"{"model":"x-ai/grok-4.6","choices":[{"message":{"content":"Hi"}}]}"#,
        ),
    ];
    const ROUTED: &str = r#"{"object":"list","data":[{"id":"MiniMaxAI/MiniMax-M2.7","object":"model"}]}"#;
    const HUGGING_FACE: &[Rule] = &[
        rule(LIST, Key::Any, 200, ROUTED),
        rule(CHAT, Key::Other, 401, r#"{"error":"Invalid credentials in Authorization header"}"#),
        rule(
            CHAT,
            Key::Good,
            200,
            r#"{"model":"MiniMaxAI/MiniMax-M2.7","choices":[{"message":{"content":"Hi"}}]}"#,
        )
        .with_body("\"messages\""),
        rule(
            CHAT,
            Key::Good,
            400,
            r#"{"error":{"message":"'messages' is a required property","type":"invalid_request_error","param":null,"code":null}}"#,
        ),
    ];
    let open_router = || Case::at(Provider::OpenRouter, "http://openrouter.ai/api/v1");
    let hugging_face = || Case::at(Provider::CustomOpenAiCompatible, "http://router.huggingface.co/v1");
    let variants = "openrouter.ai/docs/guides/routing/model-variants/overview";
    vec![
        open(open_router().model("@preset/hunt").is(
            "a preset of OpenRouter",
            "NousResearch/hermes-agent#99633",
            OPEN_ROUTER,
        ))
        .credential("verified")
        .ping(Reason::Ok),
        verified(open_router().model("x-ai/grok-4.6:nitro").is(
            "a routing variant",
            "NousResearch/hermes-agent#94103",
            OPEN_ROUTER,
        ))
        .ping(Reason::Ok),
        right(
            open_router().model("z-ai/glm-4.5-air:free:nitro").is(
                "two suffixes, which OpenRouter refuses",
                "plandex-ai/plandex#268",
                OPEN_ROUTER,
            ),
            Reason::ModelNotFound,
            "no",
        )
        .model("not_found"),
        right(
            open_router().model("nosuch/model:nitro").is("a variant of no model", variants, OPEN_ROUTER),
            Reason::ModelNotFound,
            "no",
        )
        .model("not_found"),
        right(
            hugging_face().model("MiniMaxAI/MiniMax-M2.7:fastest").deep(Depth::Inference).is(
                "a policy at Hugging Face's router",
                "huggingface/ml-intern#51",
                HUGGING_FACE,
            ),
            Reason::Ok,
            "yes",
        )
        .model("verified")
        .ping(Reason::Ok),
        right(
            Case::at(Provider::CustomOpenAiCompatible, "http://router.example/v1")
                .model("MiniMaxAI/MiniMax-M2.7:fireworks-ai")
                .deep(Depth::Inference)
                .is("a provider behind the name at another host", "huggingface/ml-intern#51", HUGGING_FACE),
            Reason::Ok,
            "yes",
        )
        .ping(Reason::Ok),
    ]
}

/// A list, guarded by its key, and a refusal of requests for one model.
macro_rules! gateway {
    ($list:expr) => {
        const {
            &[
                rule(LIST, Key::Good, 200, $list),
                rule("*", Key::Other, 401, WRONG),
                rule("*", Key::Good, 404, r#"{"error":{"message":"The model does not exist","type":"invalid_request_error","code":"model_not_found"}}"#)
                    .without_body("\"messages\""),
                rule(CHAT, Key::Good, 200, r#"{"choices":[{"message":{"content":"Hi"}}]}"#),
            ]
        }
    };
}

fn gateways() -> Vec<Reported> {
    let at = |endpoint| Case::at(Provider::CustomOpenAiCompatible, endpoint);
    let gateway = || at("http://gateway.example/v1");
    let ark = || at("http://ark.cn-beijing.volces.com/api/v3").path("/chat/completions");
    let lite_llm = || Case::at(Provider::LiteLlmProxy, "http://litellm.example/v1");
    let open = |case| open(case).credential("verified").ping(Reason::Ok);
    vec![
        open(lite_llm().model("openai/gpt-4.1").is(
            "a wildcard of LiteLLM",
            "BerriAI/litellm#13752",
            gateway!(r#"{"data":[{"id":"openai/*","object":"model"},{"id":"anthropic/*","object":"model"}]}"#),
        )),
        open(gateway().model("deepseek-ai/deepseek-v4-flash").is(
            "another case than the list's",
            "Laisky/one-api#352",
            gateway!(r#"{"data":[{"id":"deepseek-ai/DeepSeek-V4-Flash","object":"model"}]}"#),
        )),
        open(gateway().model("gpt-4o").is(
            "a vendor in front of listed names",
            "decolua/9router#1183",
            gateway!(r#"{"data":[{"id":"openai/gpt-4o","object":"model"}]}"#),
        )),
        open(at("http://api.fireworks.ai/inference/v1").path("/chat/completions").model("deepseek-v3p1").is(
            "a short name at Fireworks",
            "docs.fireworks.ai: accounts/fireworks/models",
            const {
                &[
                    rule("GET /inference/v1/models", Key::Good, 200, r#"{"data":[{"id":"accounts/fireworks/models/deepseek-v3p1","object":"model"}]}"#),
                    rule("*", Key::Other, 401, WRONG),
                    rule("POST /inference/v1/chat/completions", Key::Good, 200, r#"{"choices":[{"message":{"content":"Hi"}}]}"#),
                    rule("*", Key::Good, 404, r#"{"error":{"message":"Model not found, inaccessible, and/or not deployed","code":"NOT_FOUND"}}"#),
                ]
            },
        )),
        open(gateway().model("@openai-prod/gpt-4o").is(
            "a provider of Portkey's catalogue",
            "mlflow/mlflow#22830",
            gateway!(r#"{"data":[{"id":"gpt-4o","object":"model"},{"id":"claude-sonnet-4","object":"model"}]}"#),
        )),
        open(gateway().model("ft:gpt-4o-mini-2024-07-18:org::abc").is(
            "a fine-tuned model behind a gateway",
            "platform.openai.com/docs/guides/fine-tuning",
            gateway!(r#"{"data":[{"id":"gpt-4o-mini","object":"model"}]}"#),
        )),
        open(gateway().model("us.anthropic.claude-sonnet-4").is(
            "a region of Bedrock in front",
            "docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html",
            gateway!(r#"{"data":[{"id":"anthropic.claude-sonnet-4","object":"model"}]}"#),
        )),
        open(ark().model("ep-20250101-abcde").is(
            "an endpoint of Ark",
            "www.volcengine.com/docs/82379/1099522",
            const {
                &[
                    rule("GET /api/v3/models", Key::Good, 200, r#"{"data":[{"id":"doubao-seed-1-6-250615","object":"model"}]}"#),
                    rule("*", Key::Other, 401, WRONG),
                    rule("POST /api/v3/chat/completions", Key::Good, 200, r#"{"choices":[{"message":{"content":"Hi"}}]}"#),
                ]
            },
        )),
        verified(at("http://api.mistral.ai/v1").model("ministral-3b-latest").is(
            "an alias of Mistral",
            "simonw/llm-mistral#23",
            const {
                &[
                    rule(LIST, Key::Good, 200, r#"{"object":"list","data":[{"id":"ministral-3b-2410","object":"model","aliases":["ministral-3b-latest"]}]}"#),
                    rule("*", Key::Other, 401, r#"{"detail":"Unauthorized"}"#),
                ]
            },
        ))
        .credential("verified"),
    ]
}

/// Names that are missing, however similar others are.
fn neighbours() -> Vec<Reported> {
    let gateway = || Case::at(Provider::CustomOpenAiCompatible, "http://gateway.example/v1");
    let missing = |case| right(case, Reason::ModelNotFound, "no").model("not_found");
    vec![
        missing(Case::at(Provider::Vllm, "http://vllm.example/v1").model("qwen/qwen3-32b").is(
            "vLLM, which compares the case of letters",
            "InternLM/lmdeploy#4225",
            gateway!(
                r#"{"object":"list","data":[{"id":"Qwen/Qwen3-32B","object":"model","owned_by":"vllm"}]}"#
            ),
        )),
        missing(gateway().model("gpt-4-0314").is(
            "a retired date of a listed model",
            "platform.openai.com/docs/deprecations",
            gateway!(r#"{"data":[{"id":"gpt-4","object":"model"}]}"#),
        )),
        missing(gateway().model("gpt-4o-mini").is(
            "a listed name that is longer",
            "platform.openai.com/docs/models",
            gateway!(r#"{"data":[{"id":"gpt-4o","object":"model"}]}"#),
        )),
        missing(gateway().model("openai/gpt-4.1").is(
            "a wildcard for other names",
            "BerriAI/litellm#13752",
            gateway!(r#"{"data":[{"id":"anthropic/*","object":"model"}]}"#),
        )),
    ]
}

#[tokio::test]
async fn model_of_another_spelling_is_not_missing() {
    check(table()).await;
}
