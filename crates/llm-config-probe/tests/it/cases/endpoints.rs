//! Mistyped endpoints: the intended one, and the one to store instead.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"tiny"}]}"#;
const BAD_KEY: &str = r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#;
const HTML: &str = "<!doctype html><html><title>Chat</title></html>";
const LIST_PATH: &str = "GET /v1/models";

pub(super) fn cases() -> Vec<Case> {
    let at = |endpoint: &'static str| Case::at(Provider::CustomOpenAiCompatible, endpoint);
    vec![
        at("http://llm.example/v1/").model("tiny").is(
            "a trailing slash",
            "BerriAI/litellm#8350",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example").model("tiny").is(
            "no `/v1`, and not found without",
            "shy3130/tick-stock-panel#35",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example").bad().is(
            "no `/v1`, a web page without, and a bad key",
            "langfuse/langfuse#7751",
            const { &[rule("GET /models", Key::Any, 200, HTML), rule(LIST_PATH, Key::Any, 401, BAD_KEY)] },
        ),
        at("http://llm.example").is(
            "no `/v1`, and an error with a success",
            "zeenie-ai/OpenCompany#115",
            const { &[rule("GET /models", Key::Any, 200, r#"{"error":"Unexpected endpoint or method. (GET /models)"}"#), rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        at("http://llm.example").is(
            "no API with or without `/v1`",
            "nearai/ironclaw#6099",
            const { &[rule("GET /models", Key::Any, 200, HTML), rule(LIST_PATH, Key::Any, 200, HTML)] },
        ),
        at("http://llm.example").model("tiny").path("/v1/chat/completions").is(
            "the version in the API path, which is as good",
            "provider-probing §4",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1").model("tiny").path("/v1/chat/completions").is(
            "the version in both",
            "AgentsKit-io/agentskit#1009",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1/v1").is(
            "the version twice",
            "nbramia/LifeOS#708",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1/chat/completions").model("tiny").is(
            "the full address of calls",
            "danny-avila/LibreChat#1626",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1/chat/completions").path("/").model("tiny").is(
            "the full address of calls, with an API path that adds nothing",
            "danny-avila/LibreChat#1626",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1/models").bad().is(
            "the full address of the list, and a bad key",
            "directus/directus#27141",
            const { &[rule(LIST_PATH, Key::Any, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1/chat/completions").is(
            "the full address of calls while the server has trouble",
            "danny-avila/LibreChat#1626",
            const { &[rule(LIST_PATH, Key::Any, 500, "")] },
        ),
        at("http://llm.example/v1/chat/completions?tenant=a").is(
            "the full address of calls with a query, which stays",
            "intuitem/ciso-assistant-community#4610",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example").is(
            "a redirect that adds the version",
            "open-webui/open-webui#16749",
            const {
                &[
                    rule("GET /models", Key::Any, 308, "").with(&[("location", "/v1/models")]),
                    rule("POST /chat/completions", Key::Any, 308, "")
                        .with(&[("location", "/v1/chat/completions")]),
                ]
            },
        ),
        at("http://llm.example/v1").is(
            "a redirect to something else than HTTP",
            "RFC 9110 §15.4.3",
            const { &[rule(LIST_PATH, Key::Any, 302, "")
                .with(&[("location", "ftp://llm.example/v1/models")])] },
        ),
        at("http://platform.openai.com/api-keys").is(
            "the vendor's page where keys are made",
            "platform.openai.com",
            const { &[rule("GET /api-keys/models", Key::Any, 200, HTML)] },
        ),
        at("http://aistudio.google.com/apikey").is(
            "Google's page where keys are made",
            "aistudio.google.com",
            &[],
        ),
        at("http://llm.example").model("tiny").is(
            "no list anywhere, so that no request is left for the control",
            "provider-probing §2.1: three requests",
            const { &[rule("POST /chat/completions", Key::Any, 400, r#"{"error":{"message":"'messages' is required"}}"#)] },
        ),
        at("http://llm.example").model("nosuch").is(
            "no `/v1`, so that no request is left for the model",
            "provider-probing §2.1: three requests",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1").model("tiny").deep(Depth::Reach).is(
            "only whether something is there",
            "provider-probing §2.1",
            const { &[rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        at("http://llm.example/v1").deep(Depth::Reach).is(
            "only whether something is there, and it is a web page",
            "langfuse/langfuse#7751",
            const { &[rule(LIST_PATH, Key::Any, 200, HTML)] },
        ),
    ]
}

#[tokio::test]
async fn check_of_mistyped_endpoint_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
