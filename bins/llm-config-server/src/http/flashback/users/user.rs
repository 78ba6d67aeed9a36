//! A user in responses.

use llm_config_core::access::OrgRole;
use llm_config_core::id::OrganizationId;
use llm_config_store::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::schema::enums::OrgRoleNumber;

/// A user of the organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrgUser {
    #[schema(format = Uuid)]
    id: String,
    email: String,
    /// The first name.
    name: String,
    last_name: String,
    #[schema(format = Uuid)]
    org_id: String,
    org_role: OrgRoleNumber,
    /// Always true: this server has no login, so it does not validate e-mail addresses.
    validated: bool,
    /// Always null: users are deleted permanently.
    #[schema(required = true, format = DateTime)]
    deleted_at: Option<String>,
    org_role_description: &'static str,
    #[schema(value_type = Vec<OrgRoleNumber>)]
    org_roles: [OrgRoleNumber; 1],
}

/// The response to a creation or an update.
#[derive(Serialize, ToSchema)]
#[schema(as = SavedOrgUser)]
pub(crate) struct Saved {
    /// Always true.
    success: bool,
    data: OrgUser,
    message: &'static str,
}

impl Saved {
    pub(crate) fn new(user: User, organization: OrganizationId, message: &'static str) -> Self {
        Self { success: true, data: OrgUser::new(user, organization), message }
    }
}

impl OrgUser {
    pub(crate) fn new(user: User, organization: OrganizationId) -> Self {
        let User {
            id,
            email,
            first_name,
            last_name,
            role,
            // This API has no members for these fields.
            username: _,
            revision: _,
            created: _,
            updated: _,
        } = user;
        Self {
            id: id.to_string(),
            email: email.into(),
            name: first_name.into(),
            last_name: last_name.into(),
            org_id: organization.to_string(),
            org_role: OrgRoleNumber(role),
            validated: true,
            deleted_at: None,
            org_role_description: description(role),
            org_roles: [OrgRoleNumber(role)],
        }
    }
}

const fn description(role: OrgRole) -> &'static str {
    match role {
        OrgRole::User => "User",
        OrgRole::Billing => "Billing",
        OrgRole::Workspaces => "Workspace manager",
        OrgRole::Administrators => "Administrator",
        OrgRole::Owner => "Owner",
    }
}
