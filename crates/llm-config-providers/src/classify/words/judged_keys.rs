//! What servers state about keys that they reject, in the languages that they use.

use super::super::rule::Rule;
use crate::reason::Reason;

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
            "invalid api token",
            "invalid x-api-key",
            "invalid proxy server token",
            "invalid subscription key",
            "invalid authentication credentials",
            "api key not valid",
            "api key is invalid",
            "malformed api key",
            "wrong api key",
            "bad credentials",
            // one-api and new-api, which may report it in a success.
            "无效的令牌",
            "无效的 token",
            "無效的令牌",
            "無効なトークン",
            "유효하지 않은 토큰",
            "недопустимый токен",
            "jeton invalide",
            "token không hợp lệ",
        ],
        Reason::BadKey,
    ),
    // Parsers have invalid tokens too, and report them with 400.
    Rule::text(
        &[
            "invalid token",
            "invalid access token",
            "access token invalid",
            "token inválido",
            // OpenRouter.
            "user not found",
            // DeepSeek.
            "no such user",
            // Hugging Face, for a wrong token.
            "invalid username or password",
            // Zhipu.
            "身份验证失败",
        ],
        Reason::BadKey,
    )
    .at(&[200, 401, 403]),
    // Moonshot. A longer message may judge the header alone.
    Rule::exact(&["invalid authentication"], Reason::BadKey).at(&[401]),
];

/// A key is judged, in general words.
pub(super) const JUDGED_KEY: &[Rule] =
    &[Rule::text(JUDGED, Reason::BadKey).and(KEYS).at(&[401, 403]).without(OTHER_CAUSES)];

/// A judgement.
pub(super) const JUDGED: &[&str] = &[
    "invalid",
    "incorrect",
    "not valid",
    "wrong",
    "unknown",
    "not exist",
    "n't exist",
    // Chinese.
    "无效",
    "無效",
    "非法",
    "不正确",
    "key 错误",
    "key错误",
    "密钥错误",
    "令牌错误",
    // Japanese and Korean.
    "無効",
    "正しくありません",
    "유효하지 않",
    "잘못된",
    "올바르지",
    // Russian and German.
    "недопустим",
    "недействит",
    "неверн",
    "неправильн",
    "некорректн",
    "ungültig",
    "falsch",
    // French, Spanish, Portuguese, Italian and Vietnamese.
    "non valid",
    "inválid",
    "no válid",
    "không hợp lệ",
];

/// What is judged.
pub(in crate::classify) const KEYS: &[&str] = &[
    "key",
    "token",
    "credential",
    "jwt",
    "令牌",
    "密钥",
    "金鑰",
    "キー",
    "トークン",
    "키",
    "토큰",
    "ключ",
    "токен",
    "schlüssel",
    "clé",
    "jeton",
    "clave",
    "chave",
    "chiave",
    "khóa",
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
    "max_tokens",
    "token count",
    "billing",
    "payment",
    "region",
    "country",
    "organization",
    "project",
    "host",
    "model",
    "subscription",
    "trial",
    "plan ",
    "csrf",
    "captcha",
    "cookie",
    "certificate",
    "unknown error",
    "模型",
    "套餐",
    "权限",
    "额度",
    "余额",
    "分组",
];
