//! `OLLAMA`: one's own server and the vendor's cloud.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"llama3.2:latest","object":"model","created":1,"owned_by":"library"}]}"#;
const TAGS: &str = r#"{"models":[{"name":"llama3.2:latest","model":"llama3.2:latest","size":1}]}"#;
const CLOUD: &str =
    r#"{"object":"list","data":[{"id":"gpt-oss:120b","object":"model","owned_by":"library"}]}"#;
const LIST_PATH: &str = "GET /v1/models";
const CHAT: &str = "POST /v1/chat/completions";
const NO_MESSAGES: &str = r#"{"error":{"message":"[] is too short - 'messages'","type":"invalid_request_error","param":null,"code":null}}"#;
const UNAUTHORIZED: &str =
    r#"{"error":{"message":"unauthorized","type":"authentication_error","param":null,"code":null}}"#;

pub(super) fn cases() -> Vec<Case> {
    let at = |endpoint: &'static str| Case::at(Provider::Ollama, endpoint);
    let own = || at("http://ollama.example/v1");
    let cloud = || at("http://ollama.com/v1");
    vec![
        own().keyless().model("llama3.2").is(
            "no key, and a model by its implicit tag",
            "docs.ollama.com/api/openai-compatibility",
            const { &[rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        own().bad().model("llama3.2:latest").is(
            "a key that is not checked",
            "docs.ollama.com/api/authentication",
            const { &[rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        own().keyless().model("qwen3").is(
            "a model that was not pulled",
            "docs.ollama.com/api/tags",
            const { &[rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        own().model("llama3.2").is(
            "a proxy in front that looks at keys",
            "bartolli/ollama-bearer-auth-caddy#2",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 403, "")] },
        ),
        own().bad().is(
            "a proxy in front that refuses without a word",
            "bartolli/ollama-bearer-auth-caddy#2",
            const { &[rule(LIST_PATH, Key::Any, 403, "")] },
        ),
        at("http://ollama.example").keyless().model("llama3.2").is(
            "the root, with calls that need `/v1`",
            "docs.ollama.com/api/openai-compatibility",
            const {
                &[
                    rule("GET /models", Key::Any, 404, "404 page not found"),
                    rule(LIST_PATH, Key::Any, 200, LIST),
                ]
            },
        ),
        at("http://ollama.example").keyless().model("llama3.2").path("/api/chat").is(
            "Ollama's own API",
            "docs.ollama.com/api/tags",
            const { &[rule("GET /api/tags", Key::Any, 200, TAGS)] },
        ),
        at("http://ollama.example/api").keyless().model("qwen3").path("/chat").is(
            "Ollama's own API, and a model that was not pulled",
            "docs.ollama.com/api/tags",
            const { &[rule("GET /api/tags", Key::Any, 200, TAGS)] },
        ),
        at("http://ollama.example").keyless().path("/v1/chat/completions").is(
            "the root, with `/v1` in the API path",
            "docs.ollama.com/api/openai-compatibility",
            const { &[rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        own().is(
            "a limit of a proxy in front",
            "provider-probing §1: an unknown gateway may count before it looks",
            const { &[rule(LIST_PATH, Key::Any, 429, "")] },
        ),
        own().keyless().model("llama3.2").is(
            "no list",
            "FerroxLabs/wayland#339",
            const { &[rule(CHAT, Key::Any, 400, NO_MESSAGES)] },
        ),
        own().is("trouble", "RFC 9110 §15.6.1", const { &[rule(LIST_PATH, Key::Any, 500, "")] }),
        own().is(
            "a web page",
            "open-webui/open-webui#16749",
            const { &[rule(LIST_PATH, Key::Any, 200, "<!doctype html><title>Open WebUI</title>")] },
        ),
        own().is(
            "a redirect to another path of the same host",
            "open-webui/open-webui#16749",
            const { &[rule(LIST_PATH, Key::Any, 301, "").with(&[("location", "/ollama/v1/models")])] },
        ),
        cloud().model("gpt-oss:120b").is(
            "the cloud and a good key",
            "heypinchy/pinchy#154",
            const { &[rule(CHAT, Key::Good, 400, NO_MESSAGES), rule(LIST_PATH, Key::Any, 200, CLOUD)] },
        ),
        cloud().bad().model("gpt-oss:120b").is(
            "the cloud and a bad key, in front of a public list",
            "steipete/CodexBar#1940",
            const { &[rule(CHAT, Key::Any, 401, UNAUTHORIZED), rule(LIST_PATH, Key::Any, 200, CLOUD)] },
        ),
        cloud().keyless().is(
            "the cloud and no key",
            "heypinchy/pinchy#154",
            const { &[rule(CHAT, Key::Any, 401, UNAUTHORIZED), rule(LIST_PATH, Key::Any, 200, CLOUD)] },
        ),
        at("http://ollama.com").model("gpt-oss:120b").is(
            "the cloud without `/v1`",
            "docs.ollama.com/cloud",
            const { &[rule(CHAT, Key::Good, 400, NO_MESSAGES), rule(LIST_PATH, Key::Any, 200, CLOUD)] },
        ),
        cloud().model("nosuch").is(
            "the cloud and a model that it has not",
            "docs.ollama.com/cloud",
            const { &[rule(CHAT, Key::Good, 400, NO_MESSAGES), rule(LIST_PATH, Key::Any, 200, CLOUD)] },
        ),
    ]
}

#[tokio::test]
async fn check_at_ollama_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
