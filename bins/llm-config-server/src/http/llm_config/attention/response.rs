//! What needs attention, in responses.

use std::collections::BTreeMap;

use llm_config_service::{
    Attention, AttentionConfig, AttentionList, ExpiringToken, Inaccessibility, InaccessibleConfig,
};
use llm_config_store::{LastCheck, Token, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::llm_config::configs::ConfigScope;
use crate::http::schema::enums::{ProviderName, names};
use crate::http::timestamp::rfc3339;

/// What needs attention, as far as the caller may list it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Attention)]
pub(super) struct AttentionResponse {
    /// Configurations whose last check says that they do not work, those that failed last first.
    rejected: FailingConfigs,
    /// Configurations whose state no check could decide for more than 24 hours, in the same order.
    undetermined: FailingConfigs,
    /// API keys that work and expire within 14 days, the next one first.
    expiring_api_keys: ExpiringApiKeys,
    /// Configurations that cannot be read, or whose credential cannot be decrypted. Damaged rows are found
    /// in the background, in a large registry after hours.
    unreadable: UnreadableConfigs,
}

/// The first configurations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FailingConfigs {
    first: Vec<FailingConfig>,
    /// Whether there are more.
    has_more: bool,
}

/// A configuration that does not work, or whose state is not known.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FailingConfig {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    scope: ConfigScope,
    provider: ProviderName,
    /// The reason of the last check, such as `bad_key` or `quota_exhausted`.
    reason: String,
    /// The problem and the remedy; null for a reason of another version of this server.
    hint: Option<String>,
    /// The first check that found this state, without another one in between.
    #[schema(format = DateTime)]
    since: String,
    /// The last check.
    #[schema(format = DateTime)]
    checked_at: String,
}

/// The first API keys.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExpiringApiKeys {
    first: Vec<ExpiringApiKey>,
    /// Whether there are more.
    has_more: bool,
}

/// An API key that expires soon.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExpiringApiKey {
    #[schema(format = Uuid)]
    id: String,
    /// The beginning of the key.
    key_prefix: String,
    labels: BTreeMap<String, String>,
    /// The user who holds the key.
    #[schema(format = Uuid)]
    user_id: String,
    /// Their e-mail address; null for callers who may not read the user.
    user_email: Option<String>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// The first rows, in no particular order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnreadableConfigs {
    first: Vec<UnreadableConfig>,
    /// Whether there are more.
    has_more: bool,
}

/// A configuration that cannot be read, or whose credential cannot be decrypted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnreadableConfig {
    #[schema(format = Uuid)]
    id: String,
    /// Null if it cannot be read, like `scope`.
    name: Option<String>,
    scope: Option<ConfigScope>,
    problem: UnreadableProblem,
    /// The name of the missing key; null for other problems, and for callers who may not read the state of
    /// the keys.
    encryption_key: Option<String>,
    /// The problem and the remedy.
    hint: String,
}

names! {
    /// Why a configuration cannot be used: `corrupt_row` if a value in the database is damaged or of a later
    /// version, `lost_key` if this server lacks the key that encrypts the credential.
    enum UnreadableProblem {
        CorruptRow = "corrupt_row",
        LostKey = "lost_key",
    }
}

impl From<Attention> for AttentionResponse {
    fn from(Attention { rejected, undetermined, expiring_tokens, unreadable }: Attention) -> Self {
        Self {
            rejected: rejected.into(),
            undetermined: undetermined.into(),
            expiring_api_keys: expiring_tokens.into(),
            unreadable: unreadable.into(),
        }
    }
}

impl From<AttentionList<AttentionConfig>> for FailingConfigs {
    fn from(AttentionList { first, has_more }: AttentionList<AttentionConfig>) -> Self {
        Self { first: first.into_iter().map(FailingConfig::from).collect(), has_more }
    }
}

impl From<AttentionConfig> for FailingConfig {
    fn from(config: AttentionConfig) -> Self {
        let AttentionConfig { id, name, scope, provider, last_check, hint } = config;
        let LastCheck { at, since, verdict, trigger: _, is_current: _ } = last_check;
        let Verdict { usable: _, reason, is_judgement: _ } = verdict;
        Self {
            id: id.to_string(),
            name: name.into(),
            scope: scope.into(),
            provider: ProviderName(provider),
            reason: reason.to_string(),
            hint: hint.map(str::to_owned),
            since: rfc3339(since),
            checked_at: rfc3339(at),
        }
    }
}

impl From<AttentionList<ExpiringToken>> for ExpiringApiKeys {
    fn from(AttentionList { first, has_more }: AttentionList<ExpiringToken>) -> Self {
        Self { first: first.into_iter().map(ExpiringApiKey::from).collect(), has_more }
    }
}

impl From<ExpiringToken> for ExpiringApiKey {
    fn from(ExpiringToken { token, holder_email }: ExpiringToken) -> Self {
        let Token {
            id,
            holder,
            parent: _,
            prefix,
            labels,
            token_scope,
            status: _,
            revision: _,
            created: _,
            updated: _,
            deactivated: _,
        } = token;
        Self {
            id: id.to_string(),
            key_prefix: prefix,
            labels: labels.into(),
            user_id: holder.to_string(),
            user_email: holder_email,
            expires_at: token_scope.expires_at.map(rfc3339),
        }
    }
}

impl From<AttentionList<InaccessibleConfig>> for UnreadableConfigs {
    fn from(AttentionList { first, has_more }: AttentionList<InaccessibleConfig>) -> Self {
        Self { first: first.into_iter().map(UnreadableConfig::from).collect(), has_more }
    }
}

impl From<InaccessibleConfig> for UnreadableConfig {
    fn from(InaccessibleConfig { id, name, scope, problem }: InaccessibleConfig) -> Self {
        let hint = problem.hint().to_owned();
        let (problem, key) = match problem {
            Inaccessibility::CorruptRow => (UnreadableProblem::CorruptRow, None),
            Inaccessibility::LostKey { key } => (UnreadableProblem::LostKey, key),
        };
        Self {
            id,
            name: name.map(Into::into),
            scope: scope.map(ConfigScope::from),
            problem,
            encryption_key: key.map(Into::into),
            hint,
        }
    }
}
