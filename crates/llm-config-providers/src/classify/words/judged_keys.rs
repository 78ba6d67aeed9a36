//! What servers state about keys that they reject, in the languages that they use.

use super::super::rule::Rule;
use crate::reason::Reason;

/// The server looked at a key and rejected it.
pub(super) const BAD_KEY: &[Rule] = &[
    // Sentences of vendors, with other causes in them that the same vendor states otherwise.
    Rule::text(
        &[
            // Bedrock.
            "please make sure your api key is valid",
            // LiteLLM.
            "invalid proxy server token",
            // Azure.
            "access denied due to invalid subscription key",
        ],
        Reason::BadKey,
    ),
    Rule::text(
        &[
            "incorrect api key",
            "incorrect key",
            "invalid api key",
            "invalid api-key",
            "invalid apikey",
            "invalid api token",
            "invalid x-api-key",
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
    )
    .without(OTHER_CAUSES),
    // Parsers have invalid tokens too, and report them with 400.
    Rule::text(
        &[
            "invalid token",
            "invalid access token",
            "access token invalid",
            "token inválido",
            // DeepSeek.
            "no such user",
            // Zhipu.
            "身份验证失败",
        ],
        Reason::BadKey,
    )
    .at(&[200, 401, 403])
    .without(OTHER_CAUSES),
    // Moonshot, OpenRouter, and Hugging Face for a wrong token. A longer message may judge the header, a
    // member of an organisation or a proxy's user.
    Rule::exact(
        &["invalid authentication", "user not found", "invalid username or password"],
        Reason::BadKey,
    )
    .at(&[401]),
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

/// Words about the rights or the account of a known key, about where it is used, about another kind of key,
/// or about something else altogether.
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
    // The caller, and what the key is used for.
    "referer",
    "referrer",
    " ip ",
    " ips ",
    " address ",
    " origin ",
    " origins ",
    "domain",
    "audience",
    "issuer",
    "tenant",
    "workspace",
    "invalid environment",
    "wrong environment",
    "environment mismatch",
    "this environment",
    "that environment",
    "another environment",
    "different environment",
    "test key",
    "live key",
    "sandbox",
    "production",
    " role ",
    " team ",
    " group ",
    " tier ",
    " version ",
    "endpoint",
    "deployment",
    // What goes with the key.
    "timestamp",
    "nonce",
    "signature",
    "clock",
    // Other keys and tokens.
    "licence",
    "license",
    "encryption",
    "customer-managed",
    "customer managed",
    "key vault",
    " kms ",
    "public key",
    "idempotency",
    "refresh token",
    "page token",
    "webhook",
    // Chinese.
    "来源",
    "域名",
    "地址",
    "白名单",
    "地区",
    "区域",
    "租户",
    "组织",
    "项目",
    "环境",
    "签名",
    "时间戳",
    "许可证",
    // Japanese and Korean.
    "ドメイン",
    "リージョン",
    "組織",
    "権限",
    "署名",
    "도메인",
    "지역",
    "조직",
    "권한",
    "서명",
    // Russian and German.
    "адрес",
    "домен",
    "регион",
    "организац",
    "проект",
    "подпис",
    "лиценз",
    "прав доступа",
    "adresse",
    "organisation",
    "projekt",
    "signatur",
    "berechtigung",
    "lizenz",
    "umgebung",
    // French, Spanish and Portuguese.
    "domaine",
    "région",
    "projet",
    "droits",
    "dominio",
    "domínio",
    "región",
    "região",
    "organización",
    "organização",
    "proyecto",
    "projeto",
    "permiso",
    "permissão",
    "firma",
    "assinatura",
    "licencia",
    "licença",
    "模型",
    "套餐",
    "权限",
    "额度",
    "余额",
    "分组",
];
