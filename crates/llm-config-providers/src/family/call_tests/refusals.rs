//! Refusals of calls that concern the stored credential, and those that a retry cannot help.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use llm_config_core::provider::Provider;

use super::{DEFAULT, target};
use crate::auth::Auth;
use crate::family::ProviderTarget;
use crate::key_header::KeyHeader;
use crate::model_api::{CallRoute, CallUrlOptions};
use crate::response::Response;

const OPEN_AI: (Provider, &str) = (Provider::OpenAi, "https://api.openai.com/v1");
const ANTHROPIC: (Provider, &str) = (Provider::Anthropic, "https://api.anthropic.com");
const GOOGLE: (Provider, &str) = (Provider::Google, "https://generativelanguage.googleapis.com");
const AWS: (Provider, &str) = (Provider::Aws, "https://bedrock-runtime.us-east-1.amazonaws.com");
const LITE_LLM: (Provider, &str) = (Provider::LiteLlmProxy, "http://127.0.0.1:4000");
const OTHER: (Provider, &str) = (Provider::Other, "http://127.0.0.1:9000/v1");

/// Whether a response to the first call that the endpoint takes refuses the credential, and is final.
fn judge((provider, endpoint): (Provider, &str), response: &Response) -> (bool, bool) {
    let target = target(provider, endpoint, DEFAULT);
    let provider = ProviderTarget::new(&target, Auth::key("sk-1", KeyHeader::bearer()));
    let routes = CallRoute::ALL.into_iter();
    let mut refused = routes.filter_map(|route| {
        let url = provider.call_url(route, "m", CallUrlOptions::default()).ok()?;
        Some((provider.refuses_credential(&url, response), provider.is_spent(&url, response)))
    });
    let first = refused.next().unwrap();
    assert!(refused.all(|other| other == first), "{endpoint}: the dialects differ");
    first
}

#[track_caller]
fn check_amazon(kind: &'static str, status: u16, body: &str, expected: bool) {
    let kind = (HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(kind));
    let response = Response::new(status, HeaderMap::from_iter([kind]), body.into(), true);
    assert_eq!(judge(AWS, &response).0, expected, "{status} {body}");
}

#[track_caller]
fn check(at: (Provider, &str), status: u16, body: &str, refuses_credential: bool, is_spent: bool) {
    let response = Response::of(status, body);
    assert_eq!(judge(at, &response), (refuses_credential, is_spent), "{at:?} {status} {body}");
}

