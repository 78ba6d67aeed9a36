//! Classification by status, where neither codes nor words say more.

use super::class::ResponseClass;
use super::context::ResponseContext;
use super::words::{AUTHENTICATION, KEYS, OTHER_CAUSES};
use crate::error_body::ErrorBody;
use crate::event_stream;
use crate::host_trust::HostTrust;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

const ENDED_BEFORE_OUTPUT: &str =
    "The server began a streamed response and ended it before the model's first output: try again later.";

/// The class of a web page.
pub(super) fn of_web_page(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let refused = |reason| ResponseClass::new(reason, Stage::Http);
    let class = match response.status {
        _ if !response.is_html() => return None,
        200..300 | 404 | 405 | 501 => ResponseClass::absent(Reason::NotAnLlmApi),
        429 if context.is_own_api => ResponseClass::new(Reason::RateLimited, Stage::Auth),
        429 => refused(Reason::RateLimited),
        500.. => refused(Reason::ProviderDown),
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
        // An error of an API that names neither route nor model.
        404 | 405 | 501 | 200..300 if error.is_error => absent(Reason::UnexpectedAnswer),
        404 | 405 | 501 => absent(Reason::WrongBasePath),
        500.. | 408 => http(Reason::ProviderDown),
        401 => unauthorized(response, context),
        402 if error.is_error && context.is_own_api => auth(Reason::InsufficientCredit).inconclusive(),
        402 if error.is_error => auth(Reason::InsufficientCredit),
        403 if error.is_error => auth(Reason::NoPermission).inconclusive(),
        429 if context.is_own_api => auth(Reason::RateLimited),
        429 => http(Reason::RateLimited),
        200..300 if event_stream::ended_before_output(&response.body) => {
            http(Reason::UnexpectedAnswer).with_hint(ENDED_BEFORE_OUTPUT)
        }
        // A success that is neither list nor completion.
        200..300 if context.is_call || context.is_own_api && response.is_whole => absent(Reason::NotAnLlmApi),
        200..300 => absent(Reason::UnexpectedAnswer),
        _ => http(Reason::UnexpectedAnswer),
    }
}

/// The class of status 401. It judges the key where nothing else is refused so; elsewhere, a proxy in
/// front may give it, or a server that looks for keys in another header.
fn unauthorized(response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    let error = response.error();
    let auth = |reason| ResponseClass::new(reason, Stage::Auth);
    if response.wants_password() {
        return ResponseClass::new(Reason::UnexpectedAnswer, Stage::Http);
    }
    // No proxy stands in front of a vendor's own host.
    let is_vendor = context.trust == HostTrust::Vendor && !context.is_own_api;
    let is_judged = context.judges_by_status || context.is_bare_rejection(error);
    match is_about_key(error) {
        _ if !context.has_key => auth(Reason::BadKey),
        _ if is_vendor && !error.is_error => auth(Reason::BadKey),
        _ if response.is_html() => auth(Reason::UnexpectedAnswer),
        true if is_judged => auth(Reason::BadKey),
        true => ResponseClass::key_open(),
        false => ResponseClass::new(Reason::UnexpectedAnswer, Stage::Http),
    }
}

/// Whether an error may be about the key, by words that do not judge it.
fn is_about_key(error: &ErrorBody) -> bool {
    let is_code = |code: &str| code.eq_ignore_ascii_case("unauthorized") || code.contains("auth");
    let has_word = error.contains_any(KEYS) || error.contains_any(AUTHENTICATION);
    let is_named = has_word || is_code(&error.code) || is_code(&error.kind);
    error.message.is_empty() || is_named && !error.contains_any(OTHER_CAUSES)
}
