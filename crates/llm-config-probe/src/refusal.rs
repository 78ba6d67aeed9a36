//! What an answer that refuses a call means, wherever nothing is known of the provider.

use serde_json::Value;

use crate::error_body::ErrorBody;
use crate::providers::{self, codes, verdicts};
use crate::report::{Implied, Reason, Stage};
use llm_config_egress::Response;

/// What texts mean, in lower case, whatever the status: those that gateways pass on without the
/// codes beside them, and those that only calls are told.
const TEXTS: &[(&str, Reason)] = &[
    ("please make sure your api key is valid", Reason::BadKey),
    ("reported as leaked", Reason::KeyDisabledOrLeaked),
    ("api keys are not supported by this api", Reason::KeyWrongProduct),
    ("credit balance is too low", Reason::InsufficientCredit),
    ("user location is not supported", Reason::RegionUnsupported),
    // vLLM, of a model without a form for chats.
    ("must provide a chat template", Reason::ModelWrongApi),
    ("inference profile", Reason::ModelNeedsInferenceProfile),
    ("have access to the model with the specified model id", Reason::ModelNoAccess),
    ("model identifier is invalid", Reason::ModelNotFound),
    // OpenRouter, for a model that nobody offers to this account.
    ("no endpoints found", Reason::ModelNotFound),
    // LM Studio, with status 200 (zeenie-ai/OpenCompany#115).
    ("unexpected endpoint or method", Reason::WrongBasePath),
    ("loading model", Reason::ServerLoading),
];

/// What an answer means that is not the one that was hoped for.
pub(crate) fn refusal(answer: &Response) -> Reason {
    let error = ErrorBody::read(answer);
    if !answer.is_success() {
        let told = providers::in_own_form(answer).or_else(|| named(answer.status, &error));
        return told.unwrap_or_else(|| {
            let reason = verdicts::reason(answer);
            // Who answers without the form of an error may be a proxy in front of the provider.
            let is_denied = answer.status == 403 && error.is_error;
            if reason == Reason::UnexpectedAnswer && is_denied { Reason::NoPermission } else { reason }
        });
    }
    // `OpenRouter` answers 200 once it began, and says what went wrong in the body.
    let json = answer.json().unwrap_or_default();
    let within = json.get("error").or_else(|| json.pointer("/choices/0/error"));
    match within.and_then(status_of) {
        Some(status) => refusal_of(status, &error),
        None if within.is_some() => named(400, &error).unwrap_or(Reason::UnexpectedAnswer),
        None => Reason::NotAnLlmApi,
    }
}

/// What an answer says in codes or words that mean the same everywhere.
pub(crate) fn said(answer: &Response) -> Option<Reason> {
    let reason = if answer.is_success() {
        refusal(answer)
    } else {
        providers::in_own_form(answer).or_else(|| named(answer.status, &ErrorBody::read(answer)))?
    };
    (reason != Reason::UnexpectedAnswer).then_some(reason)
}

fn status_of(error: &Value) -> Option<u16> {
    let status = error.get("code")?.as_u64()?.try_into().ok()?;
    (400..600).contains(&status).then_some(status)
}

/// What the status within a success and the error beside it mean.
fn refusal_of(status: u16, error: &ErrorBody) -> Reason {
    named(status, error).unwrap_or_else(|| match status {
        401 if error.is_error => Reason::BadKey,
        402 => Reason::InsufficientCredit,
        403 if error.is_error => Reason::NoPermission,
        404 if error.says(&["model"]) => Reason::ModelNotFound,
        404 | 405 | 501 => Reason::WrongBasePath,
        429 => Reason::RateLimited,
        500.. => Reason::ProviderDown,
        _ => Reason::UnexpectedAnswer,
    })
}

fn named(status: u16, error: &ErrorBody) -> Option<Reason> {
    let by_text = TEXTS.iter().find(|(text, _)| error.says(&[text])).map(|(_, reason)| *reason);
    by_text.or_else(|| codes::cause(error).filter(|it| codes::fits(*it, status)))
}

