//! Classification of responses to a completion request at an unknown server.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;

use super::codes::{CLASSES, CODES, ROUTES};
use super::words::{self, WORDS};
use super::{Form, ResponseClass, Rule, rules_of};
use crate::auth::Auth;
use crate::error_body::ErrorBody;
use crate::family::ProviderTarget;
use crate::key_header::KeyHeader;
use crate::reason::Reason;
use crate::response::Response;

/// The class at an unknown server, for a configuration with this model.
pub(super) fn class_of(response: &Response, model: Option<&str>) -> ResponseClass {
    class_at(Provider::CustomOpenAiCompatible, "https://llm.example/v1", response, model)
}

/// The class at this endpoint.
pub(super) fn class_at(
    provider: Provider,
    endpoint: &str,
    response: &Response,
    model: Option<&str>,
) -> ResponseClass {
    let target = Target {
        provider,
        endpoint: endpoint.parse().unwrap(),
        api_path: "/chat/completions".parse().unwrap(),
        model: model.map(|model| model.parse().expect("a model")),
    };
    let target = ProviderTarget::new(&target, Auth::key("sk-1", KeyHeader::bearer()));
    let url = target.target.url();
    target.classify(&url, response)
}

fn reason(response: &Response) -> Reason {
    class_of(response, None).reason
}

#[track_caller]
fn check(status: u16, body: &str, expected: Reason) {
    assert_eq!(reason(&Response::of(status, body)), expected, "{status} {body}");
}

