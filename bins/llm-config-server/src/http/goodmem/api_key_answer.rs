//! An API key as it is answered: the members of both generations of clients.

use std::collections::BTreeMap;

use llm_config_core::time::Timestamp;
use llm_config_core::token::Ceiling;
use llm_config_store::{Token, TokenStatus};
use serde::Serialize;

use super::authority::{Lifecycle, Rule, rules};

/// The answer to the creation of a key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created<'a> {
    pub(super) api_key_metadata: ApiKey,
    /// Shown this once.
    pub(super) raw_api_key: &'a str,
}

/// The answer to a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    pub(super) keys: Vec<ApiKey>,
    /// There is only one page.
    pub(super) next_token: Option<String>,
}

/// A key without its text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct ApiKey {
    api_key_id: String,
    user_id: String,
    subject_principal_id: String,
    owner_principal_id: String,
    authority_mode: &'static str,
    ceiling: Option<Vec<Rule>>,
    ceiling_omitted: bool,
    /// An addition to the API: the rights by our own names, where the key is narrowed to some.
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<Vec<&'static str>>,
    /// An addition to the API: the workspaces, where the key is narrowed to some.
    #[serde(skip_serializing_if = "Option::is_none")]
    workspaces: Option<Vec<String>>,
    key_prefix: String,
    status: &'static str,
    lifecycle_state: Lifecycle,
    labels: BTreeMap<String, String>,
    valid_from: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    revoked_by_id: Option<String>,
    created_at: i64,
    updated_at: i64,
    created_by_id: String,
    updated_by_id: String,
}

impl ApiKey {
    pub(super) fn of(token: Token, now: Timestamp) -> Self {
        let lifecycle_state = Lifecycle::of(&token, now);
        let Token { id, holder, parent: _, prefix, labels, ceiling, status, revision: _, created, updated } =
            token;
        let Ceiling { rights, workspaces, expires_at } = ceiling;
        let rules = rights.as_ref().map(rules);
        let is_off = status == TokenStatus::Inactive;
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
            revoked_at: is_off.then(|| updated.at.as_millis()),
            revoked_by_id: is_off.then(|| updated.by.to_string()),
            created_at: created.at.as_millis(),
            updated_at: updated.at.as_millis(),
            created_by_id: created.by.to_string(),
            updated_by_id: updated.by.to_string(),
        }
    }
}
