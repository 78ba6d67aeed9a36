//! Workspaces.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::Revision;
use llm_config_core::field::Field;
use llm_config_core::id::WorkspaceId;
use llm_config_core::text::DisplayName;

use crate::error::StoreError;
use crate::row::{Row, readable, revision};
use crate::schema::{llm_configs, workspaces};
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
        self.append_event(&Event::new(
            EventKind::WorkspaceCreated,
            AuditObject::Workspace(id),
            caller.clone(),
        ))?;
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
            let name =
                Row { table: "workspaces", id: &text }.stored("name", &name, DisplayName::from_stored)?;
            Ok(Workspace { id, name, revision: revision(number) })
        })
        .transpose()
    }

    /// As [`Tx::find_workspace`], for a use case that changes or deletes it. To be called before
    /// [`Tx::find_workspace`] in the same transaction: a lock that grows may wait for ever.
    pub fn find_workspace_for_update(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        self.lock(&Lock::ForUpdate("workspaces", &id.to_string()))?;
        self.find_workspace(id)
    }

    /// Deletes a workspace with its memberships. `ForeignKey` while it holds configurations:
    /// credentials are neither orphaned nor silently destroyed.
    pub fn delete_workspace(&mut self, id: WorkspaceId, caller: &Caller) -> Result<(), StoreError> {
        let text = id.to_string();
        self.lock(&Lock::ForUpdate("workspaces", &text))?;
        let held = llm_configs::table.filter(llm_configs::workspace_id.eq(&text)).count();
        if held.get_result::<i64>(self.conn)? > 0 {
            return Err(StoreError::ForeignKey);
        }
        if diesel::delete(workspaces::table.find(&text)).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.append_event(&Event::new(
            EventKind::WorkspaceDeleted,
            AuditObject::Workspace(id),
            caller.clone(),
        ))
    }

    /// All workspaces, by name.
    pub fn list_workspaces(&mut self) -> Result<Vec<Workspace>, StoreError> {
        let rows: Vec<(String, String, i64)> = workspaces::table
            .order((workspaces::name, workspaces::id))
            .select((workspaces::id, workspaces::name, workspaces::revision))
            .load(self.conn)?;
        Ok(readable(rows, |(id, name, number)| {
            let row = Row { table: "workspaces", id: &id };
            Ok(Workspace {
                id: row.parse("id", &id)?,
                name: row.stored("name", &name, DisplayName::from_stored)?,
                revision: revision(number),
            })
        }))
    }

    /// Gives a workspace another name.
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
