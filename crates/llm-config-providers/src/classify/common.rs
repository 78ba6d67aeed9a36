//! Words and codes that mean the same at every server, whichever form its errors have.

use super::context::ResponseContext;
use super::{ResponseClass, Rule};
use crate::error_body::ErrorBody;
use crate::host_trust::HostTrust;
use crate::reason::{Implied, Reason};
use crate::response::Response;
use crate::stage::Stage;

/// Words, before codes, because servers combine the most precise words with the least precise code.
pub(super) const WORDS: &[Rule] = &[
    // A gateway passes on the provider's error about the gateway's own key.
    Rule::text(&["litellm.authenticationerror"], Reason::UpstreamKeyRejected),
    Rule::text(
        &["missing scopes", "insufficient permissions for this operation"],
        Reason::KeyRestrictedScope,
    )
    .and(&["model.read", "models.read"])
    .forbids_listing(),
    Rule::text(
        &["missing scopes", "insufficient permissions for this operation"],
        Reason::KeyRestrictedScope,
    ),
    Rule::text(&["must be a member of an organization"], Reason::NoPermission),
    Rule::text(
        &["ip not authorized", "ip address is not", "virtual network/firewall", "public access is disabled"],
        Reason::KeyRestrictedIpOrReferrer,
    ),
    Rule::text(
        &["country, region, or territory not supported", "user location is not supported"],
        Reason::RegionUnsupported,
    ),
    Rule::text(
        &[
            "not allowed to access model",
            "does not have access to model",
            "have access to the model with the specified model id",
        ],
        Reason::ModelNoAccess,
    )
    .at_model(),
    Rule::text(&["budget has been exceeded"], Reason::QuotaExhausted),
    Rule::text(
        &[
            "only supported in v1/responses",
            "not a chat model",
            // vLLM, for a model without a form for chats.
            "must provide a chat template",
        ],
        Reason::ModelWrongApi,
    )
    .at_model(),
    Rule::text(
        &[
            "invalid model name passed in",
            "model identifier is invalid",
            // OpenRouter, for a model that no provider offers to this account.
            "no endpoints found",
        ],
        Reason::ModelNotFound,
    )
    .at_model(),
    Rule::text(&["inference profile"], Reason::ModelNeedsInferenceProfile).at_model(),
    Rule::text(
        &["insufficient balance", "insufficient credits", "credit balance is too low"],
        Reason::InsufficientCredit,
    ),
    Rule::text(&["expired key", "key has expired", "key expired"], Reason::KeyExpired),
    Rule::text(&["has been deactivated", "reported as leaked"], Reason::KeyDisabledOrLeaked),
    Rule::text(&["please make sure your api key is valid"], Reason::BadKey),
    Rule::text(&["api keys are not supported by this api"], Reason::KeyWrongProduct),
];

/// Codes and types. A code decides before a type: `OpenAI` may leave the type at `insufficient_quota`
/// where only the rate is too high.
pub(super) const CODES: &[Rule] = &[
    Rule::code(&["rate_limit_exceeded"], Reason::RateLimited),
    Rule::code(
        &["insufficient_quota", "budget_exceeded", "billing_hard_limit_reached"],
        Reason::QuotaExhausted,
    ),
    Rule::code(&["credit_balance_exhausted", "billing_not_active"], Reason::InsufficientCredit),
    Rule::code(&["expired_key"], Reason::KeyExpired),
    Rule::code(&["account_deactivated"], Reason::KeyDisabledOrLeaked),
    Rule::code(&["ip_not_authorized"], Reason::KeyRestrictedIpOrReferrer),
    Rule::code(&["unsupported_country_region_territory"], Reason::RegionUnsupported),
    Rule::code(&["model_not_found"], Reason::ModelNotFound).at_model(),
    Rule::code(&["DeploymentNotFound"], Reason::DeploymentNotFound).at_model(),
    // Without a database, LiteLLM knows its master key only (BerriAI/litellm#4880).
    Rule::code(&["invalid_api_key", "no_db_connection", "token_not_found_in_db"], Reason::BadKey),
];

/// The server looked at a key and rejected it.
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

/// No key arrived, which a key in the wrong header explains as well.
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