/// How far a call came that was refused for this reason.
pub(crate) fn stage(reason: Reason) -> Stage {
    let is_models = matches!(
        reason,
        Reason::ModelNotFound
            | Reason::ModelNoAccess
            | Reason::ModelNeedsInferenceProfile
            | Reason::ModelWrongApi
            | Reason::DeploymentNotFound
            | Reason::UpstreamKeyRejected
            | Reason::ServerLoading
    );
    match reason.implied() {
        _ if is_models => Stage::Model,
        Implied::Unusable | Implied::Undecided => Stage::Http,
        Implied::Works
        | Implied::WorksWithout
        | Implied::Rejected
        | Implied::GenuineButRefused
        | Implied::GenuineButUnsure => Stage::Auth,
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expected: Reason) {
        let answer = Response { status, headers: HeaderMap::new(), body: body.into(), is_whole: true };
        assert_eq!(refusal(&answer), expected, "{status} {body}");
    }

    #[test]
    fn a_status_and_the_form_of_an_error_decide() {
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
    fn a_code_or_a_known_sentence_decides_before_the_status() {
        let coded = |code: &str| format!(r#"{{"error":{{"message":"No.","code":"{code}"}}}}"#);
        check(429, &coded("insufficient_quota"), Reason::QuotaExhausted);
        check(401, &coded("expired_key"), Reason::KeyExpired);
        check(404, &coded("DeploymentNotFound"), Reason::DeploymentNotFound);
        let said = |text: &str| format!(r#"{{"error":{{"message":"{text}"}}}}"#);
        check(400, &said("Your credit balance is too low to access the API"), Reason::InsufficientCredit);
        check(401, &said("Missing scopes: model.request"), Reason::KeyRestrictedScope);
        check(401, &said("litellm.AuthenticationError: no"), Reason::UpstreamKeyRejected);
        check(404, &said("This model is only supported in v1/responses and not"), Reason::ModelWrongApi);
        check(404, &said("This is not a chat model and"), Reason::ModelWrongApi);
        check(404, &said("The model `x` does not exist."), Reason::ModelNotFound);
        check(503, &said("Loading model"), Reason::ServerLoading);
        let litellm = r#"{"error":{"message":"No connected db.","type":"no_db_connection","code":"400"}}"#;
        check(400, litellm, Reason::BadKey);
        let google = r#"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}]"#;
        check(400, google, Reason::BadKey);
    }

    #[test]
    fn vendors_with_a_form_of_their_own_are_read_by_it() {
        let google = |status: u16, name: &str, reason: &str, text: &str| {
            let info = format!(r#"{{"@type":"google.rpc.ErrorInfo","reason":"{reason}"}}"#);
            format!(
                r#"{{"error":{{"code":{status},"message":"{text}","status":"{name}","details":[{info}]}}}}"#
            )
        };
        check(
            400,
            &google(400, "INVALID_ARGUMENT", "API_KEY_INVALID", "API key expired."),
            Reason::KeyExpired,
        );
        check(403, &google(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "Off."), Reason::ApiNotEnabled);
        check(
            403,
            &google(403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED", "Suspended."),
            Reason::KeyDisabledOrLeaked,
        );
        let anthropic = |kind: &str, text: &str| {
            format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{text}"}}}}"#)
        };
        check(403, &anthropic("forbidden", "Request not allowed"), Reason::RegionUnsupported);
        check(403, &anthropic("permission_error", "No."), Reason::NoPermission);
        check(401, &anthropic("authentication_error", "invalid x-api-key"), Reason::BadKey);
        check(429, &google(429, "RESOURCE_EXHAUSTED", "", "Quota, limit: 0"), Reason::QuotaExhausted);
        check(400, &google(400, "INVALID_ARGUMENT", "", "Bad contents"), Reason::UnexpectedAnswer);
        let amazon = |status, kind: &'static str, text: &str, expected| {
            let headers = HeaderMap::from_iter([(
                HeaderName::from_static("x-amzn-errortype"),
                HeaderValue::from_static(kind),
            )]);
            let body = format!(r#"{{"message":"{text}"}}"#).into_bytes();
            assert_eq!(
                refusal(&Response { status, headers, body, is_whole: true }),
                expected,
                "{kind} {text}"
            );
        };
        amazon(403, "UnrecognizedClientException", "The security token is invalid.", Reason::BadKey);
        amazon(403, "InvalidSignatureException", "No match.", Reason::BadKey);
        amazon(403, "InvalidSignatureException", "Signature expired: now", Reason::ClockSkew);
        amazon(403, "ExpiredTokenException", "Expired.", Reason::KeyExpired);
        amazon(400, "ValidationException", "Malformed input", Reason::UnexpectedAnswer);
    }

    #[test]
    fn calls_and_questions_are_read_alike() {
        let same = |status: u16, body: &str, expected| {
            check(status, body, expected);
            let answer = Response { status, headers: HeaderMap::new(), body: body.into(), is_whole: true };
            assert_eq!(verdicts::reason(&answer), expected, "{status} {body}");
        };
        let restricted = r#"{"code":"ip_not_authorized","message":"Your IP is not authorized"}"#;
        same(401, restricted, Reason::KeyRestrictedIpOrReferrer);
        let limited =
            r#"{"error":{"message":"Slow.","code":"rate_limit_exceeded","type":"insufficient_quota"}}"#;
        same(429, limited, Reason::RateLimited);
        same(401, "Please sign in", Reason::UnexpectedAnswer);
        same(401, "Unauthorized", Reason::UnexpectedAnswer);
        same(401, "", Reason::UnexpectedAnswer);
        same(401, "{}", Reason::UnexpectedAnswer);
        same(401, "Invalid API key", Reason::BadKey);
        same(401, r#"{"detail":"Unauthorized"}"#, Reason::BadKey);
        same(401, r#"{"error":{"message":"The key has expired"}}"#, Reason::KeyExpired);
        same(
            401,
            r#"{"error":{"message":"Bye.","code":"account_deactivated"}}"#,
            Reason::KeyDisabledOrLeaked,
        );
        same(401, r#"{"error":{"message":"Missing API key"}}"#, Reason::ConfigIncomplete);
    }

    #[test]
    fn nothing_that_every_server_says_is_listed_twice() {
        for (text, _) in TEXTS {
            let error = ErrorBody { message: (*text).to_owned(), ..ErrorBody::default() };
            assert_eq!(codes::cause(&error), None, "{text}");
        }
    }

    #[test]
    fn success_without_an_answer_is_judged_by_what_it_says() {
        check(200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#, Reason::InsufficientCredit);
        check(200, r#"{"error":"Unexpected endpoint or method. (POST /chat)"}"#, Reason::WrongBasePath);
        let late = r#"{"choices":[{"finish_reason":"error","error":{"code":502,"message":"No."}}]}"#;
        check(200, late, Reason::ProviderDown);
        check(200, r#"{"error":{"message":"No."}}"#, Reason::UnexpectedAnswer);
        check(200, "<!doctype html><title>Welcome</title>", Reason::NotAnLlmApi);
        check(200, r#"{"status":"ok"}"#, Reason::NotAnLlmApi);
    }

    #[test]
    fn a_reason_tells_how_far_a_call_came() {
        assert_eq!(stage(Reason::BadKey), Stage::Auth);
        assert_eq!(stage(Reason::RateLimited), Stage::Auth);
        assert_eq!(stage(Reason::ModelNotFound), Stage::Model);
        assert_eq!(stage(Reason::NotAnLlmApi), Stage::Http);
        assert_eq!(stage(Reason::ProviderDown), Stage::Http);
    }
}
