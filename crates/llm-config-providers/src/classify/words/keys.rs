//! The words of servers about keys that they do not judge, or not any more, in the languages that they use.

use super::super::rule::Rule;
use super::judged_keys::{JUDGED, KEYS, OTHER_CAUSES};
use crate::reason::Reason;

/// The key belongs to another product.
pub(super) const OTHER_PRODUCT: &[Rule] = &[
    Rule::text(&["api keys are not supported by this api"], Reason::KeyWrongProduct),
    // Azure, where the resource accepts identities of Entra only.
    Rule::text(&["key based authentication is disabled"], Reason::KeyWrongProduct)
        .hint("This resource accepts no keys: enable them there, or use an access token of Entra ID."),
    // Azure, for a token of another resource (learn.microsoft.com: azure-openai, Entra ID).
    Rule::text(&["audience"], Reason::KeyWrongProduct)
        .and(&["wrong", "invalid", "incorrect", "does not match", "doesn't match", "mismatch"])
        .and(KEYS)
        .at(&[400, 401, 403])
        .without(&["missing"])
        .hint("The token was issued for another resource: get one for the audience of this API."),
    // Keys of tests at the live API, and the reverse.
    Rule::text(
        &["environment", "test key", "live key", "sandbox key", "production key"],
        Reason::KeyWrongProduct,
    )
    .and(&[
        "invalid environment",
        "wrong environment",
        "environment mismatch",
        "another environment",
        "different environment",
        "used at",
        "used in",
        "used with",
        "used for",
        "used against",
    ])
    .and(KEYS)
    .at(&[400, 401, 403])
    .without(&["environment variable"])
    .hint("The key belongs to another environment: use a key of this one, or the other endpoint."),
];

/// A key that is missing or wrong, or that could not be looked up: the server does not say which.
pub(super) const UNCLEAR_KEY: &[Rule] = &[
    // The default of Azure's gateway, for a key that is sent as a bearer token too (FlowiseAI/Flowise#710).
    Rule::text(&["access token is missing, invalid, audience is incorrect"], Reason::ConfigIncomplete)
        .hint("Azure found no valid access token here: send a key as `api-key`, or get a new access token."),
    Rule::text(
        &[
            "missing or invalid",
            "invalid or missing",
            "no or invalid",
            "missing or incorrect",
            "bad or missing",
        ],
        Reason::BadKey,
    )
    .at(&[400, 401, 403])
    .key_open(),
    Rule::text(
        &[
            "missing",
            "or no api key",
            "no or an",
            "not provided or",
            "отсутств",
            "无效或",
            "或缺失",
            "或未提供",
        ],
        Reason::BadKey,
    )
    .and(&["invalid", "incorrect", "wrong", "неверн", "недействит", "无效", "未提供", "缺失"])
    .at(&[401, 403])
    .without(MISSING_RIGHT)
    .key_open(),
    // FastAPI's example of a refusal, for keys that are missing too.
    Rule::text(&["could not validate"], Reason::BadKey).at(&[401, 403]).key_open(),
    // A key that is required in general was not judged.
    Rule::text(&["valid"], Reason::BadKey)
        .and(&["is required", "required to", "must be provided", "must provide"])
        .without(JUDGED)
        .without(MISSING_RIGHT)
        .at(&[401, 403])
        .key_open(),
    // The server could not look the key up (QuantumNous/new-api: token.db_error).
    Rule::text(
        &[
            "数据库",
            "資料庫",
            "データベース",
            "데이터베이스",
            "базе данных",
            "base de données",
            "banco de dados",
            "cơ sở dữ liệu",
            "database query",
            "database error",
        ],
        Reason::BadKey,
    )
    .at(&[401, 403])
    .key_open(),
];

