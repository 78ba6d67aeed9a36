//! `GOOGLE`: Vertex AI.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, Key, Rule, Truth, key, rule};

const COMPATIBLE: &str = "http://us-central1-aiplatform.googleapis.com/v1beta1/projects/p-1/locations/\
    us-central1/endpoints/openapi";
const NATIVE: &str =
    "http://us-central1-aiplatform.googleapis.com/v1beta1/projects/p-1/locations/us-central1";

const COUNT: &str = "cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens";
const LOCATION: &str = "aiplatform discovery document, projects.locations.get";

const AT_COUNT: &str =
    "POST /v1beta1/projects/p-1/locations/us-central1/publishers/google/models/gemini-x:countTokens";
const AT_LOCATION: &str = "GET /v1beta1/projects/p-1/locations/us-central1";

const EXPIRED: &str = r#"{"error":{"code":401,"message":"Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.","status":"UNAUTHENTICATED"}}"#;

fn case(name: &'static str, source: &'static str, endpoint: &'static str, rules: &'static [Rule]) -> Case {
    Case::at(Provider::Google, endpoint).is(name, source, rules)
}

fn modelled(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Case {
    case(name, source, COMPATIBLE, rules).model("google/gemini-x")
}

const TOKENS: &[Rule] = &[
    rule(AT_COUNT, Key::Good, 200, r#"{"totalTokens":1}"#),
    rule(AT_COUNT, Key::Other, 401, EXPIRED),
    rule(
        AT_LOCATION,
        Key::Good,
        200,
        r#"{"name":"projects/p-1/locations/us-central1","locationId":"us-central1"}"#,
    ),
    rule(AT_LOCATION, Key::Other, 401, EXPIRED),
];

const fn counts(status: u16, body: &'static str) -> [Rule; 1] {
    [rule(AT_COUNT, Key::Any, status, body)]
}

#[tokio::test]
async fn check_with_access_token_matches_table() {
    let api_key = "discuss.ai.google.dev/t/143882";
    let found = reports(vec![
        modelled("a good token and a model", COUNT, TOKENS),
        modelled("a model without its publisher", COUNT, TOKENS).model("gemini-x"),
        modelled("a model's whole name", COUNT, TOKENS).model("publishers/google/models/gemini-x"),
        case("a good token and no model", LOCATION, COMPATIBLE, TOKENS),
        case("an endpoint that ends with the location", LOCATION, NATIVE, TOKENS),
        modelled("a model of another publisher", LOCATION, TOKENS).model("meta/llama-x"),
        modelled("a bad or expired token", COUNT, TOKENS).bad(),
        case("a bad token and no model", LOCATION, COMPATIBLE, TOKENS).bad(),
        modelled("no token: no request is sent", COUNT, TOKENS).keyless(),
        case("an endpoint without a project: no request is sent", COUNT,
            "http://aiplatform.googleapis.com/v1", TOKENS),
        modelled("a key of AI Studio", api_key, const {
            &counts(401, r#"{"error":{"code":401,"message":"API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal.","status":"UNAUTHENTICATED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CREDENTIALS_MISSING"}]}}"#)
        }),
        modelled("a key of AI Studio that is taken for a token", api_key, const { &counts(401, EXPIRED) })
            .with(key("AIzaSy0000000000000000")),
        modelled("an expired token, by its reason", "cloud.google.com/apis, ErrorReason", const {
            &counts(401, r#"{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_EXPIRED"}]}}"#)
        }).truth(Truth::Bad),
        modelled("no role, or nothing there", "rpurinton/gemini-php#4", const {
            &counts(403, r#"{"error":{"code":403,"message":"Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p-1/locations/us-central1/publishers/google/models/gemini-x' (or it may not exist).","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"IAM_PERMISSION_DENIED"}]}}"#)
        }),
        modelled("the API is switched off", "GoogleCloudPlatform/vertex-ai-samples#476", const {
            &counts(403, r#"{"error":{"code":403,"message":"Vertex AI API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED"}]}}"#)
        }),
        modelled("an unknown model", "genkit-ai/genkit#4688", const {
            &counts(404, r#"[{"error":{"code":404,"message":"Publisher Model `projects/p-1/locations/us-central1/publishers/google/models/gemini-x` was not found or your project does not have access to it.","status":"NOT_FOUND"}}]"#)
        }),
        modelled("too many calls", "cloud.google.com/vertex-ai/generative-ai/docs/error-code-429", const {
            &counts(429, r#"{"error":{"code":429,"message":"Resource exhausted. Please try again later.","status":"RESOURCE_EXHAUSTED"}}"#)
        }),
        modelled("trouble at the provider", "cloud.google.com/vertex-ai/docs/general/troubleshooting", const {
            &counts(503, r#"{"error":{"code":503,"message":"The service is currently unavailable.","status":"UNAVAILABLE"}}"#)
        }),
        modelled("a web page", "langfuse/langfuse#7751",
            const { &counts(404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>") }),
        modelled("elsewhere", "RFC 9110 §15.4", const {
            &[Rule { headers: &[("location", "https://accounts.google.com/login")],
                ..rule(AT_COUNT, Key::Any, 302, "") }]
        }),
    ])
    .await;
    insta::assert_snapshot!(found);
}

#[tokio::test]
async fn check_at_gateway_matches_table() {
    const PATH: &str = "http://llm.example/vertex/v1/projects/p-1/locations/global/endpoints/openapi";
    const AT: &str =
        "POST /vertex/v1/projects/p-1/locations/global/publishers/google/models/gemini-x:countTokens";
    let gateway = |name, source, rules| case(name, source, PATH, rules).model("google/gemini-x");
    let found = reports(vec![
        gateway("a gateway that checks tokens", COUNT, const {
            &[rule(AT, Key::Good, 200, r#"{"totalTokens":1}"#), rule(AT, Key::Other, 401, EXPIRED)]
        }),
        gateway("a gateway that checks nothing", COUNT, const { &[rule(AT, Key::Any, 200, r#"{"totalTokens":1}"#)] }).bad(),
        gateway("a gateway that reports a missing model", COUNT, const {
            &[rule(AT, Key::Any, 404, r#"{"error":{"code":404,"message":"Publisher Model was not found","status":"NOT_FOUND"}}"#)]
        }).bad(),
    ])
    .await;
    insta::assert_snapshot!(found);
}
