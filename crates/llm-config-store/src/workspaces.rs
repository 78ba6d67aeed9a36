//! Workspaces and their members.

use diesel::prelude::*;
use llm_config_core::access::WorkspaceRole;
use llm_config_core::audit::{Event, EventKind, Object};
use llm_config_core::caller::Caller;
use llm_config_core::config::Revision;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::text::DisplayName;

use crate::error::StoreError;
use crate::row::{Row, revision};
use crate::schema::{llm_configs, memberships, workspaces};
use crate::transaction::{Lock, Tx};

/// A stored workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// What people call it.
    pub name: DisplayName,
    /// How often it was changed.
    pub revision: Revision,
}

impl Tx<'_> {
    /// Stores a new workspace without members.
    pub fn create_workspace(
        &mut self,
        id: WorkspaceId,
        name: &DisplayName,
        caller: &Caller,
    ) -> Result<Workspace, StoreError> {
        let by = caller.identity.principal().to_string();
        let row = (
            workspaces::id.eq(id.to_string()),
            workspaces::name.eq(name.to_string()),
            workspaces::revision.eq(Revision::FIRST.number()),
            workspaces::created_at.eq(self.now.as_micros()),
            workspaces::created_by.eq(by.clone()),
            workspaces::updated_at.eq(self.now.as_micros()),
            workspaces::updated_by.eq(by),
        );
        diesel::insert_into(workspaces::table).values(row).execute(self.conn)?;
        self.append_event(&Event::new(EventKind::WorkspaceCreated, Object::Workspace(id), caller.clone()))?;
        Ok(Workspace { id, name: name.clone(), revision: Revision::FIRST })
    }

    /// The workspace of that id. In a write, it stays as it is until the transaction ends.
    pub fn find_workspace(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        let text = id.to_string();
        self.lock(&Lock::ForShare("workspaces", &text))?;
        let row: Option<(String, i64)> = workspaces::table
            .find(&text)
            .select((workspaces::name, workspaces::revision))
            .first(self.conn)
            .optional()?;
        row.map(|(name, number)| {
            let name = Row { table: "workspaces", id: &text }.parse("name", &name)?;
            Ok(Workspace { id, name, revision: revision(number) })
        })
        .transpose()
    }

    /// Deletes a workspace with its memberships. `Reference` while it holds configurations:
    /// credentials are neither orphaned nor silently destroyed.
    pub fn delete_workspace(&mut self, id: WorkspaceId, caller: &Caller) -> Result<(), StoreError> {
        let text = id.to_string();
        self.lock(&Lock::ForUpdate("workspaces", &text))?;
        let held = llm_configs::table.filter(llm_configs::workspace_id.eq(&text)).count();
        if held.get_result::<i64>(self.conn)? > 0 {
            return Err(StoreError::Reference);
        }
        if diesel::delete(workspaces::table.find(&text)).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.append_event(&Event::new(EventKind::WorkspaceDeleted, Object::Workspace(id), caller.clone()))
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
        let old = memberships::table.find((&workspace_id, &user_id));
        diesel::delete(old).execute(self.conn)?;
        let row = (
            memberships::workspace_id.eq(workspace_id),
            memberships::user_id.eq(user_id),
            memberships::role.eq(role.as_str()),
            memberships::created_at.eq(self.now.as_micros()),
            memberships::created_by.eq(caller.identity.principal().to_string()),
        );
        diesel::insert_into(memberships::table).values(row).execute(self.conn)?;
        self.append_event(&Event::new(EventKind::MembershipSet, Object::Workspace(workspace), caller.clone()))
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
