//! Unknown servers at depth inference.

use llm_config_core::provider::Provider;

use super::{ANSWER, CHAT, LIST, MODELS, REAL, WRONG, at};
use crate::support::{Case, Key, rule};

const OLDER_REFUSED: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#;

pub(super) fn cases() -> Vec<Case> {
    let server = || at(Provider::CustomOpenAiCompatible, "http://llm.example/v1");
    vec![
        server().is(
            "a model that answers",
            "run: aimock 1.43.0",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, ANSWER),
                    rule(CHAT, Key::Other, 401, WRONG),
                ]
            },
        ),
        server().bad().is(
            "a bad key, which the list takes and calls do not",
            "anomalyco/opencode#46169",
            const { &[rule(LIST, Key::Any, 200, MODELS), rule(CHAT, Key::Any, 401, WRONG)] },
        ),
        server().is(
            "a good key, of which the list knows nothing",
            "0xzr/freellmpool#109",
            const {
                &[
                    rule(LIST, Key::Any, 200, MODELS),
                    rule(CHAT, Key::Good, 200, ANSWER),
                    rule(CHAT, Key::Other, 401, WRONG),
                ]
            },
        ),
        server().bad().is(
            "a server that looks at no key at all",
            "run: llama-server 0c1e570, without a key",
            const { &[rule(LIST, Key::Any, 200, MODELS), rule(CHAT, Key::Any, 200, ANSWER)] },
        ),
        server().keyless().is(
            "no key where none is wanted",
            "run: llama-server 0c1e570, without a key",
            const { &[rule(LIST, Key::Any, 200, MODELS), rule(CHAT, Key::Any, 200, ANSWER)] },
        ),
        server().keyless().is(
            "no key where calls want one",
            "anomalyco/opencode#46169",
            const {
                &[
                    rule(LIST, Key::Any, 200, MODELS),
                    rule(CHAT, Key::Any, 401, r#"{"error":{"message":"Missing API key"}}"#),
                ]
            },
        ),
        server().is(
            "a good key that is refused at the call as if it were wrong",
            "a gateway that passes on errors of the provider behind it, as LiteLLM 1.106.2 does",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Any, 401, WRONG),
                ]
            },
        ),
        server().is(
            "no list: the call proves the key",
            "yihong0618/bilingual_book_maker#522",
            const { &[rule(CHAT, Key::Good, 200, ANSWER)
                .with_body(REAL), rule(CHAT, Key::Other, 401, WRONG)] },
        ),
        server().bad().is(
            "no list, and a bad key",
            "yihong0618/bilingual_book_maker#522",
            const { &[rule(CHAT, Key::Any, 401, WRONG)] },
        ),
        server().bad().is(
            "no list, and no look at the key",
            "FerroxLabs/wayland#339",
            const { &[rule(CHAT, Key::Any, 200, ANSWER).with_body(REAL)] },
        ),
        server().is(
            "no list, whose place has a web page",
            "FerroxLabs/wayland#339",
            const {
                &[
                    rule(LIST, Key::Any, 404, "<!doctype html><title>Not found</title>"),
                    rule(CHAT, Key::Good, 200, ANSWER).with_body(REAL),
                    rule(CHAT, Key::Other, 401, WRONG),
                ]
            },
        ),
        server().is("neither list nor calls", "Shishir435/ollama-client#236", &[]),
        at(Provider::CustomOpenAiCompatible, "http://llm.example").is(
            "a base that lacks its version, where the call fails",
            "shy3130/tick-stock-panel#35",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, ANSWER),
                ]
            },
        ),
        at(Provider::CustomOpenAiCompatible, "http://llm.example").is(
            "a base without a version or a list",
            "FerroxLabs/wayland#339",
            const {
                &[
                    rule("POST /chat/completions", Key::Good, 200, ANSWER).with_body(REAL),
                    rule("POST /chat/completions", Key::Other, 401, WRONG),
                ]
            },
        ),
        server().is(
            "a reasoning model that knows the newer cap only",
            "langgenius/dify-official-plugins#2425",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 400, OLDER_REFUSED).with_body("\"max_tokens\""),
                    rule(CHAT, Key::Good, 200, ANSWER).with_body("max_completion_tokens"),
                    rule(CHAT, Key::Other, 401, WRONG),
                ]
            },
        ),
        server().is(
            "an answer that is an error",
            "openrouter.ai/docs/api-reference/errors",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#),
                ]
            },
        ),
        server().is(
            "a list without the model, which answers under its name",
            "run: llama-cpp-python 0.3.36",
            const {
                &[
                    rule(LIST, Key::Good, 200, r#"{"object":"list","data":[{"id":"tiny"}]}"#),
                    rule(LIST, Key::Other, 401, r#"{"detail":"Invalid API key"}"#),
                    rule(CHAT, Key::Good, 200, ANSWER),
                    rule(CHAT, Key::Other, 401, r#"{"detail":"Invalid API key"}"#),
                ]
            },
        ),
        server().is(
            "too many calls",
            "RFC 6585 §4",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Any, 429, r#"{"error":{"message":"Slow down"}}"#)
                        .with(&[("retry-after", "9")]),
                ]
            },
        ),
        server().is(
            "a redirect at the call only",
            "RFC 9110 §15.4",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Any, 308, "")
                        .with(&[("location", "https://elsewhere.example/v1/chat/completions")]),
                ]
            },
        ),
        server().is(
            "a server that is away at the call, twice",
            "RFC 9110 §15.6.4",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(LIST, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Any, 503, ""),
                ]
            },
        ),
    ]
}
