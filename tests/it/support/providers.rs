//! Fake providers on loopback. Each implements the API of one vendor.

use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use llm_config_probe::testing::is_signed_with;
use serde_json::{Value, json};

/// The key that fake providers accept.
pub(crate) const VALID_KEY: &str = "sk-genuine-0123456789abcdef";
/// The id of an AWS access key, whose secret is [`VALID_KEY`].
pub(crate) const AWS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";

/// The vendor whose API a fake provider implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FakeVendor {
    OpenAi,
    Anthropic,
    Google,
    /// With signed requests.
    Aws,
    /// With Bedrock API keys.
    AwsBearer,
    OpenRouter,
    LlamaCpp,
    /// Accepts every request, with or without a key.
    NoAuthentication,
}

/// Starts a provider that accepts `valid_key` and has the model `tiny`.
pub(crate) fn fake_provider(vendor: FakeVendor, valid_key: &str) -> ScriptedServer {
    let valid_key = valid_key.to_owned();
    let script = move |request: &Received| {
        let is_valid = is_authenticated(vendor, request, &valid_key);
        match (request.method.as_str(), request.path()) {
            _ if !is_valid => unauthorized(vendor),
            ("POST", path) if path.ends_with("/chat/completions") => chat(request),
            ("GET", "/v1/models" | "/v1/models/tiny") => models(vendor),
            ("GET", "/v1beta/models") if vendor == FakeVendor::Google => {
                Reply::json(200, r#"{"models":[{"name":"models/tiny"}]}"#)
            }
            ("GET", "/foundation-models") if matches!(vendor, FakeVendor::Aws | FakeVendor::AwsBearer) => {
                Reply::json(200, r#"{"modelSummaries":[{"modelId":"tiny"}]}"#)
            }
            ("GET", "/v1/key") if vendor == FakeVendor::OpenRouter => {
                Reply::json(200, r#"{"data":{"label":"team","limit_remaining":null,"is_free_tier":false}}"#)
            }
            ("GET", "/v1/props" | "/props") if vendor == FakeVendor::LlamaCpp => {
                Reply::json(200, r#"{"default_generation_settings":{},"total_slots":1}"#)
            }
            _ => Reply::text(404, "text/plain", "404 page not found"),
        }
    };
    ScriptedServer::start(script).expect("a free port")
}

fn is_authenticated(vendor: FakeVendor, request: &Received, valid_key: &str) -> bool {
    let bearer = request.header("authorization") == Some(&format!("Bearer {valid_key}"));
    match vendor {
        FakeVendor::NoAuthentication => true,
        FakeVendor::Anthropic => {
            request.header("anthropic-version") == Some("2023-06-01")
                && request.header("x-api-key") == Some(valid_key)
        }
        FakeVendor::Google => request.header("x-goog-api-key") == Some(valid_key),
        FakeVendor::Aws => is_signed_with(request, AWS_KEY_ID, valid_key),
        // OpenRouter's model list is public.
        FakeVendor::OpenRouter => bearer || request.path() == "/v1/models",
        FakeVendor::OpenAi | FakeVendor::AwsBearer | FakeVendor::LlamaCpp => bearer,
    }
}

fn unauthorized(vendor: FakeVendor) -> Reply {
    let reply = |status, body: Value| Reply::json(status, body.to_string());
    match vendor {
        FakeVendor::OpenAi | FakeVendor::NoAuthentication => reply(
            401,
            json!({"error": {
                "message": "Incorrect API key provided.", "type": "invalid_request_error", "param": null,
                "code": "invalid_api_key",
            }}),
        ),
        FakeVendor::Anthropic => reply(
            401,
            json!({
                "type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"},
            }),
        ),
        FakeVendor::Google => reply(
            400,
            json!({"error": {
                "code": 400, "message": "API key not valid. Please pass a valid API key.",
                "status": "INVALID_ARGUMENT",
                "details": [{
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                }],
            }}),
        ),
        FakeVendor::Aws => reply(
            403,
            json!({
                "message": "The request signature we calculated does not match the signature you provided.",
            }),
        )
        .with("x-amzn-errortype", "InvalidSignatureException"),
        FakeVendor::AwsBearer => {
            reply(403, json!({"Message": "Authentication failed: Please make sure your API Key is valid."}))
                .with("x-amzn-errortype", "AccessDeniedException")
        }
        FakeVendor::OpenRouter => reply(401, json!({"error": {"message": "User not found.", "code": 401}})),
        FakeVendor::LlamaCpp => reply(
            401,
            json!({"error": {"message": "Invalid API Key", "type": "authentication_error", "code": 401}}),
        ),
    }
}

fn models(vendor: FakeVendor) -> Reply {
    Reply::json(
        200,
        match vendor {
            FakeVendor::Anthropic => r#"{"data":[{"type":"model","id":"tiny"}],"has_more":false}"#,
            FakeVendor::OpenAi
            | FakeVendor::Google
            | FakeVendor::Aws
            | FakeVendor::AwsBearer
            | FakeVendor::OpenRouter
            | FakeVendor::LlamaCpp
            | FakeVendor::NoAuthentication => r#"{"object":"list","data":[{"id":"tiny","object":"model"}]}"#,
        },
    )
}

fn chat(request: &Received) -> Reply {
    let (status, body) = if request.body.contains("\"messages\"") {
        let message = json!({"role": "assistant", "content": "p"});
        let choice = json!({"index": 0, "message": message, "finish_reason": "length"});
        (200, json!({"id": "c", "object": "chat.completion", "model": "tiny", "choices": [choice]}))
    } else {
        let error = json!({
            "message": "Missing required parameter: 'messages'.", "type": "invalid_request_error",
            "param": "messages", "code": "missing_required_parameter",
        });
        (400, json!({"error": error}))
    };
    Reply::json(status, body.to_string())
}
