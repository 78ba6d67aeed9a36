//! The errors of Anthropic's API: platform.claude.com/docs/en/api/errors, and those from reports.

use super::context::Circumstance;
use super::rule::Rule;
use crate::reason::Reason;

/// The rules for Anthropic's errors.
pub(super) const RULES: &[Rule] = &[
    // Also for accounts of too low a tier, and for keys without an account (anthropics/claude-code#66314,
    // anthropics/claude-code-action#1224).
    Rule::text(&["credit balance"], Reason::InsufficientCredit).at(&[400, 402, 403]).hint(
        "Anthropic refuses to bill this key: check its account's credit and plan, and that the key still \
         belongs to an account.",
    ),
    Rule::code(&["billing_error"], Reason::InsufficientCredit).at(&[402]),
    Rule::code(&["invalid_request_error"], Reason::QuotaExhausted).at(&[400]).and(&["usage limits"]),
    Rule::text(&["organization has been disabled"], Reason::NoPermission)
        .at(&[400, 403])
        .hint("Anthropic disabled the organisation of this key: ask Anthropic's support."),
    Rule::text(&["oauth authentication is currently not"], Reason::KeyWrongProduct).at(&[401, 403]),
    Rule::code(&["authentication_error"], Reason::ConfigIncomplete)
        .at(&[401])
        .and(&["required", "missing"])
        .hint("The server did not find the key: check the header that it is sent in."),
    Rule::code(&["authentication_error"], Reason::KeyWrongProduct)
        .at(&[401])
        .and(&["invalid x-api-key", "invalid bearer token"])
        .when(Circumstance::KeyOfOtherProduct),
    Rule::code(&["authentication_error"], Reason::BadKey)
        .at(&[401])
        .and(&["invalid x-api-key", "invalid bearer token"]),
    // The network or the country, not the key (danny-avila/LibreChat#4451).
    Rule::code(&["forbidden"], Reason::RegionUnsupported).at(&[403]),
    Rule::text(&["request not allowed"], Reason::RegionUnsupported).at(&[403]),
];

/// The rules for types that name a class of errors only.
pub(super) const CLASSES: &[Rule] = &[
    Rule::code(&["permission_error"], Reason::NoPermission).at(&[403]),
    Rule::code(&["not_found_error"], Reason::ModelNotFound).at(&[404]).and(&["model"]),
    Rule::code(&["rate_limit_error"], Reason::RateLimited).at(&[429]),
    Rule::code(&["overloaded_error", "api_error"], Reason::ProviderDown).of_server_errors().before_auth(),
];