/// The missing content of an empty call, after the key was accepted.
const MISSING_CONTENT: &[&str] = &[
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

/// Words about the key or a header, which an error about missing content does not have.
const ABOUT_KEY: &[&str] = &[
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
];

/// The class by words and codes, whatever the status, unless they contradict it.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let error = response.error();
    let status = response.effective_status();
    if error.contains_any(NO_KEY) && (400..500).contains(&status) {
        return Some(ResponseClass::new(Reason::ConfigIncomplete, Stage::Auth));
    }
    if context.is_own_api && error.contains_any(&["litellm.ratelimiterror"]) {
        return Some(ResponseClass::new(Reason::RateLimited, Stage::Auth).inconclusive());
    }
    let is_possible = |rule: &&Rule| fits(rule.reason(), status);
    let by_words = || WORDS.iter().find(|rule| rule.matches_text(error)).filter(is_possible).map(Rule::class);
    let by_code = || {
        let fields = [error.code.as_str(), error.kind.as_str()];
        let found = fields.iter().find_map(|field| CODES.iter().find(|rule| rule.matches_code(&[field])));
        found.filter(is_possible).map(Rule::class).or_else(|| {
            let is_denied = error.denies_model() && status >= 400;
            is_denied.then(|| ResponseClass::new(Reason::ModelNoAccess, Stage::Model))
        })
    };
    let by_key = || {
        let is_bad = error.contains_any(BAD_KEY) && fits(Reason::BadKey, status);
        is_bad.then(|| ResponseClass::new(Reason::BadKey, Stage::Auth))
    };
    // A failing server's words may be those of a provider behind it; its codes are still its own.
    if status >= 500 {
        return by_code().filter(|class| class.stage == Stage::Model);
    }
    by_words().or_else(by_code).or_else(by_key)
}

/// Whether a reason is possible with a status.
fn fits(reason: Reason, status: u16) -> bool {
    if reason.implied() == Implied::Rejected { matches!(status, 400 | 401 | 403) } else { status >= 400 }
}

/// Whether a short text that is not an error judges the key.
pub(super) fn is_text_about_bad_key(response: &Response) -> bool {
    let text = str::from_utf8(&response.body).unwrap_or_default().to_ascii_lowercase();
    text.len() <= 256 && !response.is_html() && BAD_KEY.iter().any(|part| text.contains(part))
}

/// Whether an error concerns the missing content of an empty call, so that the key was accepted.
pub(crate) fn is_about_missing_content(error: &ErrorBody) -> bool {
    error.is_error && error.contains_any(MISSING_CONTENT) && !error.contains_any(ABOUT_KEY)
}

/// The hint that depends on the response rather than on the vendor.
#[expect(clippy::wildcard_enum_match_arm, reason = "most reasons need no more than their own hint")]
pub(super) fn hint(
    reason: Reason,
    response: &Response,
    context: &ResponseContext<'_>,
) -> Option<&'static str> {
    let error = response.error();
    let is_of_gateway = error.message.starts_with("litellm.");
    let is_refusal = matches!(response.status, 401 | 403);
    let hint = match reason {
        Reason::ConfigIncomplete if !context.has_key => {
            "The server requires a key, and the configuration has none: store one with the configuration."
        }
        Reason::ConfigIncomplete => {
            "The server found no key: check which header it expects the key in, and with which prefix."
        }
        Reason::BadKey if error.kind == "no_db_connection" => {
            "The key is not the LiteLLM proxy's master key, and the proxy has no database of other keys."
        }
        Reason::RateLimited if is_of_gateway => {
            "The provider behind the gateway limits the rate of calls: try again later."
        }
        Reason::RateLimited if context.trust != HostTrust::Vendor => {
            "The server limits the rate of calls, which proves nothing about the key: try \
             again later."
        }
        Reason::ProviderDown if is_of_gateway => {
            "The gateway responds, but the provider behind it fails: contact the operator of the gateway."
        }
        Reason::UnexpectedAnswer if response.wants_password() => {
            "A proxy in front of the server requires a user name and password; the key could not be checked."
        }
        Reason::UnexpectedAnswer if response.is_html() => {
            "A web page refuses the call, probably from a firewall or proxy in front of the server; the key \
             could not be checked."
        }
        Reason::UnexpectedAnswer if is_refusal => {
            "The server refuses the call, but not because of a wrong key, so the key could not be checked."
        }
        Reason::UnexpectedAnswer if response.is_success() && !response.is_whole => {
            "The response is longer than the part that a check reads."
        }
        _ => return None,
    };
    Some(hint)
}
