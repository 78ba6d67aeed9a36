//! Paths of servers and gateways at any host, where an API may lie below every path.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::{LIST, NO_MESSAGES, NOT_FOUND, Reported, TAGS, WRONG, custom, pasted};
use crate::support::{Case, Key, Rule, rule};

const OLLAMA: &str =
    r#"{"object":"list","data":[{"id":"llama3.2:latest","object":"model","owned_by":"library"}]}"#;
const LLAMA_NOT_FOUND: &str = r#"{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}"#;
const LM_STUDIO: &str = r#"{"error":"Unexpected endpoint or method. (POST /api/v1/chat/chat/completions)"}"#;
const INVALID_URL: &str = r#"{"error":{"message":"Invalid URL (POST /v1/images/generations/chat/completions)","type":"invalid_request_error","param":null,"code":null}}"#;
const DATABRICKS: &str = r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found for 'POST /serving-endpoints/m/invocations/chat/completions'"}"#;
const CLOUDFLARE: &str = r#"{"success":false,"errors":[{"code":7000,"message":"No route for that URI"}],"messages":[],"result":null}"#;
/// Lists for genuine keys below `v1`.
const V1: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("GET /v1/models", Key::Other, 401, WRONG),
    rule("*", Key::Any, 404, NOT_FOUND),
];
const LIST_OF_OLLAMA: &[Rule] = &[
    rule("GET /v1/models", Key::Any, 200, OLLAMA),
    rule("GET /api/tags", Key::Any, 200, TAGS),
    rule("POST /v1/chat/completions", Key::Any, 400, NO_MESSAGES),
];

pub(super) fn table() -> Vec<Reported> {
    let ollama = |endpoint: &'static str| Case::at(Provider::Ollama, endpoint).keyless().model("llama3.2");
    vec![
        pasted(
            ollama("http://ollama.example/api/chat").is(
                "Ollama's own request",
                "Dodelidoo-Labs/sonobarr#40, microsoft/foundry-dev-tools#114",
                LIST_OF_OLLAMA,
            ),
            "/v1",
        )
        .credential("not_required"),
        pasted(
            ollama("http://ollama.example/api").is(
                "the base of Ollama's own API",
                "docs.ollama.com/api/introduction",
                LIST_OF_OLLAMA,
            ),
            "/v1",
        ),
        pasted(
            Case::at(Provider::OpenAi, "http://ollama.example/API/generate/").keyless().model("llama3.2").is(
                "Ollama's request in a configuration for OpenAI, in capital letters",
                "Cerlancism/chatgpt-subtitle-translator#55",
                LIST_OF_OLLAMA,
            ),
            "/v1",
        ),
        pasted(
            ollama("http://ollama.example/api/tags").deep(Depth::Inference).is(
                "Ollama's list at depth inference",
                "skye-harris/hass_local_openai_llm#15",
                LIST_OF_OLLAMA,
            ),
            "/v1",
        ),
        pasted(
            custom("http://llm.example/generate_stream").is(
                "Text Generation Inference's stream",
                "huggingface/huggingface.js#216",
                V1,
            ),
            "/v1",
        )
        .credential("verified"),
        pasted(
            custom("http://llm.example/v1/generate").bad().is(
                "vLLM's older request, and a bad key",
                "bentoml/OpenLLM#449",
                V1,
            ),
            "/v1",
        )
        .credential("rejected"),
        pasted(
            Case::at(Provider::LlamaCpp, "http://llama.example/completion").model("m").is(
                "llama-server's own request",
                "letta-ai/letta#1856",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("GET /v1/models", Key::Other, 401, WRONG),
                        rule("*", Key::Any, 404, LLAMA_NOT_FOUND),
                    ]
                },
            ),
            "/v1",
        )
        .credential("verified"),
        pasted(
            custom("http://llm.example/api/v1/chat").keyless().is(
                "LM Studio's own request",
                "lmstudio-ai/lmstudio-bug-tracker#618, awaescher/OllamaSharp#356",
                const { &[rule("GET /v1/models", Key::Any, 200, LIST), rule("*", Key::Any, 200, LM_STUDIO)] },
            ),
            "/v1",
        ),
        pasted(
            custom("http://webui.example/api/chat/completions").is(
                "Open WebUI's request",
                "ITSpecialist111/ai_automation_suggester#122, open-webui/open-webui#8317",
                const {
                    &[
                        rule("GET /api/models", Key::Good, 200, LIST),
                        rule("GET /api/models", Key::Other, 401, r#"{"detail":"Not authenticated"}"#),
                        rule("*", Key::Any, 405, r#"{"detail":"Method Not Allowed"}"#),
                    ]
                },
            ),
            "/api",
        )
        .credential("verified"),
        pasted(
            custom("http://llm.example/v1/images/generations").is(
                "a request for images",
                "yym68686/ChatGPT-Telegram-Bot#108",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("GET /v1/models", Key::Other, 401, WRONG),
                        rule("*", Key::Any, 404, INVALID_URL),
                    ]
                },
            ),
            "/v1",
        )
        .credential("verified"),
        pasted(
            custom("http://llm.example/V1/Chat/Completions").is(
                "a request in capital letters",
                "intuitem/ciso-assistant-community#4610",
                V1,
            ),
            "/v1",
        )
        .credential("verified"),
        pasted(
            custom("http://llm.example/v1/v1beta").is(
                "two versions at a gateway",
                "SailingLoong/LoongPort#55",
                V1,
            ),
            "/v1",
        )
        .credential("verified"),
        pasted(custom("http://llm.example/v1/chat").is("half of a request", "hkr04/cpp-mcp#20", V1), "/v1")
            .credential("verified"),
        pasted(
            custom("http://adb.example/serving-endpoints/m/invocations").is(
                "a request of Databricks, whose list is elsewhere",
                "AlbertRapp/tidychatmodels#20",
                const { &[rule("*", Key::Any, 404, DATABRICKS)] },
            ),
            "/serving-endpoints",
        ),
        pasted(
            custom("http://gateway.example/client/v4/accounts/a/ai/run/@cf/meta/llama-3.1-8b-instruct").is(
                "a request of Workers AI, which has no list",
                "chatboxai/chatbox#1630, sigoden/aichat#821",
                const { &[rule("*", Key::Any, 404, CLOUDFLARE)] },
            ),
            "/client/v4/accounts/a/ai/v1",
        ),
    ]
}
