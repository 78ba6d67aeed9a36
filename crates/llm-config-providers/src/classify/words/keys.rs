//! What servers state about keys.

use super::super::Rule;
use crate::reason::Reason;

/// The key was genuine.
pub(super) const FORMER_KEY: &[Rule] = &[
    Rule::text(&["expired key", "key has expired", "key expired", "token has expired"], Reason::KeyExpired),
    Rule::text(&["has been deactivated", "reported as leaked"], Reason::KeyDisabledOrLeaked),
];

/// The key belongs to another product.
pub(super) const OTHER_PRODUCT: &[Rule] =
    &[Rule::text(&["api keys are not supported by this api"], Reason::KeyWrongProduct)];

/// Missing or wrong: the server does not say which.
pub(super) const UNCLEAR_KEY: &[Rule] = &[Rule::text(
    &[
        "missing or invalid",
        "invalid or missing",
        "no or invalid",
        "missing or incorrect",
        // Azure, also for a key that is sent as `Authorization: Bearer`.
        "missing, invalid",
    ],
    Reason::BadKey,
)
.at(&[400, 401, 403])
.key_open()];

/// No key arrived, which a key in the wrong header explains as well.
pub(super) const MISSING_KEY: &[Rule] = &[
    Rule::text(
        &[
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
            // MiniMax, for a key in another header.
            "please carry the api secret key",
        ],
        Reason::ConfigIncomplete,
    ),
    Rule::text(
        &["missing", "required", "no api key", "not provided", "provide an api key", "no key"],
        Reason::ConfigIncomplete,
    )
    .at(&[401])
    .without(OTHER_CAUSES),
];

/// The server looked at a key and rejected it.
pub(super) const BAD_KEY: &[Rule] = &[
    Rule::text(
        &[
            "please make sure your api key is valid",
            "incorrect api key",
            "incorrect key",
            "invalid api key",
            "invalid api-key",
            "invalid apikey",
            "invalid x-api-key",
            "api key not valid",
            "api key is invalid",
            "invalid token",
            "invalid proxy server token",
            "invalid subscription key",
            "malformed api key",
            "user not found",
            // DeepSeek.
            "no such user",
            // GitHub.
            "bad credentials",
        ],
        Reason::BadKey,
    ),
    Rule::text(
        &[
            "invalid",
            "incorrect",
            "not valid",
            "wrong",
            "unknown",
            "revoked",
            "not exist",
            "n't exist",
            "not found",
        ],
        Reason::BadKey,
    )
    .and(&["key", "token", "credential"])
    .at(&[401, 403])
    .without(OTHER_CAUSES),
];

/// Words about keys that do not judge one.
pub(in crate::classify) const ABOUT_KEYS: &[&str] = &[
    "unauthorized",
    "unauthorised",
    "authenti",
    "key",
    "token",
    "credential",
    "authorization",
    "access denied",
];

/// Words about the rights or the account of a known key, or about something else altogether.
pub(in crate::classify) const OTHER_CAUSES: &[&str] = &[
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
    "organization",
    "project",
    "host",
];
