//! `VLLM`.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"/data/Qwen3-8B","object":"model","owned_by":"vllm","root":"/data/Qwen3-8B","max_model_len":32768}]}"#;
const UNAUTHORIZED: &str = r#"{"error":"Unauthorized"}"#;
const LIST_PATH: &str = "GET /v1/models";

pub(super) fn cases() -> Vec<Case> {
    let at = |endpoint: &'static str| Case::at(Provider::Vllm, endpoint);
    let server = || at("http://vllm.example/v1");
    vec![
        server().model("/data/Qwen3-8B").is(
            "a good key, and a model whose name is a path",
            "QwenLM/Qwen-Agent#110",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST),
                rule(LIST_PATH, Key::Other, 401, UNAUTHORIZED)] },
        ),
        server().bad().is(
            "a bad key, refused by a text where others have an object",
            "vllm/entrypoints/serve/utils/server_utils.py",
            const { &[rule(LIST_PATH, Key::Any, 401, UNAUTHORIZED)] },
        ),
        server().keyless().is(
            "no key where one is wanted",
            "vllm/entrypoints/serve/utils/server_utils.py",
            const { &[rule(LIST_PATH, Key::Any, 401, UNAUTHORIZED)] },
        ),
        server().keyless().model("/data/Qwen3-8B").is(
            "no key where none is wanted",
            "docs.vllm.ai/en/latest/usage/security",
            const { &[rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        server().bad().model("/data/Qwen3-8B").is(
            "a key where none is wanted",
            "docs.vllm.ai/en/latest/usage/security",
            const { &[rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        server().model("Qwen3-8B").is(
            "a model by a name that it is not served under",
            "vllm-project/vllm#3485",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST),
                rule(LIST_PATH, Key::Other, 401, UNAUTHORIZED)] },
        ),
        server().keyless().model("Qwen3-8B").is(
            "a model by a wrong name, and no list: the flat error of older versions",
            "vllm-project/vllm#3485",
            const { &[rule("POST /v1/chat/completions", Key::Any, 404, r#"{"object":"error","message":"The model `Qwen3-8B` does not exist.","type":"NotFoundError","param":null,"code":404}"#)] },
        ),
        at("http://vllm.example").bad().is(
            "no `/v1`, and a bad key",
            "vllm/entrypoints/serve/utils/server_utils.py",
            const { &[rule("GET /models", Key::Any, 404, r#"{"detail":"Not Found"}"#), rule(LIST_PATH, Key::Any, 401, UNAUTHORIZED)] },
        ),
        server().is(
            "a limit of a proxy in front",
            "provider-probing §1: an unknown gateway may count before it looks",
            const { &[rule(LIST_PATH, Key::Any, 429, "Too Many Requests")] },
        ),
        server().is(
            "trouble",
            "RFC 9110 §15.6.3",
            const { &[rule(LIST_PATH, Key::Any, 502, "Bad Gateway")] },
        ),
        server().is(
            "a web page",
            "langfuse/langfuse#7751",
            const { &[rule(LIST_PATH, Key::Any, 200, "<html><body>It works!</body></html>")] },
        ),
        server().is(
            "a redirect to TLS",
            "RFC 9110 §15.4.9",
            const { &[rule(LIST_PATH, Key::Any, 301, "")
                .with(&[("location", "https://vllm.example/v1/models")])] },
        ),
    ]
}

#[tokio::test]
async fn check_at_vllm_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
