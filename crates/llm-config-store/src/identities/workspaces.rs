//! Workspaces, which group users and configurations.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::Revision;
use llm_config_core::field::Field;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::text::DisplayName;

use crate::cache::Dependency;
use crate::database::schema::{llm_configs, memberships, workspaces};
use crate::error::StoreError;
use crate::row::{Row, skip_corrupt};
use crate::transaction::{Lock, Tx};

/// A stored workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The id.
    pub id: WorkspaceId,
    /// The name.
    pub name: DisplayName,
    /// The revision, which every change increments.
    pub revision: Revision,
}

impl Tx<'_> {
    /// Stores a new workspace without members. Fails with `Conflict` if the id is in use.
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
        self.append_event(&Event::new(
            EventKind::WorkspaceCreated,
            AuditObject::Workspace(id),
            caller.clone(),
        ))?;
        Ok(Workspace { id, name: name.clone(), revision: Revision::FIRST })
    }

    /// Finds a workspace. In a write transaction, locks it against changes.
    pub fn find_workspace(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        let text = id.to_string();
        self.lock(&Lock::ForShare { table: "workspaces", id: &text })?;
        let row: Option<(String, i64)> = workspaces::table
            .find(&text)
            .select((workspaces::name, workspaces::revision))
            .get_result(self.conn)
            .optional()?;
        row.map(|(name, number)| {
            let name =
                Row { table: "workspaces", id: &text }.parse_with("name", &name, DisplayName::from_stored)?;
            Ok(Workspace { id, name, revision: Revision::new(number) })
        })
        .transpose()
    }

    /// Like [`Tx::find_workspace`], for a use case that changes or deletes the workspace. Must not follow
    /// [`Tx::find_workspace`] in the same transaction: upgrading a lock can cause a deadlock.
    pub fn find_workspace_for_update(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        self.lock(&Lock::ForUpdate { table: "workspaces", id: &id.to_string() })?;
        self.find_workspace(id)
    }

    /// Locks the rights of the members of a workspace for a change. Call this after [`Tx::lock_identities`]
    /// and before [`Tx::find_workspace_for_update`], if the workspace is to be deleted.
    pub fn lock_members(&mut self, id: WorkspaceId) -> Result<(), StoreError> {
        for user in self.members_of(id)? {
            self.lock(&Lock::ChangeOfRights { user })?;
        }
        Ok(())
    }

    fn members_of(&mut self, id: WorkspaceId) -> Result<Vec<PrincipalId>, StoreError> {
        let id = id.to_string();
        let users: Vec<String> = memberships::table
            .filter(memberships::workspace_id.eq(&id))
            .select(memberships::user_id)
            .load(self.conn)?;
        let row = Row { table: "memberships", id: &id };
        users.iter().map(|user| row.parse("user_id", user)).collect()
    }

    /// Deletes a workspace with its memberships. Fails with `ForeignKey` if it has configurations, so that no
    /// credential is deleted implicitly, and with `Stale` if the workspace does not exist.
    pub fn delete_workspace(&mut self, id: WorkspaceId, caller: &Caller) -> Result<(), StoreError> {
        self.use_reserve();
        let text = id.to_string();
        self.lock(&Lock::ForUpdate { table: "workspaces", id: &text })?;
        let configs = llm_configs::table.filter(llm_configs::workspace_id.eq(&text)).count();
        if configs.get_result::<i64>(self.conn)? > 0 {
            return Err(StoreError::ForeignKey);
        }
        // Deleted with the workspace are its memberships.
        let members = self.members_of(id)?;
        if diesel::delete(workspaces::table.find(&text)).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        for user in members {
            self.invalidate(Dependency::User(user));
        }
        self.append_event(&Event::new(
            EventKind::WorkspaceDeleted,
            AuditObject::Workspace(id),
            caller.clone(),
        ))
    }

    /// All workspaces, ordered by name.
    pub fn list_workspaces(&mut self) -> Result<Vec<Workspace>, StoreError> {
        let rows: Vec<WorkspaceRow> = workspaces::table
            .order((workspaces::name, workspaces::id))
            .select((workspaces::id, workspaces::name, workspaces::revision))
            .load(self.conn)?;
        Ok(skip_corrupt(rows, into_workspace))
    }

    /// The workspaces with these ids, in no particular order. Locks nothing; corrupt rows are left out.
    pub fn workspaces_with_ids(&mut self, ids: &[WorkspaceId]) -> Result<Vec<Workspace>, StoreError> {
        let rows: Vec<WorkspaceRow> = workspaces::table
            .filter(workspaces::id.eq_any(ids.iter().map(ToString::to_string)))
            .select((workspaces::id, workspaces::name, workspaces::revision))
            .load(self.conn)?;
        Ok(skip_corrupt(rows, into_workspace))
    }

    /// Renames a workspace. Fails with `Stale` if it was changed since it was read.
    pub fn rename_workspace(
        &mut self,
        current: &Workspace,
        name: &DisplayName,
        caller: &Caller,
    ) -> Result<Workspace, StoreError> {
        let renamed = Workspace { name: name.clone(), revision: current.revision.next(), ..current.clone() };
        let row = (
            workspaces::name.eq(name.to_string()),
            workspaces::revision.eq(renamed.revision.number()),
            workspaces::updated_at.eq(self.now.as_micros()),
            workspaces::updated_by.eq(caller.identity.principal().to_string()),
        );
        let at_revision = workspaces::table
            .find(current.id.to_string())
            .filter(workspaces::revision.eq(current.revision.number()));
        if diesel::update(at_revision).set(row).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let event =
            Event::new(EventKind::WorkspaceRenamed, AuditObject::Workspace(current.id), caller.clone());
        self.append_event(&event.with_fields(&[Field::Name]))?;
        Ok(renamed)
    }
}

/// Id, name and revision.
type WorkspaceRow = (String, String, i64);

fn into_workspace((id, name, number): WorkspaceRow) -> Result<Workspace, StoreError> {
    let row = Row { table: "workspaces", id: &id };
    Ok(Workspace {
        id: row.parse("id", &id)?,
        name: row.parse_with("name", &name, DisplayName::from_stored)?,
        revision: Revision::new(number),
    })
}
