//! The words of servers about the rights, the network and the owner of a genuine key.

use super::super::rule::Rule;
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
    // GitHub Models, and Hugging Face for a token without the right to call providers.
    Rule::text(
        &["permission is required", "permissions are required", "not have sufficient permissions"],
        Reason::KeyRestrictedScope,
    )
    .at(&[401, 403]),
    Rule::text(
        &[
            "must be a member of an organization",
            // Groq (songquanpeng/one-api#1764).
            "organization has been restricted",
        ],
        Reason::NoPermission,
    ),
    // iFlytek (log159/LogChat#2).
    Rule::text(&["appidnoautherror"], Reason::NoPermission).hint(
        "The application of this key has no licence for this model, or its volume is used up: check both at \
         the provider.",
    ),
    // new-api: auth.user_banned.
    Rule::text(
        &[
            "用户已被封禁",
            "用戶已被封禁",
            "ユーザーはbanされています",
            "사용자가 차단되었습니다",
            "пользователь заблокирован",
            "utilisateur a été banni",
            "usuário foi banido",
            "người dùng đã bị cấm",
            "user has been banned",
        ],
        Reason::NoPermission,
    )
    .at(&[200, 401, 403])
    .hint("The server blocks the owner of this key: contact its operator."),
];

/// The network or the country of the caller.
pub(super) const NETWORK: &[Rule] = &[
    Rule::text(
        &[
            "ip not authorized",
            "ip address is not",
            "ip address not allowed",
            "virtual network/firewall",
            "public access is disabled",
            // Databricks, Cloudflare and Snowflake.
            "blocked by databricks ip acl",
            "use the access token from location",
            "is not allowed to access snowflake",
            // new-api.
            "不在令牌允许访问的列表中",
            "ip 不在",
            "ip不在",
            "ip白名单",
            "ip 白名单",
        ],
        Reason::KeyRestrictedIpOrReferrer,
    ),
    // In general words.
    Rule::text(
        &[
            "referer",
            "referrer",
            " ip ",
            " ips ",
            "ip address",
            " origin ",
            "domain",
            "来源",
            "域名",
            "ドメイン",
            "도메인",
            "ip-адрес",
            "домен",
            "ip-adresse",
            "adresse ip",
            "dirección ip",
            "dominio",
            "endereço ip",
            "domínio",
        ],
        Reason::KeyRestrictedIpOrReferrer,
    )
    .and(REFUSED)
    .and(super::judged_keys::KEYS)
    .at(&[400, 401, 403])
    .without(&["content", "prompt"]),
    Rule::text(
        &["country, region, or territory not supported", "user location is not supported"],
        Reason::RegionUnsupported,
    ),
];

/// Words about a caller that is refused.
const REFUSED: &[&str] = &[
    "invalid",
    "incorrect",
    "wrong",
    "unknown",
    "not valid",
    "not match",
    "n't match",
    "mismatch",
    "allowed",
    "allowlist",
    "whitelist",
    "permitted",
    "blocked",
    "restricted",
    "denied",
    "forbidden",
    "无效",
    "非法",
    "不允许",
    "限制",
    "許可されていません",
    "無効",
    "허용되지",
    "유효하지",
    "недопустим",
    "запрещ",
    "не разреш",
    "не входит",
    "nicht erlaubt",
    "ungültig",
    "non autoris",
    "invalide",
    "no permitid",
    "inválid",
    "não permitid",
];

/// A right is missing, of the key or of its owner. Asked for after codes of the form, which say the same
/// more precisely.
pub(crate) const RIGHTS: &[Rule] = &[
    Rule::text(&[" scope ", " scopes ", "_scope"], Reason::KeyRestrictedScope)
        .at(&[401, 403])
        .inconclusive()
        .hint("A permission or scope is missing: check the rights of the key."),
    Rule::text(
        &[
            "permission",
            "not authorized to",
            "not authorised to",
            "not allowed to",
            "权限",
            "无权",
            "権限",
            "권한",
            "нет прав",
            "berechtigung",
            "permissão",
        ],
        Reason::NoPermission,
    )
    .at(&[401, 403])
    .inconclusive(),
];