fn error_text(text: &str) -> String {
    format!(r#"{{"error":{{"message":"{text}"}}}}"#)
}

fn error_code(code: &str) -> String {
    format!(r#"{{"error":{{"message":"No.","code":"{code}"}}}}"#)
}

#[test]
fn classify_without_known_words_follows_status_and_form() {
    let error = r#"{"error":{"message":"No."}}"#;
    check(307, "", Reason::Redirected);
    check(400, error, Reason::UnexpectedAnswer);
    check(401, error, Reason::UnexpectedAnswer);
    check(401, r#"{"error":{}}"#, Reason::BadKey);
    check(401, r#"{"error":"Unauthorized"}"#, Reason::BadKey);
    check(401, "<html>Sign in</html>", Reason::UnexpectedAnswer);
    check(402, error, Reason::InsufficientCredit);
    check(403, error, Reason::NoPermission);
    check(403, "<html>Blocked</html>", Reason::UnexpectedAnswer);
    check(404, "404 page not found", Reason::WrongBasePath);
    check(404, r#"{"detail":"Not Found"}"#, Reason::WrongBasePath);
    check(405, r#"{"detail":"Method Not Allowed"}"#, Reason::WrongBasePath);
    check(429, error, Reason::RateLimited);
    check(500, "Internal Server Error", Reason::ProviderDown);
    check(529, error, Reason::ProviderDown);
}

#[test]
fn classify_with_known_code_or_words_ignores_status() {
    check(429, &error_code("insufficient_quota"), Reason::QuotaExhausted);
    check(401, &error_code("expired_key"), Reason::KeyExpired);
    check(404, &error_code("DeploymentNotFound"), Reason::DeploymentNotFound);
    check(503, &error_code("model_not_found"), Reason::ModelNotFound);
    check(400, &error_text("Your credit balance is too low to access the API"), Reason::InsufficientCredit);
    check(401, &error_text("Missing scopes: model.request"), Reason::KeyRestrictedScope);
    check(401, &error_text("litellm.AuthenticationError: no"), Reason::UpstreamKeyRejected);
    check(404, &error_text("This model is only supported in v1/responses and not"), Reason::ModelWrongApi);
    check(404, &error_text("This is not a chat model and"), Reason::ModelWrongApi);
    check(404, &error_text("The model `x` does not exist."), Reason::ModelNotFound);
    check(503, &error_text("Loading model"), Reason::ServerLoading);
    let litellm = r#"{"error":{"message":"No connected db.","type":"no_db_connection","code":"400"}}"#;
    check(400, litellm, Reason::BadKey);
    let limited = r#"{"error":{"message":"Slow.","code":"rate_limit_exceeded","type":"insufficient_quota"}}"#;
    check(429, limited, Reason::RateLimited);
}

#[test]
fn classify_401_judges_the_key_only_if_the_error_does() {
    let restricted = r#"{"code":"ip_not_authorized","message":"Your IP is not authorized"}"#;
    check(401, restricted, Reason::KeyRestrictedIpOrReferrer);
    check(401, "Please sign in", Reason::UnexpectedAnswer);
    check(401, "Invalid API key", Reason::BadKey);
    for open in ["Unauthorized", "", "{}", r#"{"detail":"Unauthorized"}"#] {
        assert!(class_of(&Response::of(401, open), None).is_key_open, "{open}");
    }
    check(401, &error_text("The key has expired"), Reason::KeyExpired);
    check(401, &error_text("Missing API key"), Reason::ConfigIncomplete);
    check(401, r#"{"error":{"message":"Bye.","code":"account_deactivated"}}"#, Reason::KeyDisabledOrLeaked);
}

#[test]
fn classify_of_google_form_follows_its_rules() {
    let google = |status: u16, name: &str, reason: &str, text: &str| {
        let info = format!(r#"{{"@type":"google.rpc.ErrorInfo","reason":"{reason}"}}"#);
        format!(r#"{{"error":{{"code":{status},"message":"{text}","status":"{name}","details":[{info}]}}}}"#)
    };
    check(400, &google(400, "INVALID_ARGUMENT", "API_KEY_INVALID", "API key expired."), Reason::KeyExpired);
    check(403, &google(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "Off."), Reason::ApiNotEnabled);
    let suspended = google(403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED", "Suspended.");
    check(403, &suspended, Reason::KeyDisabledOrLeaked);
    check(429, &google(429, "RESOURCE_EXHAUSTED", "", "Quota, limit: 0"), Reason::QuotaExhausted);
    check(400, &google(400, "INVALID_ARGUMENT", "", "Bad contents"), Reason::UnexpectedAnswer);
    let in_list = google(400, "INVALID_ARGUMENT", "API_KEY_INVALID", "API key not valid.");
    check(400, &format!("[{in_list}]"), Reason::BadKey);
}

#[test]
fn classify_of_anthropic_form_follows_its_rules() {
    let anthropic = |kind: &str, text: &str| {
        format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{text}"}}}}"#)
    };
    check(403, &anthropic("forbidden", "Request not allowed"), Reason::RegionUnsupported);
    check(403, &anthropic("permission_error", "No."), Reason::NoPermission);
    check(401, &anthropic("authentication_error", "invalid x-api-key"), Reason::BadKey);
}

#[test]
fn classify_of_amazon_form_follows_its_rules() {
    let amazon = |status, kind: &'static str, text: &str, expected| {
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static("x-amzn-errortype"),
            HeaderValue::from_static(kind),
        )]);
        let body = format!(r#"{{"message":"{text}"}}"#).into_bytes();
        assert_eq!(reason(&Response::new(status, headers, body, true)), expected, "{kind} {text}");
    };
    amazon(403, "UnrecognizedClientException", "The security token is invalid.", Reason::BadKey);
    amazon(403, "InvalidSignatureException", "No match.", Reason::BadKey);
    amazon(403, "InvalidSignatureException", "Signature expired: now", Reason::ClockSkew);
    amazon(403, "ExpiredTokenException", "Expired.", Reason::KeyExpired);
    amazon(400, "ValidationException", "Malformed input", Reason::UnexpectedAnswer);
}

#[test]
fn classify_of_success_follows_the_error_inside() {
    check(200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#, Reason::InsufficientCredit);
    check(200, r#"{"error":"Unexpected endpoint or method. (POST /chat)"}"#, Reason::WrongBasePath);
    let late = r#"{"choices":[{"finish_reason":"error","error":{"code":502,"message":"No."}}]}"#;
    check(200, late, Reason::ProviderDown);
    check(200, r#"{"error":{"message":"No."}}"#, Reason::UnexpectedAnswer);
    check(200, "<!doctype html><title>Welcome</title>", Reason::NotAnLlmApi);
    check(200, r#"{"status":"ok"}"#, Reason::NotAnLlmApi);
}

#[test]
fn codes_of_rules_may_be_reported() {
    let forms = [Form::Anthropic, Form::Google, Form::Amazon].map(rules_of);
    let of_forms = forms.into_iter().flat_map(|(rules, classes)| rules.iter().chain(classes));
    let rules = [CODES, ROUTES, CLASSES].into_iter().flatten().chain(of_forms);
    let is_name = |code: &&&str| code.parse::<u32>().is_err();
    for code in rules.flat_map(Rule::codes).filter(is_name) {
        let error = ErrorBody { code: (*code).to_owned(), ..ErrorBody::default() };
        assert_eq!(error.provider_code().as_deref(), Some(*code));
    }
}

#[test]
fn words_of_rules_are_not_covered_by_earlier_rules() {
    let rules: Vec<&Rule> = words::ROUTES.iter().chain(WORDS.iter().copied().flatten()).collect();
    for (at, rule) in rules.iter().enumerate() {
        for message in rule.messages() {
            let error = ErrorBody { message, ..ErrorBody::default() };
            let is_earlier = |earlier: &&&Rule| {
                let is_excluded = !std::ptr::eq(**earlier, *rule) && earlier.excludes(&error.message);
                earlier.shares_status(rule) && earlier.matches_text(&error) && !is_excluded
            };
            let first = rules.iter().find(is_earlier).expect("the row itself");
            assert!(
                std::ptr::eq(*first, *rule) || first.reason() == rule.reason(),
                "{}: {:?} instead of {:?} (row {at})",
                error.message,
                first.reason(),
                rule.reason(),
            );
        }
    }
}

#[test]
fn classify_of_denied_model_covers_every_unit_of_litellm() {
    for unit in ["key", "team", "tag"] {
        let body =
            format!(r#"{{"error":{{"message":"No.","type":"{unit}_model_access_denied","code":"401"}}}}"#);
        check(401, &body, Reason::ModelNoAccess);
    }
}

#[test]
fn classify_of_stream_that_ends_before_output_is_undecided() {
    let role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n";
    check(200, role, Reason::UnexpectedAnswer);
    check(200, &format!("{role}data: [DONE]\n\n"), Reason::UnexpectedAnswer);
    assert!(!class_of(&Response::of(200, role), None).is_absent);
    check(200, "data: {\"a\":1}\n\n", Reason::NotAnLlmApi);
}

#[test]
fn classify_of_large_hostile_body_takes_linear_time() {
    for part in ["ab ", "/ab/", "model ", "key ", "[", "\\\"", "not found ", "<a>", "é", "http:// "] {
        let text = part.repeat(100_000 / part.len());
        for body in [error_text(&text), error_code(&text), text] {
            for status in [200, 400, 401, 404, 500] {
                let response = Response::of(status, &body);
                let class = class_of(&response, Some("ab"));
                assert_ne!(class.reason, Reason::Ok, "{part}");
                assert!(response.is_like(&Response::of(status, &body)));
            }
        }
    }
}
