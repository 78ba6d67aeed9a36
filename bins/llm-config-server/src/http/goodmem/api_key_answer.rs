//! An API key as it is answered: the members of both generations of clients.

use std::collections::BTreeMap;

use llm_config_core::access::TokenScope;
use llm_config_core::time::Timestamp;
use llm_config_store::Token;
use serde::Serialize;
use utoipa::ToSchema;

use super::authority::{Lifecycle, Rule, rules};
use super::request_schema::{ApiKeyStatus, AuthorityMode};
use crate::http::schema::enums::RightName;

/// The answer to the creation of a key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreateApiKeyResponse)]
pub(super) struct Created<'a> {
    pub(super) api_key_metadata: ApiKey,
    /// The key, shown this once.
    pub(super) raw_api_key: &'a str,
}

/// The answer to a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListApiKeysResponse)]
pub(super) struct List {
    pub(super) keys: Vec<ApiKey>,
    /// There is only one page.
    pub(super) next_token: Option<String>,
}

/// A key without its text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct ApiKey {
    #[schema(format = Uuid)]
    api_key_id: String,
    /// The user whose key it is.
    #[schema(format = Uuid)]
    user_id: String,
    /// The same user.
    #[schema(format = Uuid)]
    subject_principal_id: String,
    /// The same user.
    #[schema(format = Uuid)]
    owner_principal_id: String,
    #[schema(value_type = AuthorityMode)]
    authority_mode: &'static str,
    /// The rules that a SCOPED key is narrowed to.
    ceiling: Option<Vec<Rule>>,
    /// Whether the key has rights that rules have no words for; `rights` has them.
    ceiling_omitted: bool,
    /// An addition to the API: the rights by our own names, where the key is narrowed to some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<RightName>, required = false)]
    rights: Option<Vec<&'static str>>,
    /// An addition to the API: the workspaces, where the key is narrowed to some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    workspaces: Option<Vec<String>>,
    /// How the key begins.
    key_prefix: String,
    #[schema(value_type = ApiKeyStatus)]
    status: &'static str,
    lifecycle_state: Lifecycle,
    labels: BTreeMap<String, String>,
    /// Milliseconds since 1970, like every time here.
    valid_from: i64,
    /// Null for a key without an end.
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

impl ApiKey {
    pub(super) fn of(token: Token, now: Timestamp) -> Self {
        let lifecycle_state = Lifecycle::of(&token, now);
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
        let TokenScope { rights, workspaces, expires_at } = token_scope;
        let rules = rights.as_ref().map(rules);
        Self {
            api_key_id: id.to_string(),
            user_id: holder.to_string(),
            subject_principal_id: holder.to_string(),
            owner_principal_id: holder.to_string(),
            authority_mode: if rights.is_some() { "SCOPED" } else { "INHERIT_SUBJECT" },
            ceiling_omitted: matches!(rules, Some(None)),
            ceiling: rules.flatten(),
            rights: rights.map(|it| it.iter().map(|right| right.as_str()).collect()),
            workspaces: workspaces.map(|it| it.iter().map(ToString::to_string).collect()),
            key_prefix: prefix,
            // The older clients' word for "usable": an expired key is not.
            status: if lifecycle_state == Lifecycle::Usable { "ACTIVE" } else { "INACTIVE" },
            lifecycle_state,
            labels: labels.into(),
            valid_from: created.at.as_millis(),
            expires_at: expires_at.map(Timestamp::as_millis),
            revoked_at: deactivated.map(|it| it.at.as_millis()),
            revoked_by_id: deactivated.map(|it| it.by.to_string()),
            created_at: created.at.as_millis(),
            updated_at: updated.at.as_millis(),
            created_by_id: created.by.to_string(),
            updated_by_id: updated.by.to_string(),
        }
    }
}
