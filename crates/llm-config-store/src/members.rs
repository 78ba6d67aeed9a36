//! Who is a member of which workspace.

use std::collections::BTreeMap;

use diesel::prelude::*;
use llm_config_core::access::WorkspaceRole;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::id::{PrincipalId, WorkspaceId};

use crate::error::StoreError;
use crate::row::{Row, readable};
use crate::schema::{memberships, users};
use crate::transaction::{Lock, Tx};
use crate::users::{User, UserRow};
use crate::workspaces::Workspace;

/// A member of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: User,
    /// The user's role in the workspace.
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
        Ok(readable(rows, |(role, user)| {
            Ok(Member { user: user.into_user()?, role: row.parse("role", &role)? })
        }))
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

    /// Makes a user a member with that role. Conflicts if the user is one already; `ForeignKey` when there
    /// is no such workspace or user.
    pub fn add_member(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: WorkspaceRole,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        self.lock_member(user)?;
        let row = (
            memberships::workspace_id.eq(workspace.to_string()),
            memberships::user_id.eq(user.to_string()),
            memberships::role.eq(role.as_str()),
            memberships::created_at.eq(self.now.as_micros()),
            memberships::created_by.eq(caller.identity.principal().to_string()),
        );
        diesel::insert_into(memberships::table).values(row).execute(self.conn)?;
        let object = AuditObject::Membership(workspace, user);
        self.append_event(
            &Event::new(EventKind::MemberAdded, object, caller.clone()).with_note(role.as_str()),
        )
    }

    /// Gives a member another role; `Stale` if the user is none.
    pub fn change_member(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: WorkspaceRole,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        self.lock_member(user)?;
        let member = memberships::table.find((workspace.to_string(), user.to_string()));
        if diesel::update(member).set(memberships::role.eq(role.as_str())).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let object = AuditObject::Membership(workspace, user);
        self.append_event(
            &Event::new(EventKind::MemberChanged, object, caller.clone()).with_note(role.as_str()),
        )
    }

    /// Makes a user a member with that role, or gives a member that role.
    pub fn set_membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: WorkspaceRole,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        self.lock_member(user)?;
        match self.membership(workspace, user)? {
            Some(_) => self.change_member(workspace, user, role, caller),
            None => self.add_member(workspace, user, role, caller),
        }
    }

    /// The facts that `Tx::actor` read about this user stay as long as it holds their row.
    fn lock_member(&mut self, user: PrincipalId) -> Result<(), StoreError> {
        self.lock(&Lock::Identities)?;
        self.lock(&Lock::ForUpdate("users", &user.to_string()))
    }

    /// Ends a membership.
    pub fn remove_membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let (workspace_id, user_id) = (workspace.to_string(), user.to_string());
        self.lock_member(user)?;
        if diesel::delete(memberships::table.find((&workspace_id, &user_id))).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let object = AuditObject::Membership(workspace, user);
        self.append_event(&Event::new(EventKind::MemberRemoved, object, caller.clone()))
    }

    /// The workspaces that a user is a member of, by name, with their role in each.
    pub fn workspaces_of(
        &mut self,
        user: PrincipalId,
    ) -> Result<Vec<(Workspace, WorkspaceRole)>, StoreError> {
        let roles: BTreeMap<_, _> = self.memberships_of(&user.to_string())?.into_iter().collect();
        let workspaces = self.list_workspaces()?.into_iter();
        Ok(workspaces.filter_map(|it| roles.get(&it.id).map(|role| (it, *role))).collect())
    }

    /// The workspaces that a user is a member of, with their role in each.
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
}
