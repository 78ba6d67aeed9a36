//! Memberships of users in workspaces.

use std::collections::BTreeMap;

use diesel::prelude::*;
use llm_config_core::access::WorkspaceRole;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::id::{PrincipalId, WorkspaceId};

use crate::cache::Dependency;
use crate::database::backend::on_either;
use crate::database::schema::{memberships, users};
use crate::error::StoreError;
use crate::identities::user::User;
use crate::identities::users::UserRow;
use crate::identities::workspaces::Workspace;
use crate::row::{Row, skip_corrupt};
use crate::transaction::{Lock, Tx};

/// A member of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub user: User,
    /// The user's role in the workspace.
    pub role: WorkspaceRole,
}

impl Tx<'_> {
    /// The members of a workspace, ordered by e-mail address.
    pub fn members(&mut self, workspace: WorkspaceId) -> Result<Vec<Member>, StoreError> {
        let id = workspace.to_string();
        let rows: Vec<(String, UserRow)> = memberships::table
            .inner_join(users::table)
            .filter(memberships::workspace_id.eq(&id))
            .order(users::email_key)
            .select((memberships::role, UserRow::as_select()))
            .load(self.conn)?;
        let row = Row { table: "memberships", id: &id };
        Ok(skip_corrupt(rows, |(role, user)| {
            Ok(Member { user: user.into_user()?, role: row.parse("role", &role)? })
        }))
    }

    /// A user's role in a workspace; `None` if they are not a member.
    pub fn membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
    ) -> Result<Option<WorkspaceRole>, StoreError> {
        let (workspace, user) = (workspace.to_string(), user.to_string());
        let role: Option<String> = memberships::table
            .find((&workspace, &user))
            .select(memberships::role)
            .get_result(self.conn)
            .optional()?;
        Row { table: "memberships", id: &workspace }.parse_optional("role", role.as_deref())
    }

    /// Adds a user to a workspace. Fails with `Conflict` if they are a member, and with `ForeignKey` if the
    /// workspace or the user does not exist.
    pub fn add_member(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: WorkspaceRole,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        self.begin_change_of_member(user)?;
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

    /// Changes a member's role. Fails with `Stale` if the user is not a member.
    pub fn change_member(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: WorkspaceRole,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        self.begin_change_of_member(user)?;
        let current = self.membership(workspace, user)?.ok_or(StoreError::Stale)?;
        if role < current {
            self.use_reserve();
        }
        let member = memberships::table.find((workspace.to_string(), user.to_string()));
        if diesel::update(member).set(memberships::role.eq(role.as_str())).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let object = AuditObject::Membership(workspace, user);
        self.append_event(
            &Event::new(EventKind::MemberChanged, object, caller.clone()).with_note(role.as_str()),
        )
    }

    /// Adds a user to a workspace, or changes the role of a member.
    pub fn set_membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: WorkspaceRole,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        self.begin_change_of_member(user)?;
        match self.membership(workspace, user)? {
            Some(_) => self.change_member(workspace, user, role, caller),
            None => self.add_member(workspace, user, role, caller),
        }
    }

    /// Prepares a change of the user's memberships. Waits for transactions that rely on the memberships that
    /// `Tx::actor` has read, and keeps others from reading them.
    fn begin_change_of_member(&mut self, user: PrincipalId) -> Result<(), StoreError> {
        self.invalidate(Dependency::User(user));
        self.lock(&Lock::Identities)?;
        self.lock(&Lock::ChangeOfRights { user })?;
        self.lock(&Lock::ForUpdate { table: "users", id: &user.to_string() })
    }

    /// Removes a user from a workspace. Fails with `Stale` if they are not a member.
    pub fn remove_membership(
        &mut self,
        workspace: WorkspaceId,
        user: PrincipalId,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let (workspace_id, user_id) = (workspace.to_string(), user.to_string());
        self.use_reserve();
        self.begin_change_of_member(user)?;
        if diesel::delete(memberships::table.find((&workspace_id, &user_id))).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let object = AuditObject::Membership(workspace, user);
        self.append_event(&Event::new(EventKind::MemberRemoved, object, caller.clone()))
    }

    /// A user's workspaces with their role in each, ordered by name.
    pub fn workspaces_of(
        &mut self,
        user: PrincipalId,
    ) -> Result<Vec<(Workspace, WorkspaceRole)>, StoreError> {
        let roles: BTreeMap<_, _> = self.memberships_of(&user.to_string())?.into_iter().collect();
        let workspaces = self.list_workspaces()?.into_iter();
        Ok(workspaces
            .filter_map(|workspace| roles.get(&workspace.id).map(|role| (workspace, *role)))
            .collect())
    }

    /// The ids of a user's workspaces with their role in each.
    pub(crate) fn memberships_of(
        &mut self,
        user: &str,
    ) -> Result<Vec<(WorkspaceId, WorkspaceRole)>, StoreError> {
        let query = memberships::table
            .filter(memberships::user_id.eq(user))
            .select((memberships::workspace_id, memberships::role));
        let rows: Vec<(String, String)> = on_either!(self.conn, |conn| query.load(conn))?;
        let row = Row { table: "memberships", id: user };
        rows.iter().map(|(id, role)| Ok((row.parse("workspace_id", id)?, row.parse("role", role)?))).collect()
    }
}
