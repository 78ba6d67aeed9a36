//! Aliases, and servers that complete requests for any name.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const WRONG: &str = r#"{"error_code":403,"message":"Invalid access token."}"#;
const NO_LIST: &str =
    r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found for 'GET /serving-endpoints/models'"}"#;
const NO_ENDPOINT: &str =
    r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"The given endpoint does not exist."}"#;
const BEHIND: &str = r#"{"object":"chat.completion","model":"gpt-5.2-2025-12-11","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"length"}]}"#;
const TINY: &str = r#"{"model":"tiny","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const TINY_LIST: &str = r#"{"object":"list","data":[{"id":"tiny","object":"model"}]}"#;
const CALL: &str = "POST /v1/chat/completions";

/// A Databricks serving endpoint, called by its own name.
const DATABRICKS: &[Rule] = &[
    rule(
        "*",
        Key::Missing,
        401,
        r#"{"error_code":401,"message":"Credential was not sent or was of an unsupported type for this API."}"#,
    ),
    rule("*", Key::Wrong, 403, WRONG),
    rule("POST /serving-endpoints/chat/completions", Key::Good, 200, BEHIND).with_body("\"alias\""),
    rule("POST /serving-endpoints/chat/completions", Key::Good, 404, NO_ENDPOINT),
    rule("GET /serving-endpoints/models", Key::Good, 404, NO_LIST),
];

/// A server without keys that completes requests for the alias only.
const MAPS_NAMES: &[Rule] = &[
    rule(CALL, Key::Any, 200, TINY).with_body("\"alias\""),
    rule(CALL, Key::Any, 404, r#"{"error":{"message":"model not found","code":"model_not_found"}}"#),
    rule("GET /v1/models", Key::Any, 200, TINY_LIST),
];

/// A server without keys that completes requests for any name.
const ANY_NAME: &[Rule] =
    &[rule(CALL, Key::Any, 200, TINY), rule("GET /v1/models", Key::Any, 200, TINY_LIST)];

/// A server without keys that fails for other names.
const UNCLEAR: &[Rule] = &[
    rule(CALL, Key::Any, 200, TINY).with_body("\"alias\""),
    rule(CALL, Key::Any, 500, "overloaded"),
    rule("GET /v1/models", Key::Any, 200, TINY_LIST),
];

/// A gateway that lists the alias and answers under the name of the model behind it.
const LISTED_ALIAS: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"alias"}]}"#),
    rule("*", Key::Other, 401, r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#),
    rule(CALL, Key::Good, 200, BEHIND),
];

/// A gateway with keys that does not list its aliases.
const UNLISTED_ALIAS: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"gpt-5.2"}]}"#),
    rule("*", Key::Other, 401, r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#),
    rule(CALL, Key::Good, 200, BEHIND),
];

/// llama-server, which uses the model that it has loaded whatever the name.
const LLAMA: &[Rule] = &[
    rule("GET /props", Key::Any, 200, r#"{"default_generation_settings":{},"total_slots":1}"#),
    rule("GET /v1/models", Key::Any, 200, TINY_LIST),
    rule(CALL, Key::Any, 200, TINY),
];

fn at(endpoint: &'static str) -> Case {
    Case::at(Provider::CustomOpenAiCompatible, endpoint).model("alias").deep(Depth::Inference)
}

pub(super) fn table() -> Vec<Reported> {
    let server = || at("http://llm.example/v1");
    let works = |case: Case| right(case, Reason::Ok, "yes");
    vec![
        works(at("http://llm.example/serving-endpoints").is(
            "a serving endpoint under the name of its model",
            "BerriAI/litellm#18386",
            DATABRICKS,
        ))
        .credential("verified")
        .ping(Reason::Ok),
        works(server().keyless().is(
            "an alias, and other names are refused",
            "run: LiteLLM 1.106.2",
            MAPS_NAMES,
        ))
        .model("verified"),
        right(
            server().keyless().is("any name is completed", "run: llama-server 0c1e570", ANY_NAME),
            Reason::ModelNotFound,
            "unknown",
        )
        .model("not_found"),
        works(server().keyless().is("a failure for other names", "RFC 9110 §15.6.1", UNCLEAR))
            .model("unverifiable"),
        works(server().is("a listed alias", "BerriAI/litellm: model_alias_map", LISTED_ALIAS))
            .credential("verified")
            .model("verified"),
        works(server().is("an alias that the list lacks", "Portkey-AI/gateway: configs", UNLISTED_ALIAS))
            .credential("verified")
            .model("unverifiable"),
        right(
            Case::at(Provider::LlamaCpp, "http://llama.example/v1")
                .keyless()
                .model("nosuch")
                .deep(Depth::Inference)
                .is("a product that ignores the name", "run: llama-server 0c1e570", LLAMA),
            Reason::ModelNotFound,
            "unknown",
        )
        .model("not_found"),
    ]
}

#[tokio::test]
async fn completed_alias_is_usable_unless_any_name_is_completed() {
    check(table()).await;
}
