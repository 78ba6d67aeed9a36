//! Codes that servers give errors, whichever form these have.

use super::rule::Rule;
use super::words::{KEYS, MOMENT, PERIODS};
use crate::reason::Reason;

/// Codes that name one cause. They decide before words, whatever the status. For each error, the most
/// precise of its codes that has a row counts: `OpenAI` may leave the type at `insufficient_quota` where
/// only the rate is too high.
pub(super) const CODES: &[Rule] = &[
    Rule::code(&["rate_limit_exceeded"], Reason::RateLimited),
    // Quota.
    Rule::code(&["insufficient_quota"], Reason::QuotaExhausted).without(MOMENT).unless(PERIODS),
    Rule::code(
        &[
            "budget_exceeded",
            "billing_hard_limit_reached",
            // OpenAI (developers.openai.com/api/docs/guides/error-codes).
            "organization_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
            "project_spend_limit_exceeded",
            // one-api and new-api.
            "insufficient_user_quota",
            "local:insufficient_quota",
            "pre_consume_token_quota_failed",
            // DashScope.
            "AllocationQuota.FreeTierOnly",
            // Volcengine Ark.
            "SetLimitExceeded",
            // Vercel's gateway, Cline.
            "quota_for_entity_exceeded",
            "SPEND_LIMIT_EXCEEDED",
            // Huawei's MaaS (support.huaweicloud.com/usermanual-maas-modelarts/maas-modelarts-0080.html).
            "ModelArts.81005",
            "ModelArts.81022",
        ],
        Reason::QuotaExhausted,
    ),
    // Zhipu (docs.bigmodel.cn/cn/faq/api-code): the calls of a day, of some hours, of a week.
    Rule::code(&["1304", "1308", "1310"], Reason::QuotaExhausted).at(&[429]),
    // Credit.
    Rule::code(
        &[
            "credit_balance_exhausted",
            "billing_not_active",
            // DashScope.
            "Arrearage",
            // Volcengine Ark.
            "AccountOverdueError",
            "ServiceOverdue",
            // xAI.
            "personal-team-blocked:spending-limit",
            // MiniMax.
            "insufficient_balance_error",
            // Vercel's gateway, Venice, Novita, Baidu's AppBuilder.
            "insufficient_funds",
            "insufficient_credits",
            "insufficient_balance",
            "INSUFFICIENT_BALANCE",
            "NOT_ENOUGH_BALANCE",
            "BILLING_INSUFFICIENT_BALANCE",
            // Huawei's MaaS.
            "ModelArts.81019",
        ],
        Reason::InsufficientCredit,
    ),
    // Zhipu: arrears, and a plan that has ended.
    Rule::code(&["1113", "1309"], Reason::InsufficientCredit).at(&[429]),
    // Moonshot, for accounts without balance and with a used-up quota alike.
    Rule::code(&["exceeded_current_quota_error"], Reason::InsufficientCredit)
        .and(&["insufficient balance", "recharge"]),
    Rule::code(&["exceeded_current_quota_error"], Reason::QuotaExhausted),
    // Keys that were genuine.
    Rule::code(&["expired_key", "authentication_token_expired"], Reason::KeyExpired),
    Rule::code(&["1003"], Reason::KeyExpired).and(&["expired", "过期"]).and(KEYS).at(&[401]),
    Rule::code(&["account_deactivated", "access_terminated"], Reason::KeyDisabledOrLeaked),
    // Genuine keys that may not be used here.
    Rule::code(&["access_terminated_error"], Reason::NoPermission)
        .hint("The key belongs to a plan for listed programs only: use a key of the provider's general API."),
    Rule::code(&["organization_restricted", "no_organization"], Reason::NoPermission),
    Rule::code(&["1110", "1112", "1121"], Reason::NoPermission).and(&["账户", "账号", "account"]),
    Rule::code(
        &["mismatched_organization", "mismatched_project", "invalid_organization"],
        Reason::ConfigIncomplete,
    )
    .hint(
        "The request names another organisation or project than the one that the key belongs to: check \
             what a relay in front of the provider adds.",
    ),
    Rule::code(&["incorrect_hostname"], Reason::KeyWrongRegion).hint(
        "The key belongs to another region: use its host, such as us.api.openai.com or eu.api.openai.com.",
    ),
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
            "InvalidEndpoint.NotFound",
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
    // Zhipu: the plan does not include the model.
    Rule::code(&["1311"], Reason::ModelNoAccess).at(&[400, 403, 429]).at_model(),
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
    Rule::code(
        &[
            "invalid_api_key",
            "no_db_connection",
            "token_not_found_in_db",
            "api_key_invalid",
            "wrong_api_key",
            "invalid_iam_token",
            // Tencent Cloud (www.tencentcloud.com/document/api/1278/46696).
            "AuthFailure.InvalidSecretId",
            "AuthFailure.SecretIdNotFound",
            "AuthFailure.SignatureFailure",
            "AuthFailure.TokenFailure",
            // OVHcloud.
            "INVALID_CREDENTIAL",
        ],
        Reason::BadKey,
    ),
    // CLOVA Studio (api.ncloud-docs.com/docs/clovastudio-troubleshoot-c4xx).
    Rule::code(&["40102", "40104"], Reason::BadKey).and(&["invalid"]).at(&[401]),
    // Snowflake: OAuth tokens, and those signed with a private key.
    Rule::code(&["390144", "390303"], Reason::BadKey).and(&["invalid"]).at(&[401]),
    // Azure.
    Rule::code(&["AuthenticationTypeDisabled"], Reason::KeyWrongProduct)
        .hint("This resource accepts no keys: enable them there, or use an access token of Entra ID."),
    // Zhipu, in its own words.
    Rule::code(&["1000", "1002", "1004"], Reason::BadKey).and(&["authentication", "身份验证"]).at(&[401]),
    // watsonx.
    Rule::code(&["authentication_no_token"], Reason::ConfigIncomplete),
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
