//! What an answer that refuses a call means, wherever nothing is known of the provider.

use serde_json::Value;

use crate::exchange::{Answer, ErrorBody};
use crate::report::{Implied, Reason, Stage};

/// What is told apart by codes, in lower case, whatever the status.
const CODES: &[(&str, Reason)] = &[
    ("api_key_invalid", Reason::BadKey),
    ("invalid_api_key", Reason::BadKey),
    // LiteLLM without a database, to any key but its own (BerriAI/litellm#4880).
    ("no_db_connection", Reason::BadKey),
    ("token_not_found_in_db", Reason::BadKey),
    ("unrecognizedclientexception", Reason::BadKey),
    ("invalidsignatureexception", Reason::BadKey),
    ("expired_key", Reason::KeyExpired),
    ("expiredtokenexception", Reason::KeyExpired),
    ("api_key_service_blocked", Reason::KeyRestrictedScope),
    ("api_key_http_referrer_blocked", Reason::KeyRestrictedIpOrReferrer),
    ("api_key_ip_address_blocked", Reason::KeyRestrictedIpOrReferrer),
    ("service_disabled", Reason::ApiNotEnabled),
    ("deploymentnotfound", Reason::DeploymentNotFound),
    ("model_not_found", Reason::ModelNotFound),
    ("key_model_access_denied", Reason::ModelNoAccess),
    ("team_model_access_denied", Reason::ModelNoAccess),
    ("insufficient_quota", Reason::QuotaExhausted),
    ("budget_exceeded", Reason::QuotaExhausted),
    ("credit_balance_exhausted", Reason::InsufficientCredit),
];

/// What is told apart by its text only, in lower case, whatever the status.
const TEXTS: &[(&str, Reason)] = &[
    // The gateway's own key, not the user's.
    ("litellm.authenticationerror", Reason::UpstreamKeyRejected),
    ("please make sure your api key is valid", Reason::BadKey),
    ("reported as leaked", Reason::KeyDisabledOrLeaked),
    // A genuine key of OpenAI's that may not do this, with status 401 (microsoft/PowerToys#32989).
    ("missing scopes", Reason::KeyRestrictedScope),
    ("must be a member of an organization", Reason::NoPermission),
    ("api keys are not supported by this api", Reason::KeyWrongProduct),
    ("credit balance is too low", Reason::InsufficientCredit),
    ("user location is not supported", Reason::RegionUnsupported),
    ("country, region, or territory not supported", Reason::RegionUnsupported),
    // n8n-io/n8n#18352, truefoundry/models#846
    ("only supported in v1/responses", Reason::ModelWrongApi),
    ("not a chat model", Reason::ModelWrongApi),
    // vLLM, of a model without a form for chats.
    ("must provide a chat template", Reason::ModelWrongApi),
    ("inference profile", Reason::ModelNeedsInferenceProfile),
    ("have access to the model with the specified model id", Reason::ModelNoAccess),
    ("model identifier is invalid", Reason::ModelNotFound),
    ("invalid model name", Reason::ModelNotFound),
    // OpenRouter, for a model that nobody offers to this account.
    ("no endpoints found", Reason::ModelNotFound),
    // LM Studio, with status 200 (zeenie-ai/OpenCompany#115).
    ("unexpected endpoint or method", Reason::WrongBasePath),
    ("loading model", Reason::ServerLoading),
];

/// What an answer means that is not the one that was hoped for.
pub(crate) fn refusal(answer: &Answer) -> Reason {
    let error = answer.error();
    if !answer.is_success() {
        return refusal_of(answer.status, &error);
    }
    // `OpenRouter` answers 200 once it began, and says what went wrong in the body.
    let json = answer.json().unwrap_or_default();
    let within = json.get("error").or_else(|| json.pointer("/choices/0/error"));
    match within.and_then(status_of) {
        Some(status) => refusal_of(status, &error),
        None if within.is_some() => named(&error).unwrap_or(Reason::UnexpectedAnswer),
        None => Reason::NotAnLlmApi,
    }
}

/// What an answer says in codes or words that mean the same everywhere.
pub(crate) fn said(answer: &Answer) -> Option<Reason> {
    let reason = if answer.is_success() { refusal(answer) } else { named(&answer.error())? };
    (reason != Reason::UnexpectedAnswer).then_some(reason)
}

fn status_of(error: &Value) -> Option<u16> {
    let status = error.get("code")?.as_u64()?.try_into().ok()?;
    (400..600).contains(&status).then_some(status)
}

/// What a status and the error beside it mean.
pub(crate) fn refusal_of(status: u16, error: &ErrorBody) -> Reason {
    named(error).unwrap_or_else(|| match status {
        300..=399 => Reason::Redirected,
        // Who answers without the form of an error may be a proxy in front of the provider.
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

fn named(error: &ErrorBody) -> Option<Reason> {
    let codes = [&error.reason, &error.code, &error.kind, &error.status];
    let by_code = CODES.iter().find(|(code, _)| codes.iter().any(|it| it.eq_ignore_ascii_case(code)));
    let found = by_code.or_else(|| TEXTS.iter().find(|(text, _)| error.says(&[text])));
    found.map(|(_, reason)| *reason)
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
    use reqwest::header::HeaderMap;

    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expected: Reason) {
        let answer = Answer { status, headers: HeaderMap::new(), body: body.into(), is_whole: true };
        assert_eq!(refusal(&answer), expected, "{status} {body}");
    }

    #[test]
    fn a_status_and_the_form_of_an_error_decide() {
        let error = r#"{"error":{"message":"No."}}"#;
        check(307, "", Reason::Redirected);
        check(400, error, Reason::UnexpectedAnswer);
        check(401, error, Reason::BadKey);
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
