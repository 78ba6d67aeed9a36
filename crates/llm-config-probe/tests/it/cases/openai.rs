//! `OPENAI` at the vendor's own host, and at a gateway.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"gpt-4o-mini","object":"model","owned_by":"system"}]}"#;
const BAD_KEY: &str = r#"{"error":{"message":"Incorrect API key provided: sk-4sJHr***. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#;
const NO_LISTING: &str = r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read. Check that you have the correct role in your organization.","type":"invalid_request_error","param":null,"code":null}}"#;
const NO_CALLS: &str = r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the correct role in your organization.","type":"invalid_request_error","param":null,"code":null}}"#;
const NO_MESSAGES: &str = r#"{"error":{"message":"Missing required parameter: 'messages'.","type":"invalid_request_error","param":"messages","code":"missing_required_parameter"}}"#;
const NO_MODEL: &str = r#"{"error":{"message":"The model 'gpt-9' does not exist or you do not have access to it.","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#;
const HTML: &str = "<!DOCTYPE html><html><body>Attention Required!</body></html>";

pub(super) fn cases() -> Vec<Case> {
    let vendor = || Case::at(Provider::OpenAi, "http://api.openai.com/v1");
    let gateway = || Case::at(Provider::OpenAi, "http://gateway.example/v1");
    vec![
        vendor().model("gpt-4o-mini").is(
            "a good key and a model of the list",
            "developers.openai.com/api/reference/models",
            const { &[rule("GET /v1/models", Key::Good, 200, LIST)] },
        ),
        vendor().bad().model("gpt-4o-mini").is(
            "a bad key",
            "chatanywhere/GPT_API_free#427",
            const { &[rule("GET /v1/models", Key::Any, 401, BAD_KEY)] },
        ),
        vendor().keyless().is(
            "no key",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[rule("GET /v1/models", Key::Any, 401, r#"{"error":{"message":"You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth.","type":"invalid_request_error","param":null,"code":null}}"#)]
            },
        ),
        vendor().model("gpt-9").is(
            "a model that is not listed and does not exist",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models/gpt-9", Key::Good, 404, NO_MODEL),
                ]
            },
        ),
        Case::at(Provider::OpenAi, "http://api.openai.com").model("gpt-9").is(
            "the same, with a base URL that lacks `/v1`",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models/gpt-9", Key::Good, 404, NO_MODEL),
                ]
            },
        ),
        vendor().model("gpt-9").is(
            "a model that is not listed, and whose description fails",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models/gpt-9", Key::Good, 500, r#"{"error":{"type":"server_error"}}"#),
                ]
            },
        ),
        vendor().model("ft:gpt-4o-mini:acme::1").is(
            "a tuned model that is described though not listed",
            "developers.openai.com/api/reference/models/retrieve",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule(
                        "GET /v1/models/ft:gpt-4o-mini:acme::1",
                        Key::Good,
                        200,
                        r#"{"id":"ft:gpt-4o-mini:acme::1","object":"model"}"#,
                    ),
                ]
            },
        ),
        vendor().model("gpt-4o-mini").is(
            "a restricted key that may not list, and is let through by a call",
            "microsoft/PowerToys#32989",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 401, NO_LISTING),
                    rule("POST /v1/chat/completions", Key::Good, 400, NO_MESSAGES),
                ]
            },
        ),
        vendor().is(
            "a restricted key that may not list, and no model to call",
            "microsoft/PowerToys#32989",
            const { &[rule("GET /v1/models", Key::Good, 401, NO_LISTING)] },
        ),
        vendor().model("gpt-4o-mini").is(
            "a restricted key that may neither list nor call",
            "pressidium/pressidium-cookie-consent#156",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 401, NO_LISTING),
                    rule("POST /v1/chat/completions", Key::Good, 401, NO_CALLS),
                ]
            },
        ),
        vendor().is(
            "a project that lets in listed addresses only",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[rule("GET /v1/models", Key::Good, 401, r#"{"error":{"message":"IP not authorized: your request IP does not match the configured IP allowlist","type":"invalid_request_error","param":null,"code":"ip_not_authorized"}}"#)]
            },
        ),
        vendor().is(
            "a key whose owner left the organization",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[rule("GET /v1/models", Key::Good, 401, r#"{"error":{"message":"You must be a member of an organization to use the API.","type":"invalid_request_error","param":null,"code":null}}"#)]
            },
        ),
        vendor().is(
            "a country that is not served",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[rule("GET /v1/models", Key::Good, 403, r#"{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","param":null,"type":"request_forbidden"}}"#)]
            },
        ),
        vendor().is(
            "a quota that is used up",
            "anomalyco/opencode#7491",
            const {
                &[rule("GET /v1/models", Key::Good, 429, r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#)]
            },
        ),
        vendor().is(
            "credit that is used up, by the newer code",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[rule("GET /v1/models", Key::Good, 429, r#"{"error":{"message":"Credit balance exhausted.","type":"insufficient_quota","param":null,"code":"credit_balance_exhausted"}}"#)]
            },
        ),
        vendor().is(
            "too many calls at the vendor, with the type of a quota",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[rule("GET /v1/models", Key::Good, 429, r#"{"error":{"message":"Rate limit reached for requests","type":"insufficient_quota","param":null,"code":"rate_limit_exceeded"}}"#)
                    .with(&[("retry-after", "7")])]
            },
        ),
        vendor().is(
            "trouble at the vendor, twice",
            "developers.openai.com/docs/guides/error-codes",
            const {
                &[rule("GET /v1/models", Key::Good, 503, r#"{"error":{"message":"The engine is currently overloaded, please try again later","type":"server_error","param":null,"code":null}}"#)]
            },
        ),
        vendor().is(
            "a firewall's page in front of the vendor",
            "tashfeenahmed/freellmapi#268",
            const { &[rule("GET /v1/models", Key::Any, 403, HTML)] },
        ),
        vendor().is(
            "a proxy that redirects to its login",
            "RFC 9110 §15.4.3",
            const {
                &[rule("GET /v1/models", Key::Any, 302, "")
                    .with(&[("location", "https://login.example/?token=abc")])]
            },
        ),
        Case::at(Provider::OpenAi, "http://api.openai.com").model("gpt-4o-mini").is(
            "the vendor's host without `/v1`",
            "platform.openai.com/docs/api-reference: base URL",
            const { &[rule("GET /models", Key::Any, 404, r#"{"error":{"message":"Invalid URL (GET /models)","type":"invalid_request_error","param":null,"code":null}}"#), rule("GET /v1/models", Key::Good, 200, LIST)] },
        ),
        Case::at(Provider::OpenAi, "http://acme.openai.azure.com/openai/v1").is(
            "Azure, stored as OpenAI",
            "learn.microsoft.com/azure/ai-services/openai/api-version-lifecycle",
            const { &[rule("GET /openai/v1/models", Key::Good, 200, LIST)] },
        ),
        gateway().model("gpt-4o-mini").is(
            "a private gateway that looks at keys",
            "run: aimock 1.43.0",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("GET /v1/models", Key::Other, 401, r#"{"error":{"message":"Invalid API key","type":"authentication_error","code":"invalid_api_key"}}"#),
                ]
            },
        ),
        gateway().is(
            "too many calls at a private gateway, which proves nothing",
            "provider-probing §1: an unknown gateway may count before it looks",
            const {
                &[rule("GET /v1/models", Key::Any, 429, r#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#)]
            },
        ),
    ]
}

#[tokio::test]
async fn check_of_openai_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
