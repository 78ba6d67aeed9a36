//! Whole request URLs, of the vendors' own APIs too, in the place of a base URL.

mod servers;
mod vendors;

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API Key","code":"invalid_api_key"}}"#;
const NO_MESSAGES: &str = r#"{"error":{"message":"'messages' is required","type":"invalid_request_error"}}"#;
const TAGS: &str = r#"{"models":[{"name":"llama3.2:latest","model":"llama3.2:latest"}]}"#;
const GEMINI: &str = r#"{"models":[{"name":"models/gemini-2.5-flash"}]}"#;
const GEMINI_MODEL: &str =
    r#"{"name":"models/gemini-2.5-flash","supportedGenerationMethods":["generateContent"]}"#;
const GOOGLE_PAGE: &str =
    "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p>That's an error.</html>";
const NOT_FOUND: &str = r#"{"detail":"Not Found"}"#;
const GEMINI_RULES: &[Rule] = &[
    rule("GET /v1beta/models", Key::Good, 200, GEMINI),
    rule("GET /v1beta/models/gemini-2.5-flash", Key::Good, 200, GEMINI_MODEL),
    rule(
        "GET /v1beta/openai/models",
        Key::Good,
        200,
        r#"{"object":"list","data":[{"id":"models/gemini-2.5-flash"}]}"#,
    ),
    rule("*", Key::Any, 404, GOOGLE_PAGE).with(&[("content-type", "text/html; charset=UTF-8")]),
];

/// The path of a request is stored, and the API lies at `path`.
fn pasted(case: Case, path: &'static str) -> Reported {
    right(case, Reason::WrongBasePath, "no").suggests(path).ping(Reason::WrongBasePath)
}

fn custom(endpoint: &'static str) -> Case {
    Case::at(Provider::CustomOpenAiCompatible, endpoint).model("m")
}

pub(super) fn table() -> Vec<Reported> {
    [vendors::table(), servers::table(), neighbours()].into_iter().flatten().collect()
}

/// What looks like the path of a request and is none, and wrong paths that are no requests.
fn neighbours() -> Vec<Reported> {
    vec![
        right(
            custom("http://gateway.example/api/chat").is(
                "a gateway whose API lies below `/api/chat`",
                "Kong/developer.konghq.com#5637: a base path of the operator's choice",
                const {
                    &[
                        rule("POST /api/chat/chat/completions", Key::Good, 400, NO_MESSAGES),
                        rule("GET /api/chat/models", Key::Good, 200, LIST),
                        rule("*", Key::Other, 401, WRONG),
                    ]
                },
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .model("verified"),
        right(
            custom("http://gateway.example/generate").deep(Depth::Inference).is(
                "the same at depth inference, without a list",
                "Kong/developer.konghq.com#5637: a base path of the operator's choice",
                const {
                    &[
                        rule("POST /generate/chat/completions", Key::Good, 200,
                            r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#)
                            .with_body("messages"),
                        rule("POST /generate/chat/completions", Key::Good, 400, NO_MESSAGES),
                        rule("*", Key::Other, 401, WRONG),
                    ]
                },
            ),
            Reason::Ok,
            "yes",
        )
        .ping(Reason::Ok),
        right(
            Case::at(Provider::Ollama, "http://ollama.example/api/generate")
                .keyless()
                .path("/")
                .model("llama3.2")
                .is("Ollama's own API, with its whole URL as the endpoint", "docs.ollama.com/api/generate",
                    const {
                        &[
                            rule("GET /api/tags", Key::Any, 200, TAGS),
                            rule("POST /api/generate/", Key::Any, 200, r#"{"model":"llama3.2","response":""}"#),
                        ]
                    }),
            Reason::Ok,
            "yes",
        )
        .ping(Reason::Ok),
        right(
            Case::at(Provider::Google, "http://generativelanguage.googleapis.com/v1beta")
                .model("gemini-2.5-flash")
                .is("Gemini's version alone, which is right", "rikkahub/rikkahub#197", GEMINI_RULES),
            Reason::Ok,
            "yes",
        ),
        right(
            custom("http://llm.example/chatbot").is(
                "a path that is no request", "nearai/ironclaw#6099",
                const { &[rule("*", Key::Any, 404, NOT_FOUND)] }),
            Reason::WrongBasePath,
            "no",
        )
        .ping(Reason::WrongBasePath),
    ]
}

#[tokio::test]
async fn request_url_as_endpoint_is_wrong_and_corrected() {
    check(table()).await;
}
