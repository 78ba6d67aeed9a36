//! What servers state about rights, network, credit and quota of a genuine key.

use super::super::Rule;
use crate::reason::Reason;

/// A gateway passes on the provider's error about the gateway's own key.
pub(super) const UPSTREAM: &[Rule] = &[
    Rule::text(&["litellm.authenticationerror"], Reason::UpstreamKeyRejected),
    Rule::text(&["litellm.ratelimiterror"], Reason::RateLimited).before_auth(),
];

/// The key lacks a right.
pub(super) const SCOPES: &[Rule] = &[
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
    Rule::text(&["permission to list models"], Reason::NoPermission).forbids_listing().inconclusive(),
    Rule::text(&["must be a member of an organization"], Reason::NoPermission),
];

/// The network or the country of the caller.
pub(super) const NETWORK: &[Rule] = &[
    Rule::text(
        &["ip not authorized", "ip address is not", "virtual network/firewall", "public access is disabled"],
        Reason::KeyRestrictedIpOrReferrer,
    ),
    Rule::text(
        &["country, region, or territory not supported", "user location is not supported"],
        Reason::RegionUnsupported,
    ),
];

/// The account has no credit.
pub(super) const CREDIT: &[Rule] = &[Rule::text(
    &["insufficient balance", "insufficient credits", "credit balance is too low"],
    Reason::InsufficientCredit,
)];

/// The quota is used up.
pub(super) const QUOTA: &[Rule] = &[Rule::text(&["budget has been exceeded"], Reason::QuotaExhausted)];

/// A right is missing, of the key or of its owner. Asked for after codes of the form, which say the same
/// more precisely.
pub(in crate::classify) const RIGHTS: &[Rule] = &[
    Rule::text(&["scope"], Reason::KeyRestrictedScope)
        .at(&[401, 403])
        .inconclusive()
        .hint("A permission or scope is missing: check the rights of the key."),
    Rule::text(
        &["permission", "not authorized to", "not authorised to", "not allowed to"],
        Reason::NoPermission,
    )
    .at(&[401, 403])
    .inconclusive(),
];
