//! Who is a member of which workspace.

use std::collections::BTreeMap;

use diesel::prelude::*;
use llm_config_core::access::WorkspaceRole;
use llm_config_core::audit::{Event, EventKind, Object};
use llm_config_core::caller::Caller;
use llm_config_core::id::{PrincipalId, WorkspaceId};

use crate::error::StoreError;
use crate::row::Row;
use crate::schema::{memberships, users};
use crate::transaction::{Lock, Tx};
use crate::users::{User, UserRow};
use crate::workspaces::Workspace;

/// A member of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: User,
    /// His role in the workspace.
    pub role: WorkspaceRole,
}

impl Tx<'_> {
    /// The members of a workspace, by e-mail address.
    pub fn members(&mut self, workspace: WorkspaceId) -> Result<Vec<Member>, StoreError> {
        let id = workspace.to_string();
        let rows: Vec<(String, UserRow)> = memberships::table
            .inner_join(users::table)
            .filter(memberships::workspace_id.eq(&id))
            .order(users::email_key)
            .select((memberships::role, UserRow::as_select()))
            .load(self.conn)?;
        let row = Row { table: "memberships", id: &id };
        rows.into_iter()
            .map(|(role, user)| Ok(Member { user: user.into_user()?, role: row.parse("role", &role)? }))
            .collect()
    }

    /// A user's role in a workspace.
    pub fn membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
    ) -> Result<Option<WorkspaceRole>, StoreError> {
        let (workspace, user) = (workspace.to_string(), user.to_string());
        let role: Option<String> = memberships::table
            .find((&workspace, &user))
            .select(memberships::role)
            .first(self.conn)
            .optional()?;
        Row { table: "memberships", id: &workspace }.parse_optional("role", role.as_deref())
    }

    /// Makes a user a member with that role, or gives a member another one.
    pub fn set_membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: WorkspaceRole,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let (workspace_id, user_id) = (workspace.to_string(), user.to_string());
        // The facts that `Tx::actor` read about this user stay as long as it holds his row.
        self.lock(&Lock::ForUpdate("users", &user_id))?;
        diesel::delete(memberships::table.find((&workspace_id, &user_id))).execute(self.conn)?;
        let row = (
            memberships::workspace_id.eq(workspace_id),
            memberships::user_id.eq(user_id),
            memberships::role.eq(role.as_str()),
            memberships::created_at.eq(self.now.as_micros()),
            memberships::created_by.eq(caller.identity.principal().to_string()),
        );
        diesel::insert_into(memberships::table).values(row).execute(self.conn)?;
        let event = Event::new(EventKind::MembershipSet, Object::Workspace(workspace), caller.clone());
        self.append_event(&event)
    }

    /// Ends a membership.
    pub fn remove_membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let (workspace_id, user_id) = (workspace.to_string(), user.to_string());
        // The facts that `Tx::actor` read about this user stay as long as it holds his row.
        self.lock(&Lock::ForUpdate("users", &user_id))?;
        if diesel::delete(memberships::table.find((&workspace_id, &user_id))).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let event = Event::new(EventKind::MembershipRemoved, Object::Workspace(workspace), caller.clone());
        self.append_event(&event)
    }

    /// The workspaces that a user is a member of, by name, with his role in each.
    pub fn workspaces_of(
        &mut self,
        user: PrincipalId,
    ) -> Result<Vec<(Workspace, WorkspaceRole)>, StoreError> {
        let roles: BTreeMap<_, _> = self.memberships_of(&user.to_string())?.into_iter().collect();
        let workspaces = self.list_workspaces()?.into_iter();
        Ok(workspaces.filter_map(|it| roles.get(&it.id).map(|role| (it, *role))).collect())
    }

    /// The workspaces that a user is a member of, with his role in each.
    pub(crate) fn memberships_of(
        &mut self,
        user: &str,
    ) -> Result<Vec<(WorkspaceId, WorkspaceRole)>, StoreError> {
        let rows: Vec<(String, String)> = memberships::table
            .filter(memberships::user_id.eq(user))
            .select((memberships::workspace_id, memberships::role))
            .load(self.conn)?;
        let row = Row { table: "memberships", id: user };
        rows.iter().map(|(id, role)| Ok((row.parse("workspace_id", id)?, row.parse("role", role)?))).collect()
    }

    /// Whether two users are members of one workspace; with `None` for the first, whether the
    /// second is a member of any.
    pub fn shares_workspace(
        &mut self,
        one: Option<PrincipalId>,
        other: PrincipalId,
    ) -> Result<bool, StoreError> {
        let other = self.memberships_of(&other.to_string())?;
        let Some(one) = one else { return Ok(!other.is_empty()) };
        let one = self.memberships_of(&one.to_string())?;
        Ok(one.iter().any(|(id, _)| other.iter().any(|(it, _)| it == id)))
    }
}
