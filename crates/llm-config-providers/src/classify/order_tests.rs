//! The order in which the tables decide, and errors that an API cannot have sent itself.

use llm_config_core::provider::Provider;

use super::form::Form;
use super::tests::{class_at, class_of};
use crate::reason::Reason;
use crate::response::Response;

#[track_caller]
fn check(status: u16, body: &str, expected: Reason) {
    let class = class_of(&Response::of(status, body), Some("acme/gpt-x"));
    assert_eq!(class.reason, expected, "{status} {body}");
}

#[test]
fn classify_by_code_of_one_cause_comes_before_words() {
    check(
        401,
        r#"{"error":{"message":"Invalid API key","code":"account_deactivated"}}"#,
        Reason::KeyDisabledOrLeaked,
    );
    check(429, r#"{"error":{"message":"Slow down","code":"insufficient_quota"}}"#, Reason::QuotaExhausted);
    check(200, r#"{"error":{"message":"No","code":"insufficient_quota"}}"#, Reason::QuotaExhausted);
    check(503, r#"{"error":{"message":"No","code":"model_not_found"}}"#, Reason::ModelNotFound);
}

#[test]
fn classify_by_words_comes_before_code_of_a_class() {
    check(
        400,
        r#"{"error":{"message":"Model Not Exist","code":"invalid_request_error"}}"#,
        Reason::ModelNotFound,
    );
    check(
        403,
        r#"{"error":{"message":"Insufficient balance","type":"permission_error"}}"#,
        Reason::InsufficientCredit,
    );
    check(404, r#"{"error":{"message":"model not found","type":"not_found_error"}}"#, Reason::ModelNotFound);
    let in_form = r#"{"type":"error","error":{"type":"permission_error","message":"insufficient balance"}}"#;
    check(403, in_form, Reason::InsufficientCredit);
    let own = class_at(Provider::Anthropic, "https://llm.example", &Response::of(403, in_form), None);
    assert_eq!(own.reason, Reason::InsufficientCredit);
}

#[test]
fn classify_by_words_passes_over_rows_that_the_status_excludes() {
    for (status, message, expected) in [
        (500, "IP address not allowed by the provider: insufficient balance", Reason::InsufficientCredit),
        (503, "Missing scopes: quota has been exhausted", Reason::QuotaExhausted),
        (503, "Insufficient permissions for this operation: model not found", Reason::ModelNotFound),
    ] {
        check(status, &format!(r#"{{"error":{{"message":"{message}"}}}}"#), expected);
    }
}

#[test]
fn classify_of_status_name_that_no_api_of_google_has_is_not_of_google() {
    for name in ["ERROR", "FAIL", "UNAUTHORIZED", "FAILURE", "FORBIDDEN"] {
        let response = Response::of(401, &format!(r#"{{"status":"{name}","message":"Invalid API key"}}"#));
        assert_eq!(Form::of(&response), None, "{name}");
        let class = class_of(&response, None);
        assert_eq!((class.reason, class.is_conclusive), (Reason::BadKey, true), "{name}");
    }
    let own = r#"{"error":{"code":401,"message":"No.","status":"UNAUTHENTICATED"}}"#;
    assert_eq!(Form::of(&Response::of(401, own)), Some(Form::Google));
}

#[test]
fn classify_by_code_of_a_class_comes_before_status() {
    check(400, r#"{"error":{"message":"No.","type":"authentication_error"}}"#, Reason::BadKey);
    check(404, r#"{"error":{"message":"No.","type":"permission_error"}}"#, Reason::NoPermission);
    check(400, r#"{"error":{"message":"No.","type":"rate_limit_error"}}"#, Reason::RateLimited);
}

#[test]
fn classify_of_route_comes_before_words_about_models() {
    check(
        404,
        r#"{"error":{"message":"Unknown request URL: GET /v1/models. The model is not found"}}"#,
        Reason::WrongBasePath,
    );
    check(404, r#"{"detail":"POST /chat/completions not found"}"#, Reason::WrongBasePath);
    check(
        404,
        r#"{"detail":"The model acme/gpt-x is not found by /chat/completions"}"#,
        Reason::ModelNotFound,
    );
}

#[test]
fn classify_is_the_same_for_every_family() {
    for (status, body) in [
        (401, r#"{"error":{"message":"Missing API key"}}"#),
        (403, r#"{"error":{"message":"No."}}"#),
        (400, r#"{"error":{"message":"Model Not Exist"}}"#),
        (403, r#"{"error":{"message":"Insufficient balance"}}"#),
        (404, r#"{"detail":"Not Found"}"#),
        (404, r#"{"error":{"message":"The model acme/gpt-x is not found"}}"#),
        (401, r#"{"error":{"message":"Invalid API key"}}"#),
        (503, r#"{"error":{"message":"Invalid API key"}}"#),
    ] {
        let response = Response::of(status, body);
        let expected = class_of(&response, None);
        for provider in [Provider::Anthropic, Provider::Google, Provider::Ollama, Provider::LiteLlmProxy] {
            let class = class_at(provider, "https://llm.example", &response, None);
            let found = (class.reason, class.is_conclusive, class.is_absent);
            assert_eq!(
                found,
                (expected.reason, expected.is_conclusive, expected.is_absent),
                "{provider} {body}"
            );
        }
    }
}

#[test]
fn classify_of_error_that_the_vendor_does_not_send_does_not_judge_the_key() {
    let google = r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#;
    let anthropic = r#"{"type":"error","error":{"type":"permission_error","message":"No."}}"#;
    let amazon = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:ListFoundationModels"}"#;
    let credits = r#"{"error":{"code":402,"message":"Insufficient credits"}}"#;
    let at_openai = (Provider::OpenAi, "https://api.openai.com/v1");
    let at_anthropic = (Provider::Anthropic, "https://api.anthropic.com");
    let at_gemini = (Provider::Google, "https://generativelanguage.googleapis.com");
    let at_open_router = (Provider::OpenRouter, "https://openrouter.ai/api/v1");
    for ((provider, endpoint), status, body) in [
        (at_anthropic, 400, google),
        (at_openai, 400, google),
        (at_open_router, 400, google),
        (at_openai, 403, anthropic),
        (at_gemini, 403, anthropic),
        (at_openai, 403, amazon),
        (at_anthropic, 200, credits),
        (at_gemini, 200, credits),
    ] {
        let class = class_at(provider, endpoint, &Response::of(status, body), None);
        let found = (class.is_conclusive, class.forbids_listing, class.model);
        assert_eq!(found, (false, false, None), "{endpoint} {body}: {:?}", class.reason);
    }
    let own = class_at(at_anthropic.0, at_anthropic.1, &Response::of(403, anthropic), None);
    assert!(own.is_conclusive);
    let own = class_at(at_gemini.0, at_gemini.1, &Response::of(400, google), None);
    assert_eq!((own.reason, own.is_conclusive), (Reason::BadKey, true));
    let own = class_at(at_open_router.0, at_open_router.1, &Response::of(200, credits), None);
    assert_eq!((own.reason, own.is_conclusive), (Reason::InsufficientCredit, true));
}

#[test]
fn classify_of_error_behind_a_gateway_does_not_judge_the_key() {
    for body in [
        r#"{"error":{"message":"Provider returned error","code":401,"metadata":{"raw":"{\"error\":\"Invalid API key\"}","provider_name":"Acme"}}}"#,
        r#"{"error":{"message":"{\"error\":{\"message\":\"Incorrect API key provided: sk-x\"}}"}}"#,
        r#"{"detail":"Error code: 401 - {'error': {'message': 'Incorrect API key provided'}}"}"#,
        r#"{"error":{"message":"litellm.AuthenticationError: Incorrect API key provided"}}"#,
    ] {
        check(401, body, Reason::UpstreamKeyRejected);
    }
    check(500, r#"{"error":{"message":"Incorrect API key provided"}}"#, Reason::ProviderDown);
}
