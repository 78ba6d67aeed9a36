//! An API key in responses, with the members of both generations of clients.

use std::collections::BTreeMap;
use std::sync::Arc;

use llm_config_core::access::{Right, TokenScope};
use llm_config_core::time::Timestamp;
use llm_config_service::TokenState;
use llm_config_store::{Token, TokenText};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::http::goodmem::api_keys::ceiling_rules::{CeilingRule, rules};
use crate::http::schema::enums::{KeyState, Lifecycle, names};

/// The response to the creation of a key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreateApiKeyResponse)]
pub(crate) struct CreatedApiKey {
    pub(crate) api_key_metadata: ApiKey,
    /// The key, returned only once.
    #[serde(serialize_with = "serialize_token")]
    #[schema(value_type = String)]
    pub(crate) raw_api_key: Arc<TokenText>,
}

/// Serialises the text of a key without a copy of it.
fn serialize_token<S: Serializer>(text: &TokenText, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.expose())
}

/// A list of keys.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListApiKeysResponse)]
pub(crate) struct ApiKeyList {
    pub(crate) keys: Vec<ApiKey>,
    /// The `nextToken` of the next page; null at the end.
    pub(crate) next_token: Option<String>,
}

/// A key without its text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(crate) struct ApiKey {
    #[schema(format = Uuid)]
    api_key_id: String,
    /// The user who holds the key.
    #[schema(format = Uuid)]
    user_id: String,
    /// The same user.
    #[schema(format = Uuid)]
    subject_principal_id: String,
    /// The same user.
    #[schema(format = Uuid)]
    owner_principal_id: String,
    authority_mode: AuthorityMode,
    /// The rules that a SCOPED key is narrowed to.
    ceiling: Option<Vec<CeilingRule>>,
    /// Whether the rules are left out: by `view=BASIC`, or because the key has rights that no rule can
    /// express. Then `rights` has all rights.
    ceiling_omitted: bool,
    /// An addition to the API: the rights by this server's names, if the key is narrowed to some. The list is
    /// open: keys of other versions may have rights that this version does not offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rights: Option<Vec<&'static str>>,
    /// An addition to the API: the workspaces, if the key is narrowed to some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Uuid)]
    workspaces: Option<Vec<String>>,
    /// An addition to the API: the configurations, if the key is narrowed to some. One that was deleted gives
    /// nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Uuid)]
    configs: Option<Vec<String>>,
    /// The beginning of the key.
    key_prefix: String,
    status: ApiKeyStatus,
    lifecycle_state: Lifecycle,
    labels: BTreeMap<String, String>,
    /// Milliseconds since 1970, like every time of a key.
    valid_from: i64,
    /// Null for a key that does not expire.
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    #[schema(format = Uuid)]
    revoked_by_id: Option<String>,
    created_at: i64,
    updated_at: i64,
    #[schema(format = Uuid)]
    created_by_id: String,
    #[schema(format = Uuid)]
    updated_by_id: String,
}

names! {
    /// Whether a key works.
    pub(crate) enum ApiKeyStatus {
        Active = "ACTIVE",
        Inactive = "INACTIVE",
    }
}

names! {
    /// Whether a key has all rights of its user or only those of its ceiling.
    pub(crate) enum AuthorityMode {
        InheritSubject = "INHERIT_SUBJECT",
        Scoped = "SCOPED",
    }
}

impl ApiKey {
    /// The key without what it is narrowed to.
    pub(crate) fn basic(token: Token, now: Timestamp) -> Self {
        let full = Self::new(token, now);
        Self { ceiling: None, ceiling_omitted: true, rights: None, workspaces: None, configs: None, ..full }
    }

    pub(crate) fn new(token: Token, now: Timestamp) -> Self {
        let state = TokenState::at(&token, now);
        let Token {
            id,
            holder,
            parent: _,
            prefix,
            labels,
            token_scope,
            status: _,
            revision: _,
            created,
            updated,
            deactivated,
        } = token;
        let TokenScope { rights, workspaces, configs, expires_at } = token_scope;
        let rules = rights.as_ref().map(|rights| rules(rights, configs.as_ref()));
        Self {
            api_key_id: id.to_string(),
            user_id: holder.to_string(),
            subject_principal_id: holder.to_string(),
            owner_principal_id: holder.to_string(),
            authority_mode: if rights.is_some() {
                AuthorityMode::Scoped
            } else {
                AuthorityMode::InheritSubject
            },
            ceiling_omitted: matches!(rules, Some(None)),
            ceiling: rules.flatten(),
            rights: rights.map(|rights| rights.into_iter().map(Right::as_str).collect()),
            workspaces: workspaces.map(|ids| ids.iter().map(ToString::to_string).collect()),
            configs: configs.map(|ids| ids.iter().map(ToString::to_string).collect()),
            key_prefix: prefix,
            // Older clients have no state for expired keys.
            status: match state {
                TokenState::Usable => ApiKeyStatus::Active,
                TokenState::Expired | TokenState::Revoked => ApiKeyStatus::Inactive,
            },
            lifecycle_state: Lifecycle(KeyState::Token(state)),
            labels: labels.into(),
            valid_from: created.at.as_millis(),
            expires_at: expires_at.map(Timestamp::as_millis),
            revoked_at: deactivated.map(|stamp| stamp.at.as_millis()),
            revoked_by_id: deactivated.map(|stamp| stamp.by.to_string()),
            created_at: created.at.as_millis(),
            updated_at: updated.at.as_millis(),
            created_by_id: created.by.to_string(),
            updated_by_id: updated.by.to_string(),
        }
    }
}