/// Case 30.
#[test]
fn refuses_credential_of_rejected_key_is_true_whatever_the_status() {
    let check = |at, status, body| check(at, status, body, true, false);
    check(
        OPEN_AI,
        401,
        r#"{"error":{"message":"Incorrect API key provided: sk-1.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
    );
    check(
        OPEN_AI,
        401,
        r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: model.request.","type":"invalid_request_error","code":null}}"#,
    );
    check(OPEN_AI, 401, "");
    check(
        ANTHROPIC,
        401,
        r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
    );
    check(
        GOOGLE,
        400,
        r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#,
    );
    check(
        GOOGLE,
        400,
        r#"[{"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT"}}]"#,
    );
    check(
        GOOGLE,
        403,
        r#"{"error":{"code":403,"message":"Your API key was reported as leaked. Please use another API key.","status":"PERMISSION_DENIED"}}"#,
    );
    check(
        LITE_LLM,
        400,
        r#"{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}"#,
    );
    for status in [401, 403] {
        check(OTHER, status, r#"{"error":{"message":"Invalid API key"}}"#);
    }
    for body in ["", "<!doctype html>", r#"{"detail":"No."}"#, r#"{"error":"Unauthorized"}"#] {
        check(OTHER, 401, body);
    }
    // An error inside a success.
    check(
        (Provider::OpenRouter, "https://openrouter.ai/api/v1"),
        200,
        r#"{"error":{"message":"User not found.","code":401}}"#,
    );
    check_amazon(
        "UnrecognizedClientException",
        403,
        r#"{"message":"The security token included in the request is invalid."}"#,
        true,
    );
    check_amazon(
        "InvalidSignatureException",
        403,
        r#"{"message":"The request signature we calculated does not match."}"#,
        true,
    );
}

#[test]
fn refuses_credential_of_other_refusal_is_false() {
    let check = |at, status, body| check(at, status, body, false, false);
    check(
        OPEN_AI,
        400,
        r#"{"error":{"message":"Unsupported parameter: 'max_tokens'.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#,
    );
    check(
        OPEN_AI,
        403,
        r#"{"error":{"message":"Project `proj_1` does not have access to model `m`","type":"invalid_request_error","code":"model_not_found"}}"#,
    );
    check(
        OPEN_AI,
        404,
        r#"{"error":{"message":"The model `m` does not exist or you do not have access to it.","code":"model_not_found"}}"#,
    );
    check(
        OPEN_AI,
        429,
        r#"{"error":{"message":"Rate limit reached for requests","code":"rate_limit_exceeded"}}"#,
    );
    check(OPEN_AI, 500, r#"{"error":{"message":"Incorrect API key provided"}}"#);
    check(ANTHROPIC, 403, r#"{"type":"error","error":{"type":"permission_error","message":"No access."}}"#);
    check(ANTHROPIC, 529, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#);
    check(
        GOOGLE,
        403,
        r#"{"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}"#,
    );
    check(
        LITE_LLM,
        401,
        r#"{"error":{"message":"key not allowed to access model.","type":"key_model_access_denied","param":"model","code":"401"}}"#,
    );
    check(OTHER, 400, r#"{"error":{"message":"'messages' is required"}}"#);
    check(OTHER, 403, r#"{"error":{"message":"No."}}"#);
    check(OTHER, 404, "");
    check(OTHER, 200, r#"{"choices":[]}"#);
    check_amazon(
        "AccessDeniedException",
        403,
        r#"{"Message":"User: x is not authorized to perform: bedrock:InvokeModel"}"#,
        false,
    );
}

#[test]
fn is_spent_of_used_up_credit_or_quota_is_true() {
    let check = |at, status, body| check(at, status, body, false, true);
    check(
        OPEN_AI,
        429,
        r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
    );
    check(
        OPEN_AI,
        429,
        r#"{"error":{"message":"Credit balance exhausted.","type":"insufficient_quota","code":"credit_balance_exhausted"}}"#,
    );
    check(
        OPEN_AI,
        429,
        r#"{"error":{"message":"The organization reached its spend limit.","type":"insufficient_quota","code":"organization_spend_limit_exceeded"}}"#,
    );
    check(
        OPEN_AI,
        429,
        r#"{"error":{"message":"The project reached its spend limit.","code":"project_spend_limit_exceeded"}}"#,
    );
    check(OTHER, 402, r#"{"error":{"message":"Payment required"}}"#);
    check(OTHER, 402, "");
    check(
        (Provider::OpenRouter, "https://openrouter.ai/api/v1"),
        200,
        r#"{"error":{"message":"This request requires more credits.","code":402}}"#,
    );
    // The quota is used up, although the status is that of a key.
    let quota =
        r#"{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","code":401}}"#;
    assert_eq!(judge(OTHER, &Response::of(401, quota)), (false, false));
}

#[test]
fn is_spent_of_momentary_limit_is_false() {
    let check = |at, body| check(at, 429, body, false, false);
    check(
        OPEN_AI,
        r#"{"error":{"message":"Rate limit reached for requests","type":"insufficient_quota","code":"rate_limit_exceeded"}}"#,
    );
    check(OTHER, r#"{"error":{"message":"Tokens per minute quota exhausted","type":"insufficient_quota"}}"#);
    check(ANTHROPIC, r#"{"type":"error","error":{"type":"rate_limit_error","message":"Slow down."}}"#);
    check(OTHER, "");
}
