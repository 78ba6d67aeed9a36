//! `GOOGLE`: Vertex AI.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{BAD, Case, GOOD, Key, Rule, Truth, key, rule};

const COMPATIBLE: &str = "http://us-central1-aiplatform.googleapis.com/v1beta1/projects/p-1/locations/us-central1/endpoints/openapi";
const NATIVE: &str =
    "http://us-central1-aiplatform.googleapis.com/v1beta1/projects/p-1/locations/us-central1";

const COUNT: &str = "cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens";
const LOCATION: &str = "aiplatform discovery document, projects.locations.get";

const AT_COUNT: &str =
    "POST /v1beta1/projects/p-1/locations/us-central1/publishers/google/models/gemini-x:countTokens";
const AT_LOCATION: &str = "GET /v1beta1/projects/p-1/locations/us-central1";

const EXPIRED: &str = r#"{"error":{"code":401,"message":"Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.","status":"UNAUTHENTICATED"}}"#;

fn case(name: &'static str, source: &'static str, endpoint: &'static str, rules: &'static [Rule]) -> Case {
    Case {
        name,
        source,
        provider: Provider::Google,
        endpoint,
        credential: key(GOOD),
        truth: Truth::Good,
        api_path: "",
        model: None,
        depth: Depth::Credential,
        rules,
    }
}

fn modelled(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Case {
    Case { model: Some("google/gemini-x"), ..case(name, source, COMPATIBLE, rules) }
}

fn bad(mut case: Case) -> Case {
    case.credential = key(BAD);
    case.truth = Truth::Bad;
    case
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
async fn access_tokens() {
    let api_key = "discuss.ai.google.dev/t/143882";
    let found = reports(vec![
        modelled("a good token and a model", COUNT, TOKENS),
        Case { model: Some("gemini-x"), ..modelled("a model without its publisher", COUNT, TOKENS) },
        Case { model: Some("publishers/google/models/gemini-x"), ..modelled("a model's whole name", COUNT, TOKENS) },
        case("a good token and no model", LOCATION, COMPATIBLE, TOKENS),
        case("an endpoint that ends with the location", LOCATION, NATIVE, TOKENS),
        Case { model: Some("meta/llama-x"), ..modelled("a model of another publisher", LOCATION, TOKENS) },
        bad(modelled("a bad or expired token", COUNT, TOKENS)),
        bad(case("a bad token and no model", LOCATION, COMPATIBLE, TOKENS)),
        Case { credential: None, truth: Truth::None, ..modelled("no token: nobody is asked", COUNT, TOKENS) },
        case("an endpoint without a project: nobody is asked", COUNT, "http://aiplatform.googleapis.com/v1", TOKENS),
        modelled("a key of AI Studio", api_key, const {
            &counts(401, r#"{"error":{"code":401,"message":"API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal.","status":"UNAUTHENTICATED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CREDENTIALS_MISSING"}]}}"#)
        }),
        Case { credential: key("AIzaSy0000000000000000"), ..modelled("a key of AI Studio that is taken for a token", api_key, const { &counts(401, EXPIRED) }) },
        Case { truth: Truth::Bad, ..modelled("an expired token, by its reason", "cloud.google.com/apis, ErrorReason", const {
            &counts(401, r#"{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_EXPIRED"}]}}"#)
        }) },
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
        modelled("a web page", "langfuse/langfuse#7751", const { &counts(404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>") }),
        modelled("elsewhere", "RFC 9110 §15.4", const {
            &[Rule { headers: &[("location", "https://accounts.google.com/login")], ..rule(AT_COUNT, Key::Any, 302, "") }]
        }),
    ])
    .await;
    insta::assert_snapshot!(found);
}

#[tokio::test]
async fn gateways() {
    const PATH: &str = "http://llm.example/vertex/v1/projects/p-1/locations/global/endpoints/openapi";
    const AT: &str =
        "POST /vertex/v1/projects/p-1/locations/global/publishers/google/models/gemini-x:countTokens";
    let gateway =
        |name, source, rules| Case { model: Some("google/gemini-x"), ..case(name, source, PATH, rules) };
    let found = reports(vec![
        gateway("a gateway that checks tokens", COUNT, const {
            &[rule(AT, Key::Good, 200, r#"{"totalTokens":1}"#), rule(AT, Key::Other, 401, EXPIRED)]
        }),
        bad(gateway("a gateway that checks nothing", COUNT, const { &[rule(AT, Key::Any, 200, r#"{"totalTokens":1}"#)] })),
        bad(gateway("a gateway that says that the model is not there", COUNT, const {
            &[rule(AT, Key::Any, 404, r#"{"error":{"code":404,"message":"Publisher Model was not found","status":"NOT_FOUND"}}"#)]
        })),
    ])
    .await;
    insta::assert_snapshot!(found);
}
