//! Azure `OpenAI`, stored as a custom server.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, rule};

const LIST: &str =
    r#"{"object":"list","data":[{"id":"gpt-4o-2024-08-06","object":"model","status":"succeeded"}]}"#;
const BAD_KEY: &str = r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}"#;
const NO_DEPLOYMENT: &str = r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}"#;
const NO_MESSAGES: &str = r#"{"error":{"message":"'messages' is a required property","type":"invalid_request_error","param":null,"code":null}}"#;
const NO_RESOURCE: &str = r#"{"error":{"code":"404","message":"Resource not found"}}"#;
const CHAT: &str = "POST /openai/deployments/mini/chat/completions";

pub(super) fn cases() -> Vec<Case> {
    let at = |endpoint: &'static str| Case::at(Provider::CustomOpenAiCompatible, endpoint);
    let v1 = || at("http://acme.openai.azure.com/openai/v1");
    let classic = || at("http://acme.openai.azure.com/openai/deployments/mini?api-version=2024-10-21");
    vec![
        classic().model("mini").is(
            "a good key and a deployment",
            "learn.microsoft.com/azure/ai-services/openai/reference",
            const { &[rule(CHAT, Key::Good, 400, NO_MESSAGES)] },
        ),
        classic().bad().model("mini").is(
            "a bad key, or one of another resource",
            "SciSharp/BotSharp#386",
            const { &[rule(CHAT, Key::Any, 401, BAD_KEY)] },
        ),
        classic().bad().is(
            "a bad key, by the other code",
            "vercel/chatbot#588",
            const { &[rule(CHAT, Key::Any, 401, r#"{"error":{"code":"Unauthorized","message":"Access token is missing, invalid, audience is incorrect, or have expired."}}"#)] },
        ),
        classic().keyless().is(
            "no key",
            "learn.microsoft.com/azure/api-management: subscriptions",
            const { &[rule(CHAT, Key::Any, 401, r#"{"statusCode":401,"message":"Access denied due to missing subscription key."}"#)] },
        ),
        classic().model("mini").is(
            "a deployment that does not exist",
            "learn.microsoft.com/answers/questions/1371786",
            const { &[rule(CHAT, Key::Good, 404, NO_DEPLOYMENT), rule(CHAT, Key::Other, 401, BAD_KEY)] },
        ),
        classic().is(
            "a resource behind a firewall",
            "learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
            const { &[rule(CHAT, Key::Any, 403, r#"{"error":{"code":"403","message":"Access denied due to Virtual Network/Firewall rules."}}"#)] },
        ),
        classic().is(
            "a limit",
            "learn.microsoft.com/azure/ai-services/openai/quotas-limits",
            const { &[rule(CHAT, Key::Good, 429, r#"{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your current pricing tier."}}"#).with(&[("retry-after", "12")])] },
        ),
        classic().is(
            "trouble",
            "RFC 9110 §15.6.1",
            const { &[rule(CHAT, Key::Any, 500, r#"{"error":{"code":"InternalServerError","message":"Backend returned unexpected response."}}"#)] },
        ),
        at("http://acme.openai.azure.com/openai/deployments/mini").model("mini").is(
            "a deployment's address without the API version",
            "openai/openai-python#1397",
            const { &[rule(CHAT, Key::Any, 404, NO_RESOURCE)] },
        ),
        at("http://acme.openai.azure.com/openai/deployments/mini/chat/completions?api-version=2024-10-21")
            .model("mini")
            .is(
                "the full address of a deployment's calls",
                "openai/openai-python#1397",
                const { &[rule(CHAT, Key::Good, 400, NO_MESSAGES)] },
            ),
        at("http://acme.openai.azure.com")
            .model("mini")
            .path("/openai/deployments/mini/chat/completions?api-version=2024-10-21")
            .is(
                "the deployment in the API path",
                "learn.microsoft.com/azure/ai-services/openai/reference",
                const { &[rule(CHAT, Key::Good, 400, NO_MESSAGES)] },
            ),
        v1().is(
            "the newer API and a good key",
            "learn.microsoft.com/azure/ai-services/openai/api-version-lifecycle",
            const { &[rule("GET /openai/v1/models", Key::Good, 200, LIST)] },
        ),
        v1().model("gpt-4o-2024-08-06").is(
            "the newer API: a base model of the list that is not deployed",
            "learn.microsoft.com/answers/questions/1371786",
            const { &[rule("GET /openai/v1/models", Key::Good, 200, LIST),
                rule("POST /openai/v1/chat/completions", Key::Good, 404, NO_DEPLOYMENT)] },
        ),
        v1().model("mini").is(
            "the newer API and a deployment that may exist",
            "learn.microsoft.com/azure/ai-services/openai/api-version-lifecycle",
            const { &[rule("POST /openai/v1/chat/completions", Key::Good, 400, NO_MESSAGES)] },
        ),
        at("http://acme.openai.azure.com").is(
            "the resource's address alone",
            "learn.microsoft.com/azure/ai-services/openai/api-version-lifecycle",
            const { &[rule("GET /openai/v1/models", Key::Good, 200, LIST)] },
        ),
        at("http://acme.services.ai.azure.com/models?api-version=2024-05-01-preview").model("gpt-4o").is(
            "an API that does lie under `/models`",
            "learn.microsoft.com/azure/ai-foundry/model-inference/reference",
            const { &[rule("POST /models/chat/completions", Key::Good, 400, NO_MESSAGES)] },
        ),
        v1().is(
            "a page of a firewall",
            "tashfeenahmed/freellmapi#268",
            const { &[rule("GET /openai/v1/models", Key::Any, 403, "<html><body>Forbidden</body></html>")] },
        ),
        v1().is(
            "a redirect to TLS",
            "RFC 9110 §15.4.9",
            const { &[rule("GET /openai/v1/models", Key::Any, 308, "")
                .with(&[("location", "https://acme.openai.azure.com/openai/v1/models")])] },
        ),
    ]
}

#[tokio::test]
async fn check_at_azure_matches_table() {
    insta::assert_snapshot!(reports(cases()).await);
}
