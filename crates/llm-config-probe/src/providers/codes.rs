//! From an error's text and codes to a reason. The same words mean the same at every server that
//! speaks like `OpenAI`, so one table serves all.

use crate::error_body::ErrorBody;
use crate::report::{Implied, Reason};
use llm_config_egress::Response;

/// What texts mean, in lower case; looked at first, because servers give the most precise text with
/// the least precise code.
const TEXTS: &[(&str, Reason)] = &[
    // The gateway passes on what the provider behind it said about the gateway's own key.
    ("litellm.authenticationerror", Reason::UpstreamKeyRejected),
    ("missing scopes", Reason::KeyRestrictedScope),
    ("insufficient permissions for this operation", Reason::KeyRestrictedScope),
    ("must be a member of an organization", Reason::NoPermission),
    ("ip not authorized", Reason::KeyRestrictedIpOrReferrer),
    ("ip address is not", Reason::KeyRestrictedIpOrReferrer),
    ("virtual network/firewall", Reason::KeyRestrictedIpOrReferrer),
    ("public access is disabled", Reason::KeyRestrictedIpOrReferrer),
    ("country, region, or territory not supported", Reason::RegionUnsupported),
    ("not allowed to access model", Reason::ModelNoAccess),
    ("does not have access to model", Reason::ModelNoAccess),
    ("budget has been exceeded", Reason::QuotaExhausted),
    ("only supported in v1/responses", Reason::ModelWrongApi),
    ("not a chat model", Reason::ModelWrongApi),
    ("invalid model name passed in", Reason::ModelNotFound),
    ("insufficient balance", Reason::InsufficientCredit),
    ("insufficient credits", Reason::InsufficientCredit),
    ("expired key", Reason::KeyExpired),
    ("key has expired", Reason::KeyExpired),
    ("key expired", Reason::KeyExpired),
    ("has been deactivated", Reason::KeyDisabledOrLeaked),
];

/// What codes and types mean. A code decides before a type: `OpenAI` may leave the type at
/// `insufficient_quota` where only the rate is too high.
const CODES: &[(&str, Reason)] = &[
    ("rate_limit_exceeded", Reason::RateLimited),
    ("insufficient_quota", Reason::QuotaExhausted),
    ("budget_exceeded", Reason::QuotaExhausted),
    ("credit_balance_exhausted", Reason::InsufficientCredit),
    ("billing_not_active", Reason::InsufficientCredit),
    ("billing_hard_limit_reached", Reason::QuotaExhausted),
    ("expired_key", Reason::KeyExpired),
    ("account_deactivated", Reason::KeyDisabledOrLeaked),
    ("ip_not_authorized", Reason::KeyRestrictedIpOrReferrer),
    ("unsupported_country_region_territory", Reason::RegionUnsupported),
    ("model_not_found", Reason::ModelNotFound),
    ("DeploymentNotFound", Reason::DeploymentNotFound),
    ("invalid_api_key", Reason::BadKey),
    // Without a database, LiteLLM knows its master key only (BerriAI/litellm#4880).
    ("no_db_connection", Reason::BadKey),
    ("token_not_found_in_db", Reason::BadKey),
];

/// What says that a key was looked at and not found good.
const BAD_KEY: &[&str] = &[
    "incorrect api key",
    "incorrect key",
    "invalid api key",
    "invalid api-key",
    "invalid apikey",
    "api key not valid",
    "api key is invalid",
    "invalid token",
    "invalid proxy server token",
    "invalid subscription key",
    "malformed api key",
];

/// What says that no key arrived, which a key in the wrong header explains as well.
const NO_KEY: &[&str] = &[
    "no api key passed in",
    "didn't provide an api key",
    "did not provide an api key",
    "auth credentials found",
    "missing authentication header",
    "missing authorization header",
    "missing subscription key",
    "missing api key",
    "api key is missing",
    "header is required",
];

/// What an answer of 401 is about, if it is about the key.
const ABOUT_KEYS: &[&str] = &[
    "unauthorized",
    "unauthorised",
    "authenti",
    "api key",
    "api-key",
    "api_key",
    "apikey",
    "key",
    "token",
    "credential",
    "authorization",
    "access denied",
    "user not found",
];

/// What speaks of a key that is known and may not do this, or of something else altogether.
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

/// What a body that lacks its messages is refused with, once the key was accepted.
const ABOUT_BODY: &[&str] = &[
    "messages",
    "missing required",
    "missing field",
    "field required",
    "is required",
    "required property",
    "validation",
    "prompt",
    "too short",
    "input_value",
];

/// What an error says about the cause, whatever its status.
pub(crate) fn cause(error: &ErrorBody) -> Option<Reason> {
    let by_text = TEXTS.iter().find(|(text, _)| error.message.contains(text));
    let by_code =
        || [&error.code, &error.kind].into_iter().find_map(|it| CODES.iter().find(|(code, _)| code == it));
    if let Some((_, reason)) = by_text.or_else(by_code) {
        return Some(*reason);
    }
    if error.kind.ends_with("_model_access_denied") {
        return Some(Reason::ModelNoAccess);
    }
    error.says(BAD_KEY).then_some(Reason::BadKey)
}

/// Whether a status goes with a reason: a cause that contradicts its status is none that is known.
pub(crate) fn fits(reason: Reason, status: u16) -> bool {
    if reason.implied() == Implied::Rejected { matches!(status, 400 | 401 | 403) } else { status >= 400 }
}

/// Whether the server says that it was shown no key.
pub(crate) fn saw_no_key(error: &ErrorBody) -> bool {
    error.says(NO_KEY)
}

/// Whether an answer with status 401 refuses the key. The status alone does not say so: a proxy in
/// front may give it. Either the body has the form of an error that is about the key (one without a
/// text can be about nothing else), or it is a short text that judges the key.
pub(crate) fn refuses_key(answer: &Response, error: &ErrorBody) -> bool {
    if error.is_error {
        return is_about_key(error);
    }
    let text = str::from_utf8(&answer.body).unwrap_or_default().to_ascii_lowercase();
    text.len() <= 256 && !answer.is_html() && BAD_KEY.iter().any(|it| text.contains(it))
}

fn is_about_key(error: &ErrorBody) -> bool {
    let is_code = |it: &str| it.eq_ignore_ascii_case("unauthorized") || it.contains("auth");
    let is_named = error.says(ABOUT_KEYS) || is_code(&error.code) || is_code(&error.kind);
    error.message.is_empty() || is_named && !error.says(ABOUT_RIGHTS)
}

/// Whether an error is about the body, so that the key was let through. One that names a header, or
/// the key, is not.
pub(crate) fn is_about_body(error: &ErrorBody) -> bool {
    let names_key = error.says(&[
        "api key",
        "api_key",
        "api-key",
        "apikey",
        "\"header\"",
        "query parameter",
        "api-version",
        "api version",
        "authorization",
        "authenti",
        "unauthorized",
        "credential",
    ]);
    error.is_error && error.says(ABOUT_BODY) && !names_key
}

/// Whether an error says that there is no such model.
pub(crate) fn is_about_model(error: &ErrorBody) -> bool {
    let is_missing = [
        "does not exist",
        "not found",
        "do not have access",
        "not available",
        "unknown model",
        "no such model",
    ];
    error.says(&["model"]) && error.says(&is_missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_table_may_be_passed_on() {
        for (code, _) in CODES {
            let error = ErrorBody { code: (*code).to_owned(), ..ErrorBody::default() };
            assert_eq!(error.provider_code().as_deref(), Some(*code));
        }
    }
}
