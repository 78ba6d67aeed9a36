//! A workspace in responses.

use llm_config_core::id::OrganizationId;
use llm_config_service::WorkspaceWithMembers;
use llm_config_store::{Member as StoredMember, Workspace as StoredWorkspace};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::schema::enums::{OrgRoleNumber, WorkspaceRoleName};

/// A response with one workspace.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceAnswer)]
pub(crate) struct WorkspaceResponse {
    /// Always true.
    success: bool,
    workspace: Workspace,
}

/// A list of workspaces.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkspaceList {
    /// Always true.
    success: bool,
    workspaces: Vec<Workspace>,
}

/// A workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Workspace {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(format = Uuid)]
    org_id: String,
    /// The members; absent in the responses to creations and updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    users: Option<Vec<Member>>,
}

/// A member of a workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkspaceUser)]
struct Member {
    #[schema(format = Uuid)]
    user_id: String,
    role: WorkspaceRoleName,
    user: MemberDetails,
}

/// The user who is a member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkspaceUserDetails)]
struct MemberDetails {
    #[schema(format = Uuid)]
    id: String,
    /// The first name.
    name: String,
    last_name: String,
    email: String,
    org_role: OrgRoleNumber,
}

impl WorkspaceResponse {
    /// A workspace without its members.
    pub(crate) fn without_members(workspace: StoredWorkspace, organization: OrganizationId) -> Self {
        Self { success: true, workspace: Workspace::without_members(workspace, organization) }
    }

    /// A workspace with its members.
    pub(crate) fn with_members(workspace: WorkspaceWithMembers, organization: OrganizationId) -> Self {
        Self { success: true, workspace: Workspace::with_members(workspace, organization) }
    }
}

impl WorkspaceList {
    pub(crate) fn new(workspaces: Vec<WorkspaceWithMembers>, organization: OrganizationId) -> Self {
        let workspaces =
            workspaces.into_iter().map(|workspace| Workspace::with_members(workspace, organization));
        Self { success: true, workspaces: workspaces.collect() }
    }
}

impl Workspace {
    fn without_members(
        StoredWorkspace { id, name, revision: _ }: StoredWorkspace,
        organization: OrganizationId,
    ) -> Self {
        Self { id: id.to_string(), name: name.into(), org_id: organization.to_string(), users: None }
    }

    fn with_members(
        WorkspaceWithMembers { workspace, members }: WorkspaceWithMembers,
        organization: OrganizationId,
    ) -> Self {
        let users = members.into_iter().map(Member::from).collect();
        Self { users: Some(users), ..Self::without_members(workspace, organization) }
    }
}

impl From<StoredMember> for Member {
    fn from(StoredMember { user, role }: StoredMember) -> Self {
        Self {
            user_id: user.id.to_string(),
            role: WorkspaceRoleName(role),
            user: MemberDetails {
                id: user.id.to_string(),
                name: user.first_name.into(),
                last_name: user.last_name.into(),
                email: user.email.into(),
                org_role: OrgRoleNumber(user.role),
            },
        }
    }
}
