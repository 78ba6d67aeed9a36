//! Names of roles and rights as people read them.

use llm_config_core::access::{OrgRole, WorkspaceRole};

/// A choice of a form: its value, its name, and what it means.
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) meaning: &'static str,
}

/// A role in the organisation.
pub(crate) const fn org_role(role: OrgRole) -> Choice {
    let (label, meaning) = match role {
        OrgRole::User => ("User", "their own configurations, and those of their workspaces"),
        OrgRole::Billing => ("Billing", "their own account only"),
        OrgRole::Workspaces => ("Workspace manager", "all workspaces, and their own configurations"),
        OrgRole::Administrators => ("Administrator", "everything except acting on an owner"),
        OrgRole::Owner => ("Owner", "everything"),
    };
    Choice { value: role.as_str(), label, meaning }
}

/// A role in a workspace.
pub(crate) const fn workspace_role(role: WorkspaceRole) -> Choice {
    let (label, meaning) = match role {
        WorkspaceRole::Read => ("Reader", "sees configurations and calls their models"),
        WorkspaceRole::Write => ("Editor", "also adds, changes, checks and deletes configurations"),
        WorkspaceRole::Admin => ("Workspace administrator", "also manages members"),
    };
    Choice { value: role.as_str(), label, meaning }
}
