//! Classification by status, where no words and codes are known.

use super::ResponseClass;
use super::common;
use super::context::ResponseContext;
use crate::error_body::ErrorBody;
use crate::host_trust::HostTrust;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

/// What the error of a 401 response is about, if it is about the key.
const ABOUT_KEYS: &[&str] = &[
    "unauthorized",
    "unauthorised",
    "authenti",
    "key",
    "token",
    "credential",
    "authorization",
    "access denied",
    "user not found",
];

/// Words about the rights of a known key, or about something else altogether.
const ABOUT_RIGHTS: &[&str] = &[
    "permission",
    "scope",
    "insufficient",
    "not allowed",
    "suspended",
    "quota",
    "limit",
    "billing",
    "payment",
    "region",
    "country",
];

/// The model of the request is missing.
const MODEL_MISSING: &[&str] =
    &["does not exist", "not found", "do not have access", "not available", "unknown model", "no such model"];

/// The class of a web page.
pub(super) fn of_web_page(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let refused = |reason| ResponseClass::new(reason, Stage::Http);
    let class = match response.status {
        _ if !response.is_html() => return None,
        200..300 | 404 | 405 | 501 => ResponseClass::absent(Reason::NotAnLlmApi),
        429 if context.is_own_api => ResponseClass::new(Reason::RateLimited, Stage::Auth),
        429 => refused(Reason::RateLimited),
        500.. => refused(Reason::ProviderDown),
        401 | 403 => refused(Reason::UnexpectedAnswer),
        _ if context.is_own_api => ResponseClass::absent(Reason::NotAnLlmApi),
        // A firewall or proxy in front, not the API.
        _ => refused(Reason::UnexpectedAnswer),
    };
    Some(class)
}

/// The class of any other response.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    let error = response.error();
    let http = |reason| ResponseClass::new(reason, Stage::Http);
    let auth = |reason| ResponseClass::new(reason, Stage::Auth);
    let absent = ResponseClass::absent;
    match response.effective_status() {
        501 => absent(Reason::WrongBasePath),
        500.. if error.contains_any(&["loading"]) => http(Reason::ServerLoading),
        500.. | 408 => http(Reason::ProviderDown),
        401 => unauthorized(response, context),
        402 if error.is_error && context.is_own_api => auth(Reason::InsufficientCredit).inconclusive(),
        402 if error.is_error => auth(Reason::InsufficientCredit),
        // Amazon's API Gateway, for a path that it does not have.
        403 if error.contains_any(&["missing authentication token"]) => absent(Reason::WrongBasePath),
        403 if error.is_error && context.is_own_api && names_bad_key(error) => {
            unauthorized(response, context)
        }
        404 if !context.is_own_api && error.contains_any(&["model"]) && error.contains_any(MODEL_MISSING) => {
            ResponseClass::new(Reason::ModelNotFound, Stage::Model)
        }
        404 | 405 => absent(Reason::WrongBasePath),
        429 if context.is_own_api => auth(Reason::RateLimited),
        429 => http(Reason::RateLimited),
        // LM Studio (zeenie-ai/OpenCompany#115).
        200..300 if error.contains_any(&["unexpected endpoint or method"]) => absent(Reason::WrongBasePath),
        200..300 if context.is_own_api && response.is_whole && !error.is_error => absent(Reason::NotAnLlmApi),
        200..300 => absent(Reason::UnexpectedAnswer),
        _ => http(Reason::UnexpectedAnswer),
    }
}

/// The class of a refusal that concerns the credential. The status alone does not prove that: a proxy in
/// front may give it.
fn unauthorized(response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    let error = response.error();
    let auth = |reason| ResponseClass::new(reason, Stage::Auth);
    if response.wants_password() {
        return ResponseClass::new(Reason::UnexpectedAnswer, Stage::Http);
    }
    // No proxy stands in front of a vendor's own host.
    let is_vendor = context.trust == HostTrust::Vendor && !context.is_own_api;
    if !context.has_key || is_vendor && !error.is_error {
        return auth(Reason::BadKey);
    }
    if context.is_own_api && error.is_error {
        let class = of_words(error);
        let is_judged = class.is_key_open && context.judges_by_status;
        return if is_judged { auth(Reason::BadKey) } else { class };
    }
    if !error.is_error {
        let is_judged = common::is_text_about_bad_key(response);
        return auth(if is_judged { Reason::BadKey } else { Reason::UnexpectedAnswer });
    }
    match is_about_key(error) {
        true if context.judges_by_status || context.is_bare_rejection(error) => auth(Reason::BadKey),
        true => ResponseClass::key_open(),
        false => ResponseClass::new(Reason::UnexpectedAnswer, Stage::Http),
    }
}

fn is_about_key(error: &ErrorBody) -> bool {
    let is_code = |code: &str| code.eq_ignore_ascii_case("unauthorized") || code.contains("auth");
    let is_named = error.contains_any(ABOUT_KEYS) || is_code(&error.code) || is_code(&error.kind);
    error.message.is_empty() || is_named && !error.contains_any(ABOUT_RIGHTS)
}

/// The class of a refusal by a server with a vendor's own API.
fn of_words(error: &ErrorBody) -> ResponseClass {
    let auth = |reason| ResponseClass::new(reason, Stage::Auth);
    if error.contains_any(&["scope", "permission"]) {
        auth(Reason::KeyRestrictedScope)
            .inconclusive()
            .with_hint("A permission or scope is missing: check the rights of the key.")
    } else if error.contains_any(&[
        "missing",
        "required",
        "no api key",
        "not provided",
        "provide an api key",
        "no key",
    ]) {
        auth(Reason::ConfigIncomplete)
    } else if error.contains_any(&["expired"]) {
        auth(Reason::KeyExpired)
    } else if names_bad_key(error) {
        auth(Reason::BadKey)
    } else {
        ResponseClass::key_open()
    }
}

/// Whether an error states that a right is missing.
pub(super) fn denies_right(error: &ErrorBody) -> bool {
    error.contains_any(&["permission", "not authorized to", "not authorised to", "not allowed to"])
}

fn names_bad_key(error: &ErrorBody) -> bool {
    let is_judged = error.contains_any(&["invalid", "incorrect", "not valid", "wrong", "unknown", "revoked"]);
    is_judged && error.contains_any(&["key", "token", "credential"])
}
