//! What Google's APIs say when they refuse, which goes by `reason` first and by words second.

use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{Reason, Stage};
use llm_config_egress::Response;

use super::answers::is_of_a_proxy;
use super::native::undecided;

/// What a refusal means, if it has the shape of Google's errors and is known.
pub(super) fn refusal(answer: &Response) -> Option<Finding> {
    let error = ErrorBody::read(answer);
    // Whoever is not Google may answer in other shapes.
    if !error.is_error || answer.is_success() || answer.is_redirect() || is_of_a_proxy(&error) {
        return None;
    }
    let refused = |reason| Finding::refused(reason, Stage::Auth, answer);
    by_reason(&error.reason, answer).or_else(|| by_words(answer)).or_else(|| {
        let found = match (answer.status, error.status.as_str()) {
            (401, "UNAUTHENTICATED") => undecided(refused(Reason::BadKey)),
            (403, "PERMISSION_DENIED") => undecided(refused(Reason::NoPermission))
                .hint("Google denies permission without saying whether it knows the key."),
            (404, "NOT_FOUND") => Finding::refused(Reason::WrongBasePath, Stage::Http, answer),
            (429, "RESOURCE_EXHAUSTED") => refused(Reason::RateLimited),
            (500.., "INTERNAL" | "UNAVAILABLE" | "UNKNOWN" | "DEADLINE_EXCEEDED") => {
                Finding::refused(Reason::ProviderDown, Stage::Http, answer)
            }
            _ => return None,
        };
        Some(found)
    })
}

/// `google.rpc.ErrorInfo` (cloud.google.com/apis/docs/reference/rest/Shared.Types/ErrorReason).
fn by_reason(reason: &str, answer: &Response) -> Option<Finding> {
    let error = ErrorBody::read(answer);
    let reason = match reason {
        // Also said of expired keys (simonw/llm#1213).
        "API_KEY_INVALID" if error.says(&["expired"]) => Reason::KeyExpired,
        "API_KEY_INVALID" => Reason::BadKey,
        "ACCESS_TOKEN_EXPIRED" => Reason::KeyExpired,
        // Also said of API keys where only tokens count (discuss.ai.google.dev/t/143882).
        "CREDENTIALS_MISSING" if error.says(&["api keys are not supported"]) => Reason::KeyWrongProduct,
        "CREDENTIALS_MISSING" => Reason::ConfigIncomplete,
        "ACCESS_TOKEN_TYPE_UNSUPPORTED" => Reason::KeyWrongProduct,
        "API_KEY_SERVICE_BLOCKED" | "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => Reason::KeyRestrictedScope,
        "API_KEY_HTTP_REFERRER_BLOCKED"
        | "API_KEY_IP_ADDRESS_BLOCKED"
        | "API_KEY_ANDROID_APP_BLOCKED"
        | "API_KEY_IOS_APP_BLOCKED" => Reason::KeyRestrictedIpOrReferrer,
        "SERVICE_DISABLED" | "SERVICE_NOT_VISIBLE" => Reason::ApiNotEnabled,
        "BILLING_DISABLED" => Reason::InsufficientCredit,
        "CONSUMER_SUSPENDED" => Reason::KeyDisabledOrLeaked,
        "IAM_PERMISSION_DENIED" | "USER_PROJECT_DENIED" | "CONSUMER_INVALID" => Reason::NoPermission,
        _ => return None,
    };
    let finding = Finding::refused(reason, Stage::Auth, answer);
    Some(if reason == Reason::NoPermission {
        no_permission(finding)
    } else if reason == Reason::ApiNotEnabled {
        api_not_enabled(finding)
    } else if reason == Reason::KeyWrongProduct {
        wrong_product(answer)
    } else {
        finding
    })
}

fn by_words(answer: &Response) -> Option<Finding> {
    let error = ErrorBody::read(answer);
    let refused = |reason| Finding::refused(reason, Stage::Auth, answer);
    let found = if error.says(&["reported as leaked"]) {
        refused(Reason::KeyDisabledOrLeaked)
    } else if error.says(&["api key expired"]) {
        refused(Reason::KeyExpired)
    } else if error.says(&["api key not valid", "api key not found"]) {
        refused(Reason::BadKey)
    } else if error.says(&["unregistered callers", "without established identity"]) {
        refused(Reason::ConfigIncomplete).hint("Google did not find a key: store one with the configuration.")
    } else if error.says(&["location is not supported"]) {
        refused(Reason::RegionUnsupported)
    } else if error.says(&["enable billing"]) {
        refused(Reason::InsufficientCredit).hint(
            "Google wants billing to be enabled in the key's project before it serves this server's place.",
        )
    } else if error.says(&["api keys are not supported"]) {
        wrong_product(answer)
    } else if error.says(&[
        "requests from referer",
        "ip address restriction",
        "requests from this ip",
        "client application",
    ]) {
        refused(Reason::KeyRestrictedIpOrReferrer)
    } else if error.says(&["are blocked"]) {
        refused(Reason::KeyRestrictedScope)
    } else if error.says(&["has not been used in project", "it is disabled"]) {
        api_not_enabled(refused(Reason::ApiNotEnabled))
    } else if error.says(&["insufficient authentication scopes"]) {
        refused(Reason::KeyRestrictedScope)
    } else if error.says(&["invalid authentication credentials"]) {
        refused(Reason::BadKey).hint(
            "Google does not accept the token: an access token lives for about an hour, so get a new one.",
        )
    } else if error.says(&["is not found for api version", "publisher model", "no longer available"]) {
        refused(Reason::ModelNotFound)
    } else if error.says(&["limit: 0", "limit:0"]) {
        refused(Reason::QuotaExhausted)
    } else if answer.status == 403 && error.says(&["denied on resource"]) {
        no_permission(refused(Reason::NoPermission))
    } else {
        return None;
    };
    Some(found)
}

/// Google does not tell a missing role from a missing resource (rpurinton/gemini-php#4).
fn no_permission(finding: Finding) -> Finding {
    finding.hint(
        "Google knows the credential, but it has no permission here, or project, region or model do not exist: Google does not tell which.",
    )
}

/// User credentials without a quota project are told so of a project of Google's own.
fn api_not_enabled(finding: Finding) -> Finding {
    finding.hint(
        "The API is switched off in the project that the credential belongs to: enable it there, and for a user's token set a quota project.",
    )
}

pub(super) fn wrong_product(answer: &Response) -> Finding {
    Finding::refused(Reason::KeyWrongProduct, Stage::Auth, answer).hint(
        "This API wants an OAuth access token, not an API key: a key of AI Studio belongs to generativelanguage.googleapis.com.",
    )
}
