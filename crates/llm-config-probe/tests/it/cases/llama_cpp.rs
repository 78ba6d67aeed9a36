//! `LLAMA_CPP`.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, rule};

const PROPS: &str =
    r#"{"default_generation_settings":{"n_ctx":256},"total_slots":1,"model_path":"tiny.gguf"}"#;
const LIST: &str = r#"{"models":[{"name":"tiny","model":"tiny"}],"object":"list","data":[{"id":"tiny","object":"model","owned_by":"llamacpp"}]}"#;
const BAD_KEY: &str = r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#;
const LOADING: &str = r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#;
const LIST_PATH: &str = "GET /v1/models";
const PROPS_PATH: &str = "GET /props";

pub(super) fn cases() -> Vec<Case> {
    let server = || Case::at(Provider::LlamaCpp, "http://llama.example/v1");
    vec![
        server().model("tiny").is(
            "a good key",
            "run: llama-server 0c1e570",
            const {
                &[
                    rule(PROPS_PATH, Key::Good, 200, PROPS),
                    rule(PROPS_PATH, Key::Other, 401, BAD_KEY),
                    rule(LIST_PATH, Key::Good, 200, LIST),
                    rule(LIST_PATH, Key::Other, 401, BAD_KEY),
                ]
            },
        ),
        server().bad().model("tiny").is(
            "a bad key at a version whose list is public",
            "ggml-org/llama.cpp#27027",
            const { &[rule(PROPS_PATH, Key::Any, 401, BAD_KEY), rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        server().keyless().is(
            "no key where one is wanted",
            "run: llama-server 0c1e570",
            const { &[rule(PROPS_PATH, Key::Any, 401, BAD_KEY)] },
        ),
        server().keyless().model("tiny").is(
            "no key where none is wanted",
            "run: llama-server 0c1e570",
            const { &[rule(PROPS_PATH, Key::Any, 200, PROPS), rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        server().bad().model("tiny").is(
            "a key where none is wanted",
            "run: llama-server 0c1e570",
            const { &[rule(PROPS_PATH, Key::Any, 200, PROPS), rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        server().keyless().model("nosuch").is(
            "a model that the server has not, and would answer for",
            "run: llama-server 0c1e570",
            const { &[rule(PROPS_PATH, Key::Any, 200, PROPS), rule(LIST_PATH, Key::Any, 200, LIST)] },
        ),
        server().is(
            "a server that is still loading",
            "ggml-org/llama.cpp: tools/server/server-http.cpp",
            const { &[rule(PROPS_PATH, Key::Any, 503, LOADING)] },
        ),
        server().model("tiny").is(
            "a proxy that lets through `/v1` only",
            "run: llama-server 0c1e570",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 401, BAD_KEY)] },
        ),
        server().model("tiny").is(
            "llama-cpp-python, which has no `/props`",
            "run: llama-cpp-python 0.3.36",
            const {
                &[
                    rule(PROPS_PATH, Key::Any, 404, r#"{"detail":"Not Found"}"#),
                    rule(LIST_PATH, Key::Good, 200, r#"{"object":"list","data":[{"id":"tiny","object":"model","owned_by":"me","permissions":[]}]}"#),
                    rule(LIST_PATH, Key::Other, 401, r#"{"detail":"Invalid API key"}"#),
                ]
            },
        ),
        server().model("tiny").is(
            "neither `/props` nor a list",
            "FerroxLabs/wayland#339",
            const {
                &[
                    rule("POST /v1/chat/completions", Key::Good, 400, r#"{"error":{"message":"'messages' is required","type":"invalid_request_error","code":400}}"#),
                    rule("POST /v1/chat/completions", Key::Other, 401, BAD_KEY),
                ]
            },
        ),
        server().is(
            "a limit of a proxy in front",
            "provider-probing §1: an unknown gateway may count before it looks",
            const { &[rule(PROPS_PATH, Key::Any, 429, "")] },
        ),
        server().is("trouble", "RFC 9110 §15.6.1", const { &[rule(PROPS_PATH, Key::Any, 500, "")] }),
        server().is(
            "a web page at every path",
            "langfuse/langfuse#7751",
            const {
                &[
                    rule(PROPS_PATH, Key::Any, 200, "<!doctype html><title>App</title>"),
                    rule(LIST_PATH, Key::Any, 200, "<!doctype html><title>App</title>"),
                    rule("POST /v1/chat/completions", Key::Any, 200, "<!doctype html><title>App</title>"),
                ]
            },
        ),
        server().is(
            "a redirect elsewhere",
            "RFC 9110 §15.4.3",
            const {
                &[
                    rule(PROPS_PATH, Key::Any, 302, "").with(&[("location", "https://login.example/")]),
                    rule(LIST_PATH, Key::Any, 302, "").with(&[("location", "https://login.example/")]),
                ]
            },
        ),
    ]
}

#[tokio::test]
async fn check_at_llama_server_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
