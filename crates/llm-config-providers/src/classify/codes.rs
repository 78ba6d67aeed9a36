//! Codes that servers give errors, whichever form these have.

use super::Rule;
use crate::reason::Reason;

/// Codes that name one cause. They decide before words, whatever the status. For each error, the most
/// precise of its codes that has a row counts: `OpenAI` may leave the type at `insufficient_quota` where
/// only the rate is too high.
pub(super) const CODES: &[Rule] = &[
    Rule::code(&["rate_limit_exceeded"], Reason::RateLimited),
    // Quota.
    Rule::code(
        &["insufficient_quota", "budget_exceeded", "billing_hard_limit_reached"],
        Reason::QuotaExhausted,
    ),
    // Credit.
    Rule::code(&["credit_balance_exhausted", "billing_not_active"], Reason::InsufficientCredit),
    // Keys that were genuine.
    Rule::code(&["expired_key"], Reason::KeyExpired),
    Rule::code(&["account_deactivated"], Reason::KeyDisabledOrLeaked),
    // Network and region.
    Rule::code(&["ip_not_authorized"], Reason::KeyRestrictedIpOrReferrer),
    Rule::code(&["unsupported_country_region_territory"], Reason::RegionUnsupported),
    // Missing models. OpenAI gives its code also where a project may not use the model.
    Rule::code(&["model_not_found"], Reason::ModelNoAccess)
        .and(&["not have access to model", "no access to model"])
        .at_model(),
    Rule::code(
        &[
            "model_not_found",
            "ModelNotFound",
            "model_not_exist",
            "model_does_not_exist",
            // Mistral.
            "invalid_model",
            // Groq (console.groq.com/docs/deprecations).
            "model_decommissioned",
            // GitHub Models.
            "unknown_model",
            "unavailable_model",
            // GitHub Copilot.
            "model_not_supported",
            // Volcengine Ark (volcengine.com/docs/82379/1299023).
            "InvalidEndpointOrModel.NotFound",
            // Kiro (decolua/9router#1187).
            "INVALID_MODEL_ID",
            "ModelNotExist",
        ],
        Reason::ModelNotFound,
    )
    .at_model(),
    // Databricks: "ENDPOINT_NOT_FOUND" is a path, this a serving endpoint, which is called as the model.
    Rule::code(&["RESOURCE_DOES_NOT_EXIST"], Reason::ModelNotFound).at_model(),
    // OpenCode Zen (decolua/9router#1106).
    Rule::code(&["ModelError"], Reason::ModelNotFound).and(&["model"]).at_model(),
    // SiliconFlow and Zhipu number their errors, as others do.
    Rule::code(&["20012", "1211"], Reason::ModelNotFound).and(&["model", "模型"]).at_model(),
    // Models that this account may not use.
    Rule::code(
        &[
            // Together (HeyPuter/puter#3168): the model needs a dedicated endpoint.
            "model_not_available",
            // Volcengine Ark.
            "ModelNotOpen",
            "InvalidEndpointOrModel.ModelIDAccessDisabled",
            "AccessDenied.Model",
            // DashScope.
            "Model.AccessDenied",
            "model_access_denied",
            // Groq (console.groq.com/docs/model-permissions).
            "model_permission_blocked_org",
            "model_permission_blocked_project",
        ],
        Reason::ModelNoAccess,
    )
    .at_model(),
    // Azure.
    Rule::code(&["DeploymentNotFound"], Reason::DeploymentNotFound).at_model(),
    // Keys. Without a database, LiteLLM knows its master key only (BerriAI/litellm#4880).
    Rule::code(&["invalid_api_key", "no_db_connection", "token_not_found_in_db"], Reason::BadKey),
];

/// Codes of missing routes.
pub(super) const ROUTES: &[Rule] = &[
    Rule::code(
        &[
            // OpenAI and Groq.
            "unknown_url",
            // Databricks.
            "ENDPOINT_NOT_FOUND",
            // AWS.
            "UnknownOperationException",
            // Moonshot.
            "url.not_found",
        ],
        Reason::WrongBasePath,
    )
    .absent(),
    // Cloudflare numbers its errors.
    Rule::code(&["7000", "7003"], Reason::WrongBasePath).and(&["route"]).absent(),
];

/// Codes that name a class of errors only. They decide after words.
pub(super) const CLASSES: &[Rule] = &[
    Rule::code(
        &["authentication_error", "AuthenticationError", "unauthorized", "Unauthorized", "auth_error"],
        Reason::BadKey,
    )
    .at(&[400])
    .key_open(),
    Rule::code(
        &["permission_error", "permission_denied", "PermissionDenied", "PermissionDeniedError"],
        Reason::NoPermission,
    )
    .at(&[400, 401, 403, 404])
    .inconclusive(),
    Rule::code(&["rate_limit_error", "RateLimitError", "TooManyRequests"], Reason::RateLimited)
        .at(&[400, 403, 429])
        .before_auth(),
];
