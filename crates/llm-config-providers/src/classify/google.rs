//! The errors of Google's APIs, by their `reason` first and by their words second.

use super::rule::Rule;
use super::words::OTHER_CAUSES;
use crate::reason::Reason;

/// Google does not distinguish a missing role from a missing resource (rpurinton/gemini-php#4).
const NO_PERMISSION: &str = "Google accepts the credential, but it has no permission here, or project, \
    region or model do not exist: Google does not distinguish these.";

/// For user credentials without a quota project, this names a project of Google's own.
const API_NOT_ENABLED: &str = "The API is switched off in the project that the credential belongs to: \
    enable it there, and for a user's token set a quota project.";

pub(crate) const WRONG_PRODUCT: &str = "This API needs an OAuth access token, not an API key: a key of AI \
    Studio belongs to generativelanguage.googleapis.com.";

const WRONG_TOKEN: &str =
    "Google rejects the token: an access token is valid for about an hour, so get a new one.";

/// The rules for Google's errors. The codes are those of `google.rpc.ErrorInfo`
/// (cloud.google.com/apis/docs/reference/rest/Shared.Types/ErrorReason).
pub(super) const RULES: &[Rule] = &[
    // Also for expired keys (simonw/llm#1213).
    Rule::code(&["API_KEY_INVALID"], Reason::KeyExpired).and(&["expired"]),
    Rule::code(&["API_KEY_INVALID"], Reason::BadKey),
    Rule::code(&["ACCESS_TOKEN_EXPIRED"], Reason::KeyExpired),
    // Also for API keys where only tokens are accepted (discuss.ai.google.dev/t/143882).
    Rule::code(&["CREDENTIALS_MISSING"], Reason::KeyWrongProduct)
        .and(&["api keys are not supported"])
        .hint(WRONG_PRODUCT),
    Rule::code(&["CREDENTIALS_MISSING"], Reason::ConfigIncomplete),
    Rule::code(&["ACCESS_TOKEN_TYPE_UNSUPPORTED"], Reason::KeyWrongProduct).hint(WRONG_PRODUCT),
    Rule::code(&["API_KEY_SERVICE_BLOCKED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"], Reason::KeyRestrictedScope),
    Rule::code(
        &[
            "API_KEY_HTTP_REFERRER_BLOCKED",
            "API_KEY_IP_ADDRESS_BLOCKED",
            "API_KEY_ANDROID_APP_BLOCKED",
            "API_KEY_IOS_APP_BLOCKED",
        ],
        Reason::KeyRestrictedIpOrReferrer,
    ),
    Rule::code(&["SERVICE_DISABLED", "SERVICE_NOT_VISIBLE"], Reason::ApiNotEnabled).hint(API_NOT_ENABLED),
    Rule::code(&["BILLING_DISABLED"], Reason::InsufficientCredit),
    Rule::code(&["CONSUMER_SUSPENDED"], Reason::KeyDisabledOrLeaked),
    Rule::code(&["IAM_PERMISSION_DENIED", "USER_PROJECT_DENIED", "CONSUMER_INVALID"], Reason::NoPermission)
        .hint(NO_PERMISSION),
    Rule::text(&["reported as leaked"], Reason::KeyDisabledOrLeaked).without(OTHER_CAUSES),
    Rule::text(&["api key expired"], Reason::KeyExpired).without(OTHER_CAUSES),
    Rule::text(&["api key not valid", "api key not found"], Reason::BadKey).without(OTHER_CAUSES),
    Rule::text(&["unregistered callers", "without established identity"], Reason::ConfigIncomplete)
        .hint("Google did not find a key: store one with the configuration."),
    Rule::text(&["location is not supported"], Reason::RegionUnsupported),
    Rule::text(&["enable billing"], Reason::InsufficientCredit).hint(
        "Google serves this server's region only if billing is enabled in the key's project: enable it \
         there.",
    ),
    Rule::text(&["api keys are not supported"], Reason::KeyWrongProduct).hint(WRONG_PRODUCT),
    Rule::text(
        &["requests from referer", "ip address restriction", "requests from this ip", "client application"],
        Reason::KeyRestrictedIpOrReferrer,
    ),
    Rule::text(&["are blocked"], Reason::KeyRestrictedScope),
    Rule::text(&["has not been used in project", "it is disabled"], Reason::ApiNotEnabled)
        .hint(API_NOT_ENABLED),
    Rule::text(&["insufficient authentication scopes"], Reason::KeyRestrictedScope),
    Rule::text(&["invalid authentication credentials"], Reason::BadKey).hint(WRONG_TOKEN),
    Rule::text(
        &["is not found for api version", "publisher model", "no longer available"],
        Reason::ModelNotFound,
    ),
    Rule::text(&["limit: 0", "limit:0"], Reason::QuotaExhausted),
    Rule::text(&["denied on resource"], Reason::NoPermission).at(&[403]).hint(NO_PERMISSION),
];

/// The rules for names that stand for a class of errors only.
pub(super) const CLASSES: &[Rule] = &[
    Rule::code(&["UNAUTHENTICATED"], Reason::BadKey).at(&[401]).inconclusive(),
    Rule::code(&["PERMISSION_DENIED"], Reason::NoPermission)
        .at(&[403])
        .inconclusive()
        .hint("Google denies permission. Whether it accepts the key is not known."),
    Rule::exact(&["method not found"], Reason::WrongBasePath).at(&[404]).absent(),
    Rule::code(&["NOT_FOUND"], Reason::UnexpectedAnswer).at(&[404]).absent(),
    Rule::code(&["RESOURCE_EXHAUSTED"], Reason::RateLimited).at(&[429]),
    Rule::code(&["INTERNAL", "UNAVAILABLE", "UNKNOWN", "DEADLINE_EXCEEDED"], Reason::ProviderDown)
        .of_server_errors()
        .before_auth(),
];
