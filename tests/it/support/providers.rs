//! Providers on loopback, each with the manners of its vendor.

use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use llm_config_probe::testing::is_signed_with;

/// What genuine credentials consist of.
pub(crate) const GENUINE: &str = "sk-genuine-0123456789abcdef";
/// The id of an AWS access key; its secret is [`GENUINE`] too.
pub(crate) const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";

/// A vendor's manners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    OpenAi,
    Anthropic,
    Google,
    /// Signed requests.
    Aws,
    /// Bedrock API keys.
    AwsBearer,
    OpenRouter,
    LlamaCpp,
    /// Takes every key, and none.
    Open,
}

/// Starts a provider that knows the credential `genuine` and the model `tiny`.
pub(crate) fn provider(manners: Manners, genuine: &str) -> ScriptedServer {
    let genuine = genuine.to_owned();
    let script = move |request: &Received| {
        let is_genuine = shows(manners, request, &genuine);
        match (request.method.as_str(), request.path()) {
            _ if !is_genuine => refusal(manners),
            ("POST", path) if path.ends_with("/chat/completions") => chat(request),
            ("GET", "/v1/models" | "/v1/models/tiny") => models(manners),
            ("GET", "/v1beta/models") if manners == Manners::Google => {
                Reply::json(200, r#"{"models":[{"name":"models/tiny"}]}"#)
            }
            ("GET", "/foundation-models") if matches!(manners, Manners::Aws | Manners::AwsBearer) => {
                Reply::json(200, r#"{"modelSummaries":[{"modelId":"tiny"}]}"#)
            }
            ("GET", "/v1/key") if manners == Manners::OpenRouter => {
                Reply::json(200, r#"{"data":{"label":"team","limit_remaining":null,"is_free_tier":false}}"#)
            }
            ("GET", "/v1/props" | "/props") if manners == Manners::LlamaCpp => {
                Reply::json(200, r#"{"default_generation_settings":{},"total_slots":1}"#)
            }
            _ => Reply::text(404, "text/plain", "404 page not found"),
        }
    };
    ScriptedServer::start(script).expect("a free port")
}

fn shows(manners: Manners, request: &Received, genuine: &str) -> bool {
    let bearer = request.header("authorization") == Some(&format!("Bearer {genuine}"));
    match manners {
        Manners::Open => true,
        Manners::Anthropic => {
            request.header("anthropic-version") == Some("2023-06-01")
                && request.header("x-api-key") == Some(genuine)
        }
        Manners::Google => request.header("x-goog-api-key") == Some(genuine),
        Manners::Aws => is_signed_with(request, KEY_ID, genuine),
        // Public at the real one.
        Manners::OpenRouter => bearer || request.path() == "/v1/models",
        Manners::OpenAi | Manners::AwsBearer | Manners::LlamaCpp => bearer,
    }
}

fn refusal(manners: Manners) -> Reply {
    match manners {
        Manners::OpenAi | Manners::Open => Reply::json(
            401,
            r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
        ),
        Manners::Anthropic => Reply::json(
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
        ),
        Manners::Google => Reply::json(
            400,
            r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#,
        ),
        Manners::Aws => Reply::json(
            403,
            r#"{"message":"The request signature we calculated does not match the signature you provided."}"#,
        )
        .with("x-amzn-errortype", "InvalidSignatureException"),
        Manners::AwsBearer => Reply::json(
            403,
            r#"{"Message":"Authentication failed: Please make sure your API Key is valid."}"#,
        )
        .with("x-amzn-errortype", "AccessDeniedException"),
        Manners::OpenRouter => Reply::json(401, r#"{"error":{"message":"User not found.","code":401}}"#),
        Manners::LlamaCpp => Reply::json(
            401,
            r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#,
        ),
    }
}

fn models(manners: Manners) -> Reply {
    Reply::json(
        200,
        match manners {
            Manners::Anthropic => r#"{"data":[{"type":"model","id":"tiny"}],"has_more":false}"#,
            Manners::OpenAi
            | Manners::Google
            | Manners::Aws
            | Manners::AwsBearer
            | Manners::OpenRouter
            | Manners::LlamaCpp
            | Manners::Open => r#"{"object":"list","data":[{"id":"tiny","object":"model"}]}"#,
        },
    )
}

fn chat(request: &Received) -> Reply {
    if request.body.contains("\"messages\"") {
        Reply::json(
            200,
            r#"{"id":"c","object":"chat.completion","model":"tiny","choices":[{"index":0,"message":{"role":"assistant","content":"p"},"finish_reason":"length"}]}"#,
        )
    } else {
        Reply::json(
            400,
            r#"{"error":{"message":"Missing required parameter: 'messages'.","type":"invalid_request_error","param":"messages","code":"missing_required_parameter"}}"#,
        )
    }
}
