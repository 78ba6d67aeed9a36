//! The words of servers about credit and quota, in the languages that they use. Parts are in lower
//! case.

use super::super::rule::Rule;
use super::periods::{MOMENT, PERIODS};
use crate::reason::Reason;

/// The account has no credit. Waiting does not help.
pub(super) const CREDIT: &[Rule] = &[
    // Zhipu's and others' plans.
    Rule::text(
        &[
            "套餐已到期",
            "订阅已过期",
            "no valid token plan subscription",
            "no active subscription",
            "subscription has expired",
            "subscription is expired",
            "subscription expired",
            "subscription has ended",
            "plan has expired",
            "plan is expired",
            "plan expired",
            "plan has ended",
            "trial has expired",
            "trial is expired",
            "trial expired",
            "trial has ended",
            "trial period has expired",
        ],
        Reason::InsufficientCredit,
    )
    .hint("The plan that this key belongs to has ended: renew it at the provider."),
    Rule::text(
        &[
            "insufficient balance",
            "insufficient credit",
            "insufficient fund",
            "insufficient usd",
            "balance is insufficient",
            "balance is too low",
            "not enough balance",
            "not enough credit",
            "not enough funds",
            "positive balance",
            "positive credit balance",
            "paid balance",
            // xAI.
            "any credits or licenses",
            "used all available credits",
            "run out of credits",
            "out of credit",
            // OpenRouter.
            "requires more credits",
            "can only afford",
            "never purchased credits",
            "credits have expired",
            "credits expired",
            "no prepaid credits",
            // Volcengine Ark, DashScope, Fireworks.
            "overdue balance",
            "overdue payment",
            "account is in good standing",
            "pay past invoices",
            "unpaid invoice",
            "please recharge",
            "recharge your account",
            "payment required",
            "inactive subscription",
            // Chutes.
            "balance is $0",
            "zero balance",
            // Google.
            "requires billing to be enabled",
        ],
        Reason::InsufficientCredit,
    ),
    // Google, Together.
    Rule::text(
        &[
            "credits are depleted",
            "credits depleted",
            "credits exhausted",
            "credits have been exhausted",
            "credit limit exceeded",
        ],
        Reason::InsufficientCredit,
    )
    .without(MOMENT)
    .unless(PERIODS),
    // Chinese: one-api, Zhipu, SiliconFlow, DeepSeek.
    Rule::text(
        &[
            "余额不足",
            "餘額不足",
            "余额已用完",
            "欠费",
            "欠費",
            "请充值",
            "请及时充值",
            "无可用资源包",
            "资源包余量已用尽",
        ],
        Reason::InsufficientCredit,
    ),
    // Japanese and Korean.
    Rule::text(
        &[
            "残高が不足",
            "残高不足",
            "クレジットが不足",
            "クレジット不足",
            "잔액이 부족",
            "잔액 부족",
            "크레딧이 부족",
        ],
        Reason::InsufficientCredit,
    ),
    // Russian and German.
    Rule::text(
        &[
            "недостаточно средств",
            "недостаточно кредит",
            "баланс исчерпан",
            "kein guthaben",
            "guthaben reicht nicht",
        ],
        Reason::InsufficientCredit,
    ),
    Rule::text(&["guthaben"], Reason::InsufficientCredit).and(&["aufgebraucht", "erschöpft", "ausreichend"]),
    // French, Spanish, Portuguese, Italian and Vietnamese.
    Rule::text(
        &[
            "crédit insuffisant",
            "crédits insuffisants",
            "solde insuffisant",
            "saldo insuficiente",
            "créditos insuficientes",
            "fondos insuficientes",
            "credito insufficiente",
            "số dư không đủ",
        ],
        Reason::InsufficientCredit,
    ),
];

/// The quota of a period or a key is used up.
pub(super) const QUOTA: &[Rule] = &[
    Rule::text(
        &[
            "budget has been exceeded",
            "budget exceeded",
            "spend limit reached",
            "reached its spend limit",
            "exceeded your monthly",
            "depleted your monthly",
            "monthly included credits",
            "monthly quota",
            "quota has been used up",
            "quota is used up",
            "quota has been exhausted",
            "quota is exhausted",
            "quota exhausted",
            "free trial quota",
            "budget exhausted",
            // Google.
            "spending cap",
            // Cloudflare, GitHub Models.
            "used up your daily free allocation",
            "userbymodelbyday",
            "quota is not enough",
            "quota not enough",
            // DashScope, whose free tier ends.
            "free allocated quota exceeded",
            "free tier of the model has been exhausted",
            // Zhipu's and Ollama's plans.
            "usage limit reached",
            "weekly/monthly limit exhausted",
            "session usage limit",
            "weekly usage limit",
            "reached your specified api usage limits",
            // OpenRouter.
            "key limit exceeded",
            "free-models-per-day",
            // Cohere's trial keys.
            "calls / month",
            // new-api, in every language.
            "tokenstatusexhausted",
        ],
        Reason::QuotaExhausted,
    )
    .without(MOMENT)
    .unless(PERIODS),
    // Chinese: one-api, new-api, Zhipu.
    Rule::text(
        &[
            "额度已用尽",
            "额度已用完",
            "额度不足",
            "額度不足",
            "額度已用盡",
            "配额不足",
            "配额已用",
            "使用上限",
            "今日调用次数限额",
        ],
        Reason::QuotaExhausted,
    )
    .without(MOMENT)
    .unless(PERIODS),
    // Japanese and Korean.
    Rule::text(
        &["クォータは使い果たされ", "クォータ不足", "クォータが不足", "할당량이 소진", "할당량이 부족"],
        Reason::QuotaExhausted,
    )
    .without(MOMENT)
    .unless(PERIODS),
    // Russian and German.
    Rule::text(&["квот", "kontingent"], Reason::QuotaExhausted)
        .and(&["исчерпан", "недостаточно", "превышен", "aufgebraucht", "erschöpft"])
        .without(MOMENT)
        .unless(PERIODS),
    // French, Portuguese, Spanish and Vietnamese.
    Rule::text(&["quota", "cota", "cuota", "hạn mức"], Reason::QuotaExhausted)
        .and(&[
            "épuisé",
            "quota insuffisant",
            "esgotad",
            "cota insuficiente",
            "agotad",
            "cuota insuficiente",
            "đã hết",
            "không đủ",
        ])
        .without(MOMENT)
        .unless(PERIODS),
    // A momentary limit that a server refuses as if a right were missing.
    Rule::text(QUOTAS, Reason::RateLimited).and(MOMENT).at(&[403]).without(PERIODS).before_auth(),
];

/// Words about limits.
const QUOTAS: &[&str] = &[
    "quota",
    "usage limit",
    "rate limit",
    "limit exceeded",
    "额度",
    "配额",
    "使用上限",
    "クォータ",
    "할당량",
    "квот",
    "kontingent",
    "cuota",
    "hạn mức",
];
