//! `LITELLM_PROXY`.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"data":[{"id":"fake-gpt","object":"model","created":1677610602,"owned_by":"openai"}],"object":"list"}"#;
const NO_DB: &str =
    r#"{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}"#;
const BAD_TOKEN: &str = r#"{"error":{"message":"Authentication Error, Invalid proxy server token passed","type":"auth_error","param":"None","code":"401"}}"#;
const NO_TOKEN: &str = r#"{"error":{"message":"Authentication Error, No api key passed in.","type":"auth_error","param":"None","code":"401"}}"#;
const LIST_PATH: &str = "GET /v1/models";
const CHAT: &str = "POST /v1/chat/completions";

pub(super) fn cases() -> Vec<Case> {
    let proxy = || Case::at(Provider::LiteLlmProxy, "http://litellm.example/v1");
    vec![
        proxy().model("fake-gpt").is(
            "the master key, without a database",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Good, 200, LIST), rule(LIST_PATH, Key::Other, 400, NO_DB)] },
        ),
        proxy().bad().is(
            "a bad key without a database, which is no 401",
            "BerriAI/litellm#4880",
            const { &[rule(LIST_PATH, Key::Any, 400, NO_DB)] },
        ),
        proxy().bad().is(
            "a bad key by the proxy's own check",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Any, 401, BAD_TOKEN)] },
        ),
        proxy().bad().is(
            "a bad key with a database",
            "litellm/proxy/_types.py: ProxyErrorTypes",
            const { &[rule(LIST_PATH, Key::Any, 401, r#"{"error":{"message":"Authentication Error, Invalid proxy server token passed. Received API Key = sk-...0002, Key Hash (Token) =88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b. Unable to find token in cache or `LiteLLM_VerificationTokenTable`","type":"token_not_found_in_db","param":"key","code":"401"}}"#)] },
        ),
        proxy().bad().is(
            "a key that has expired",
            "litellm/proxy/auth/user_api_key_auth.py: expired_key",
            const { &[rule(LIST_PATH, Key::Any, 401, r#"{"error":{"message":"Authentication Error - Expired Key. Key Expiry time 2026-01-01 and current time 2026-11-20","type":"expired_key","param":"key","code":"401"}}"#)] },
        ),
        proxy().is(
            "a budget that is used up",
            "litellm/proxy/_types.py: ProxyErrorTypes",
            const { &[rule(LIST_PATH, Key::Good, 429, r#"{"error":{"message":"Budget has been exceeded! Current cost: 11.2, Max budget: 10.0","type":"budget_exceeded","param":null,"code":"429"}}"#), rule(LIST_PATH, Key::Other, 401, BAD_TOKEN)] },
        ),
        proxy().model("gpt-4").is(
            "a key that may not use the model",
            "litellm/proxy/_types.py: ProxyErrorTypes",
            const {
                &[
                    rule(LIST_PATH, Key::Good, 200, LIST),
                    rule(LIST_PATH, Key::Other, 401, BAD_TOKEN),
                    rule("GET /v1/models/gpt-4", Key::Good, 403, r#"{"error":{"message":"key not allowed to access model. This key can only access models=['fake-gpt']. Tried to access gpt-4","type":"key_model_access_denied","param":"model","code":"403"}}"#),
                ]
            },
        ),
        proxy().model("nosuch").is(
            "a model that the proxy has not",
            "run: LiteLLM 1.106.2",
            const {
                &[
                    rule(LIST_PATH, Key::Good, 200, LIST),
                    rule(LIST_PATH, Key::Other, 400, NO_DB),
                    rule("GET /v1/models/nosuch", Key::Good, 404, r#"{"detail":"The model `nosuch` does not exist or is not accessible"}"#),
                ]
            },
        ),
        proxy().model("openai/gpt-4o").is(
            "a model behind a wildcard of the list",
            "docs.litellm.ai/docs/wildcard_routing",
            const {
                &[
                    rule(LIST_PATH, Key::Good, 200, r#"{"data":[{"id":"openai/*"}],"object":"list"}"#),
                    rule(LIST_PATH, Key::Other, 401, BAD_TOKEN),
                    rule("GET /v1/models/openai%2Fgpt-4o", Key::Good, 200, r#"{"id":"openai/gpt-4o","object":"model"}"#),
                ]
            },
        ),
        proxy().model("fake-gpt").is(
            "a list that is cut off, and a provider behind that refuses the proxy's key",
            "run: LiteLLM 1.106.2",
            const {
                &[
                    rule(CHAT, Key::Good, 401, r#"{"error":{"message":"litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided","type":"authentication_error","param":null,"code":"401"}}"#),
                    rule(CHAT, Key::Other, 401, BAD_TOKEN),
                ]
            },
        ),
        proxy().keyless().is(
            "no key",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Any, 401, NO_TOKEN)] },
        ),
        proxy().keyless().is(
            "no key at a proxy that lacks prisma",
            "BerriAI/litellm#38978",
            const { &[rule(LIST_PATH, Key::Any, 500, "Internal Server Error")] },
        ),
        proxy().is(
            "a key that the proxy does not see",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Any, 401, NO_TOKEN)] },
        ),
        proxy().is(
            "a limit of the provider behind",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Any, 429, r#"{"error":{"message":"litellm.RateLimitError: RateLimitError: OpenAIException - slow down","type":"throttling_error","param":null,"code":"429"}}"#)] },
        ),
        proxy().is(
            "a dead provider behind",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Any, 500, r#"{"error":{"message":"litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.","type":null,"param":null,"code":"500"}}"#)] },
        ),
        proxy().is(
            "its page of documentation",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Any, 200,
                "<!DOCTYPE html><html><title>LiteLLM API - Swagger UI</title></html>")] },
        ),
        proxy().is(
            "a redirect to a trailing slash",
            "run: LiteLLM 1.106.2",
            const { &[rule(LIST_PATH, Key::Any, 307, "").with(&[("location", "/v1/models/")])] },
        ),
    ]
}

#[tokio::test]
async fn check_at_litellm_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
