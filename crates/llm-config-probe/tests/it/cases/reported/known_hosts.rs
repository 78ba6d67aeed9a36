//! Hosts of sovereign and isolated clouds, and of regions, which are known like the usual ones.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Reason;

use super::{Reported, check, right};
use crate::support::{BAD, Case, GOOD, Key, Rule, key_in, pair, rule};

/// Azure's error without messages, which it gives after it has checked the key and the deployment.
const NO_MESSAGES: &str = r#"{"error":{"message":"'messages' is a required property","type":"invalid_request_error","param":null,"code":null}}"#;
const AZURE_BAD_KEY: &str = r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}"#;
const NO_DEPLOYMENT: &str = r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}"#;
const ANSWER: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"length"}]}"#;
const AZURE_LIST: &str =
    r#"{"object":"list","data":[{"id":"gpt-4o-2024-08-06","object":"model","status":"succeeded"}]}"#;

const BEDROCK_LIST: &str = r#"{"modelSummaries":[{"modelId":"acme.chat-v1:0","outputModalities":["TEXT"],"inferenceTypesSupported":["ON_DEMAND"]}]}"#;
const AT_AVAILABILITY: &str = "GET /foundation-model-availability/acme.chat-v1%3A0";
const AVAILABLE: &str = r#"{"modelId":"acme.chat-v1:0","agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}"#;
const UNKNOWN_ID: &str = r#"{"message":"The security token included in the request is invalid."}"#;
const CLIENT: &[(&str, &str)] = &[("x-amzn-errortype", "UnrecognizedClientException")];
const LISTS: &[Rule] = &[
    rule("GET /foundation-models", Key::Good, 200, BEDROCK_LIST),
    rule("GET /foundation-models", Key::Other, 403, UNKNOWN_ID).with(CLIENT),
];

const EXPIRED: &str = r#"{"error":{"code":401,"message":"Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.","status":"UNAUTHENTICATED"}}"#;

/// A deployment, whose calls need a genuine key in `api-key` and messages.
const DEPLOYMENT: &[Rule] = &{
    const CHAT: &str = "POST /openai/deployments/mini/chat/completions";
    [
        rule(CHAT, Key::Good, 200, ANSWER).in_header("api-key").with_body("\"messages\""),
        rule(CHAT, Key::Good, 400, NO_MESSAGES).in_header("api-key"),
        rule(CHAT, Key::Any, 401, AZURE_BAD_KEY),
    ]
};

const fn called(request: &'static str, status: u16, body: &'static str) -> [Rule; 2] {
    [rule(request, Key::Good, status, body).in_header("api-key"), rule(request, Key::Any, 401, AZURE_BAD_KEY)]
}

const fn deployed_v1(status: u16, body: &'static str) -> [Rule; 2] {
    called("POST /openai/v1/chat/completions", status, body)
}

fn azure(endpoint: &'static str) -> Case {
    Case::at(Provider::CustomOpenAiCompatible, endpoint)
}

fn bedrock(endpoint: &'static str) -> Case {
    Case::at(Provider::Aws, endpoint).with(pair("AKIAIOSFODNN7EXAMPLE", GOOD))
}

pub(super) fn table() -> Vec<Reported> {
    let government = || {
        azure("http://example.openai.azure.us/openai/deployments/mini?api-version=2024-10-21").model("mini")
    };
    vec![
        right(
            government().is(
                "Azure Government: a key that is sent as `api-key`",
                "presidio-oss/cline-based-code-generator#124",
                DEPLOYMENT,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .model("verified"),
        right(
            government().bad().is(
                "Azure Government: a wrong key",
                "presidio-oss/cline-based-code-generator#124, SciSharp/BotSharp#386",
                DEPLOYMENT,
            ),
            Reason::BadKey,
            "no",
        )
        .credential("rejected")
        .ping(Reason::BadKey),
        right(
            azure("http://example.openai.azure.us/openai").model("gpt-5.1").is(
                "Azure Government: the path without its version",
                "anomalyco/opencode#37166",
                const { &deployed_v1(400, NO_MESSAGES) },
            ),
            Reason::WrongBasePath,
            "no",
        )
        .credential("verified")
        .suggests("/openai/v1"),
        right(
            azure("http://example.openai.azure.cn/openai/v1").is(
                "Azure in China: a list that needs the key",
                "danny-avila/LibreChat: azureOpenAIHostSuffixes; vercel/ai#17654",
                const { &called("GET /openai/v1/models", 200, AZURE_LIST) },
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            azure("http://example.cognitiveservices.azure.cn/openai/v1").model("mini").is(
                "Azure in China: a deployment that does not exist",
                "learn.microsoft.com/answers/questions/1371786",
                const { &deployed_v1(404, NO_DEPLOYMENT) },
            ),
            Reason::DeploymentNotFound,
            "no",
        )
        .credential("verified")
        .model("not_found")
        .ping(Reason::DeploymentNotFound),
        right(
            azure("http://example.services.ai.azure.us/models?api-version=2024-05-01-preview")
                .model("gpt-4o")
                .is(
                    "Azure Government: an API that does lie under `/models`",
                    "learn.microsoft.com/azure/foundry/concepts/foundry-azure-government",
                    const { &called("POST /models/chat/completions", 400, NO_MESSAGES) },
                ),
            Reason::Depth,
            "unknown",
        )
        .credential("verified"),
        right(
            azure("http://example.openai.azure.us.evil.example/openai/v1")
                .with(key_in("api-key", None, GOOD))
                .is(
                    "a host that only begins like Azure's: its list proves no key",
                    "RFC 9110 §15.3.1",
                    const { &[rule("GET /openai/v1/models", Key::Any, 200, AZURE_LIST)] },
                ),
            Reason::AuthNotEnforced,
            "yes",
        )
        .credential("not_required"),
        right(
            bedrock("http://bedrock.us-iso-east-1.c2s.ic.gov").is(
                "AWS's isolated partition: the region of the host is signed",
                "boto/botocore: data/partitions.json",
                LISTS,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            bedrock("http://bedrock-runtime.eu-isoe-west-1.cloud.adc-e.uk").model("acme.chat-v1:0").is(
                "AWS's isolated partition: the list of the sibling host",
                "boto/botocore: data/partitions.json",
                const { &[LISTS[0], LISTS[1], rule(AT_AVAILABILITY, Key::Good, 200, AVAILABLE)] },
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .model("verified"),
        right(
            bedrock("http://bedrock.cn-north-1.amazonaws.com.cn")
                .bad_with(pair("AKIAIOSFODNN7EXAMPLE", BAD))
                .is("AWS in China: a wrong pair", "anthropics/claude-code#2260", LISTS),
            Reason::BadKey,
            "no",
        ),
        right(
            Case::at(
                Provider::Google,
                "http://aiplatform.eu.rep.googleapis.com/v1/projects/p-1/locations/eu/endpoints/openapi",
            )
            .model("google/gemini-x")
            .is(
                "Vertex AI in a multi-region",
                "googleapis/python-genai: aiplatform.us.rep.googleapis.com in its tests",
                const { &[
                    rule("POST /v1/projects/p-1/locations/eu/publishers/google/models/gemini-x:countTokens",
                        Key::Good, 200, r#"{"totalTokens":1}"#),
                    rule("POST /v1/projects/p-1/locations/eu/publishers/google/models/gemini-x:countTokens",
                        Key::Other, 401, EXPIRED),
                ] },
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .model("verified"),
    ]
}

#[tokio::test]
async fn check_of_known_hosts_gives_the_right_result() {
    check(table()).await;
}