/// The key was genuine, or is one of these and wrong otherwise.
pub(super) const FORMER_KEY: &[Rule] = &[
    // Expired or wrong: rejected either way (QwenLM/qwen-code#3704, chathub-dev/chathub#1047).
    Rule::text(&["expired", "过期"], Reason::BadKey)
        .and(&[
            "invalid access token or",
            "expired or incorrect",
            "invalid or",
            "or invalid",
            "或验证不正确",
            "或无效",
        ])
        .and(KEYS)
        .at(&[400, 401, 403])
        .without(OTHER_CAUSES),
    Rule::text(
        &[
            "expired key",
            "expired token",
            "key has expired",
            "key expired",
            "token has expired",
            "jwt is expired",
        ],
        Reason::KeyExpired,
    )
    .without(OTHER_CAUSES),
    Rule::text(
        &[
            "expired",
            "过期",
            "過期",
            "有効期限が切れ",
            "만료",
            "истёк",
            "истек",
            "a expiré",
            "expirou",
            "abgelaufen",
            "hết hạn",
        ],
        Reason::KeyExpired,
    )
    .and(KEYS)
    .at(&[400, 401, 403])
    .without(OTHER_CAUSES),
    Rule::text(&["has been deactivated", "reported as leaked"], Reason::KeyDisabledOrLeaked)
        .and(KEYS)
        .without(OTHER_CAUSES),
    // OpenAI, without the code.
    Rule::text(
        &["your account has been deactivated", "your openai account has been deactivated"],
        Reason::KeyDisabledOrLeaked,
    )
    .without(OTHER_CAUSES),
    Rule::text(
        &[
            "key has been disabled",
            "key has been revoked",
            "key was revoked",
            "key is disabled",
            "key is inactive",
            "key is not active",
            "key revoked",
            "key disabled",
            "token has been disabled",
            "token has been revoked",
            "token was revoked",
            "token is disabled",
            "token is inactive",
            "token revoked",
        ],
        Reason::KeyDisabledOrLeaked,
    )
    .without(OTHER_CAUSES),
    // new-api: token.status_unavailable.
    Rule::text(
        &[
            "令牌状态不可用",
            "token 状态不可用",
            "令牌狀態不可用",
            "ステータスは利用不可",
            "토큰 상태는 사용할 수 없",
            "статус этого токена недоступен",
            "statut de ce jeton est indisponible",
            "status deste token está indisponível",
        ],
        Reason::KeyDisabledOrLeaked,
    )
    .without(OTHER_CAUSES),
];

/// No key arrived, which a key in the wrong header explains as well.
pub(super) const MISSING_KEY: &[Rule] = &[
    // MiniMax names the header in which it looks for the key (nearai/ironclaw#1742).
    Rule::text(&["'authorization' field of the request header"], Reason::ConfigIncomplete).hint(
        "The server looks for the key in `Authorization: Bearer`: send it there, and check that all of it \
         was copied.",
    ),
    Rule::text(&["'x-api-key' field of the request header"], Reason::ConfigIncomplete).hint(
        "The server looks for the key in `x-api-key`: send it there, and check that all of it was copied.",
    ),
    // Kong's plugin for signatures (xinnan-tech/xiaozhi-esp32-server#2481).
    Rule::text(&["hmac signature"], Reason::KeyWrongProduct).hint(
        "The server expects a signature, or another kind of key: check which of the provider's keys belongs \
         to this API.",
    ),
    Rule::text(
        &[
            "no api key passed in",
            "no api key found",
            "no api key supplied",
            "didn't provide an api key",
            "did not provide an api key",
            "auth credentials found",
            "missing authentication header",
            "missing authorization header",
            "missing subscription key",
            "missing api key",
            "api key is missing",
            "header is required",
            "please carry the api",
            "no bearer token",
            "failed to get the authorization header",
            // GigaChat, Apigee.
            "decode 'authorization' header",
            "failed to resolve api key",
            "未收到authorization",
            "未收到 authentication",
        ],
        Reason::ConfigIncomplete,
    ),
];

/// A key is missing, in general words.
pub(super) const ABSENT_KEY: &[Rule] = &[Rule::text(
    &[
        "missing",
        "required",
        "no api key",
        "not provided",
        "not supplied",
        "not received",
        "not found in request",
        "not found in header",
        "not found in the request",
        "provide an api key",
        "no key",
        // Chinese.
        "未提供",
        "未收到",
        "未携带",
        "缺少",
        "缺失",
        // Japanese and Korean.
        "提供されていません",
        "指定されていません",
        "제공되지 않",
        "누락",
        // Russian and German.
        "не предоставлен",
        "не указан",
        "отсутств",
        "fehlt",
        "nicht angegeben",
        // French, Portuguese, Spanish and Vietnamese.
        "non fourni",
        "manquant",
        "não fornecid",
        "ausente",
        "falta ",
        "no proporcionad",
        "chưa cung cấp",
    ],
    Reason::ConfigIncomplete,
)
.at(&[401])
.without(MISSING_RIGHT)];

/// Words about a right, which may be missing or required as a key may.
const MISSING_RIGHT: &[&str] =
    &[" scope ", " scopes ", "_scope", "permission", "权限", "権限", "권한", "berechtigung", "permissão"];

/// Words about authentication, beside those for keys.
pub(crate) const AUTHENTICATION: &[&str] = &[
    "unauthorized",
    "unauthorised",
    "authenti",
    "authorization",
    "access denied",
    // Chinese, Japanese and Korean.
    "认证",
    "鉴权",
    "身份",
    "授权",
    "認証",
    "인증",
    // Russian, Spanish, Portuguese and Italian.
    "авториз",
    "аутентифи",
    "autentica",
    "no autorizado",
    "não autorizado",
    "non autorizzato",
];
