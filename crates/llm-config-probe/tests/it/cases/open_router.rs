//! `OPEN_ROUTER`.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{Case, Key, rule};

const KEY: &str = r#"{"data":{"label":"sk-or-v1-…","usage":1.5,"limit":null,"limit_remaining":null,"is_free_tier":false,"is_management_key":false}}"#;
const LIST: &str = r#"{"data":[{"id":"openai/gpt-4o-mini","name":"OpenAI: GPT-4o-mini"},{"id":"z-ai/glm-4.5-air:free","name":"GLM"}]}"#;
const BAD_KEY: &str = r#"{"error":{"message":"User not found.","code":401}}"#;
const NO_KEY: &str = r#"{"error":{"message":"No auth credentials found","code":401}}"#;
const NO_MODEL: &str = r#"{"error":{"message":"Model nosuch/model does not exist","code":404}}"#;

const NO_MESSAGES: &str = r#"{"error":{"message":"Missing required parameter: 'messages'.","code":400}}"#;

const RELAYED_KEY: &str = "GET /api/v1/key";
const RELAYED_LIST: &str = "GET /api/v1/models";
const RELAYED_CALL: &str = "POST /api/v1/chat/completions";

pub(super) fn cases() -> Vec<Case> {
    let at = |endpoint: &'static str| Case::at(Provider::OpenRouter, endpoint);
    let vendor = || at("http://openrouter.ai/api/v1");
    vec![
        vendor().model("openai/gpt-4o-mini").is(
            "a good key without a limit, and a model of the list",
            "openrouter.ai/docs/api-reference/limits",
            const { &[rule("GET /api/v1/key", Key::Good, 200, KEY),
                rule("GET /api/v1/models", Key::Any, 200, LIST)] },
        ),
        vendor().bad().model("openai/gpt-4o-mini").is(
            "a bad key, which the public list would not reveal",
            "charmbracelet/crush#997",
            const { &[rule("GET /api/v1/key", Key::Any, 401, BAD_KEY),
                rule("GET /api/v1/models", Key::Any, 200, LIST)] },
        ),
        vendor().bad().is(
            "a key of another kind, which OpenRouter does not take for one",
            "mims-harvard/Medea#1",
            const { &[rule("GET /api/v1/key", Key::Any, 401, r#"{"error":{"message":"No cookie auth credentials found","code":401}}"#)] },
        ),
        vendor().keyless().is(
            "no key",
            "tinyhumansai/openhuman#2372",
            const { &[rule("GET /api/v1/key", Key::Any, 401, r#"{"error":{"message":"Missing Authentication header","code":401}}"#)] },
        ),
        vendor().is(
            "a key whose limit is used up",
            "openrouter.ai/docs/api-reference/limits",
            const { &[rule("GET /api/v1/key", Key::Good, 200, r#"{"data":{"label":"…","limit":5,"limit_remaining":0,"is_free_tier":false}}"#)] },
        ),
        vendor().is(
            "a key that manages keys",
            "openrouter.ai/docs/features/provisioning-api-keys",
            const { &[rule("GET /api/v1/key", Key::Good, 200, r#"{"data":{"label":"…","limit":null,"limit_remaining":null,"is_management_key":true}}"#)] },
        ),
        vendor().is(
            "an account without credit",
            "openrouter.ai/docs/api-reference/errors",
            const { &[rule("GET /api/v1/key", Key::Good, 402, r#"{"error":{"message":"Insufficient credits","code":402,"metadata":{"limit_source":"openrouter_credits"}}}"#)] },
        ),
        vendor().bad().is(
            "an error that comes as a success",
            "openrouter.ai/docs/api-reference/errors",
            const { &[rule("GET /api/v1/key", Key::Any, 200, r#"{"error":{"message":"Invalid API key","code":401}}"#)] },
        ),
        vendor().model("nosuch/model").is(
            "a model that does not exist",
            "openrouter.ai/docs/api-reference/models/list-endpoints",
            const {
                &[
                    rule("GET /api/v1/key", Key::Good, 200, KEY),
                    rule("GET /api/v1/models", Key::Any, 200, LIST),
                    rule("GET /api/v1/models/nosuch/model/endpoints", Key::Any, 404, NO_MODEL),
                ]
            },
        ),
        vendor().model("openai/gpt-4o-mini:nitro").is(
            "a variant, which no list has",
            "openrouter.ai/docs/features/provider-routing: nitro",
            const { &[rule("GET /api/v1/key", Key::Good, 200, KEY),
                rule("GET /api/v1/models", Key::Any, 200, LIST)] },
        ),
        vendor().model("openai/gpt-4o-mini").is(
            "a list that fails",
            "openrouter.ai/docs/api-reference/errors",
            const { &[rule("GET /api/v1/key", Key::Good, 200, KEY),
                rule("GET /api/v1/models", Key::Any, 500, "Internal Server Error")] },
        ),
        vendor().is(
            "a limit at the vendor",
            "openrouter.ai/docs/api-reference/limits",
            const { &[rule("GET /api/v1/key", Key::Good, 429, r#"{"error":{"message":"Rate limit exceeded","code":429}}"#)] },
        ),
        vendor().is(
            "trouble",
            "openrouter.ai/docs/api-reference/errors",
            const { &[rule("GET /api/v1/key", Key::Any, 500, r#"{"error":{"message":"Internal Server Error","code":500}}"#)] },
        ),
        vendor().is(
            "a proxy that has the list only",
            "provider-probing §3.7",
            const { &[rule("GET /api/v1/models", Key::Any, 200, LIST)] },
        ),
        vendor().is(
            "a page of a firewall",
            "tashfeenahmed/freellmapi#268",
            const { &[rule("GET /api/v1/key", Key::Any, 403,
                "<!DOCTYPE html><title>Just a moment...</title>")] },
        ),
        vendor().is(
            "a redirect elsewhere",
            "RFC 9110 §15.4.3",
            const { &[rule("GET /api/v1/key", Key::Any, 302, "")
                .with(&[("location", "https://portal.example/login")])] },
        ),
        at("http://openrouter.ai").model("openai/gpt-4o-mini").is(
            "the vendor's address alone",
            "openrouter.ai/docs/quickstart",
            const { &[rule("GET /api/v1/key", Key::Good, 200, KEY),
                rule("GET /api/v1/models", Key::Any, 200, LIST)] },
        ),
        at("http://gateway.example/v1").model("openai/gpt-4o-mini").is(
            "something else behind the vendor's name",
            "run: aimock 1.43.0",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("POST /v1/chat/completions", Key::Good, 400, NO_MESSAGES),
                    rule("POST /v1/chat/completions", Key::Other, 401, r#"{"error":{"message":"Invalid API key","code":401}}"#),
                ]
            },
        ),
    ]
}

/// Relays in front of the vendor.
pub(super) fn relays() -> Vec<Case> {
    const WRONG: &str = r#"{"error":{"message":"Invalid API key","code":401}}"#;
    let relay = || Case::at(Provider::OpenRouter, "http://relay.example/api/v1").model("openai/gpt-4o-mini");
    vec![
        relay().is(
            "a relay that passes on OpenRouter's description of keys",
            "openrouter.ai/docs/api-reference/limits",
            const {
                &[
                    rule(RELAYED_KEY, Key::Good, 200, KEY),
                    rule(RELAYED_KEY, Key::Other, 401, BAD_KEY),
                    rule(RELAYED_LIST, Key::Any, 200, LIST),
                ]
            },
        ),
        relay().bad().is(
            "the same with a bad key, which the public list would not reveal",
            "charmbracelet/crush#997",
            const {
                &[
                    rule(RELAYED_KEY, Key::Wrong, 401, BAD_KEY),
                    rule(RELAYED_KEY, Key::Missing, 401, NO_KEY),
                    rule(RELAYED_LIST, Key::Any, 200, LIST),
                ]
            },
        ),
        relay().keyless().is(
            "the same without a key",
            "tinyhumansai/openhuman#2372",
            const {
                &[
                    rule(
                        RELAYED_KEY,
                        Key::Any,
                        401,
                        r#"{"error":{"message":"Missing Authentication header","code":401}}"#,
                    ),
                    rule(RELAYED_LIST, Key::Any, 200, LIST),
                ]
            },
        ),
        relay().bad().is(
            "a relay that replaces every key by its own",
            "provider-probing §2.3: negative control",
            const { &[rule(RELAYED_KEY, Key::Any, 200, KEY), rule(RELAYED_LIST, Key::Any, 200, LIST)] },
        ),
        relay().without_model().is(
            "a key behind a relay whose limit is used up",
            "openrouter.ai/docs/api-reference/limits",
            const {
                &[
                    rule(RELAYED_KEY, Key::Good, 200, r#"{"data":{"limit":5,"limit_remaining":0}}"#),
                    rule(RELAYED_KEY, Key::Other, 401, BAD_KEY),
                ]
            },
        ),
        relay().is(
            "a relay that does not pass it on, and looks at keys itself",
            "run: aimock 1.43.0",
            const {
                &[
                    rule(RELAYED_KEY, Key::Any, 404, "404 page not found"),
                    rule(RELAYED_LIST, Key::Good, 200, LIST),
                    rule(RELAYED_LIST, Key::Other, 401, WRONG),
                    rule(RELAYED_CALL, Key::Good, 400, NO_MESSAGES),
                    rule(RELAYED_CALL, Key::Other, 401, WRONG),
                ]
            },
        ),
        relay().bad().is(
            "the same with a bad key",
            "run: aimock 1.43.0",
            const { &[rule(RELAYED_LIST, Key::Any, 401, WRONG), rule(RELAYED_CALL, Key::Any, 401, WRONG)] },
        ),
        relay().is(
            "a relay that does not pass it on, whose list is public",
            "openrouter.ai/docs/api-reference/list-available-models",
            const {
                &[
                    rule(RELAYED_LIST, Key::Any, 200, LIST),
                    rule(RELAYED_CALL, Key::Good, 400, NO_MESSAGES),
                    rule(RELAYED_CALL, Key::Other, 401, WRONG),
                ]
            },
        ),
        relay().bad().is(
            "the same with a bad key, which the list would not reveal",
            "openrouter.ai/docs/api-reference/list-available-models",
            const { &[rule(RELAYED_LIST, Key::Any, 200, LIST), rule(RELAYED_CALL, Key::Any, 401, WRONG)] },
        ),
        relay().bad().deep(Depth::Inference).is(
            "the same, at depth inference",
            "openrouter.ai/docs/api-reference/chat-completion",
            const { &[rule(RELAYED_LIST, Key::Any, 200, LIST), rule(RELAYED_CALL, Key::Any, 401, WRONG)] },
        ),
        relay().deep(Depth::Inference).is(
            "a good key behind a relay that passes it on, at depth inference",
            "openrouter.ai/docs/api-reference/chat-completion",
            const {
                &[
                    rule(RELAYED_KEY, Key::Good, 200, KEY),
                    rule(RELAYED_KEY, Key::Other, 401, BAD_KEY),
                    rule(RELAYED_CALL, Key::Good, 200, r#"{"model":"openai/gpt-4o-mini","choices":[]}"#),
                ]
            },
        ),
        relay().is(
            "a relay's web page",
            "langfuse/langfuse#7751",
            const {
                &[
                    rule(RELAYED_KEY, Key::Any, 200, "<!doctype html><title>Relay</title>"),
                    rule(RELAYED_LIST, Key::Any, 200, "<!doctype html><title>Relay</title>"),
                ]
            },
        ),
    ]
}

#[tokio::test]
async fn check_at_relay_matches_table() {
    insta::assert_snapshot!(reports(relays()).await);
}

#[tokio::test]
async fn check_at_vendor_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
