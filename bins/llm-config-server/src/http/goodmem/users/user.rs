//! A user in responses, with the members of both generations of clients.

use std::collections::BTreeMap;

use llm_config_store::User as Stored;
use serde::Serialize;
use utoipa::ToSchema;

/// A user, with the members of both generations of clients.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(crate) struct User {
    #[schema(format = Uuid)]
    user_id: String,
    email: String,
    display_name: String,
    username: Option<String>,
    /// Always empty: users have no labels, but the newer client requires the member.
    labels: BTreeMap<String, String>,
    /// Milliseconds since 1970.
    created_at: i64,
    /// Milliseconds since 1970.
    updated_at: i64,
    #[schema(format = Uuid)]
    created_by_id: String,
    #[schema(format = Uuid)]
    updated_by_id: String,
}

impl From<Stored> for User {
    fn from(user: Stored) -> Self {
        let Stored { id, email, username, first_name, last_name, role: _, revision: _, created, updated } =
            user;
        Self {
            user_id: id.to_string(),
            email: email.into(),
            display_name: format!("{first_name} {last_name}"),
            username: username.map(Into::into),
            labels: BTreeMap::new(),
            created_at: created.at.as_millis(),
            updated_at: updated.at.as_millis(),
            created_by_id: created.by.to_string(),
            updated_by_id: updated.by.to_string(),
        }
    }
}
