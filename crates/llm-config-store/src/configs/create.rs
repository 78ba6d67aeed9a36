//! Creation of a configuration.

use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, NewLlmConfig, OriginProvenance, Revision, Stamp};
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_core::scope::Scope;

use super::insert::{NewColumns, NewRows};
use super::row::ConfigRow;
use super::search;
use super::unchanged::UnchangedRights;
use crate::cache::Dependency;
use crate::database::backend::AnyConnection;
use crate::error::StoreError;
use crate::random;
use crate::transaction::Tx;

impl Tx<'_> {
    /// Stores a new configuration, its sealed credential and its audit event.
    ///
    /// Fails with `Conflict` if the owner has a configuration with the same fingerprint, if the workspace has
    /// one with the same name, or if the id is in use, and with `ForeignKey` if the owner or the workspace
    /// does not exist.
    pub fn create_config(
        &mut self,
        id: ConfigId,
        scope: Scope,
        new: &NewLlmConfig,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        self.require_owner(&scope)?;
        let (created, rows) = self.new_rows(id, scope, new, caller);
        rows.insert(self.conn)?;
        Ok(created)
    }

    /// Like [`Self::create_config`], in one statement of PostgreSQL that is a transaction of its own. Fails
    /// with `Contended` if the rights of the caller may have changed.
    pub(crate) fn create_config_in_one_statement(
        &mut self,
        id: ConfigId,
        scope: Scope,
        new: &NewLlmConfig,
        caller: &Caller,
        rights: &UnchangedRights,
    ) -> Result<LlmConfig, StoreError> {
        let (created, rows) = self.new_rows(id, scope, new, caller);
        match &mut *self.conn {
            AnyConnection::Postgres(conn) => rows.insert_if_unchanged(conn, rights)?,
            // SQLite has no statement that inserts into several tables.
            AnyConnection::Sqlite(_) => return Err(StoreError::Contended),
        }
        Ok(created)
    }

    fn new_rows(
        &mut self,
        id: ConfigId,
        scope: Scope,
        new: &NewLlmConfig,
        caller: &Caller,
    ) -> (LlmConfig, NewRows) {
        let stamp = Stamp { at: self.now, by: caller.identity.principal() };
        let incarnation = Incarnation::new(random::uuid(self.now));
        let credential = self.context.fingerprints.credential(new.credential.as_ref());
        let secret = new.credential.as_ref().map(|credential| self.secret_meta(credential, Some(stamp.by)));
        let created = LlmConfig {
            id,
            incarnation,
            scope,
            settings: new.settings.clone(),
            secret,
            origin: OriginProvenance::new(stamp),
            revision: Revision::FIRST,
            created: stamp,
            updated: stamp,
        };
        self.invalidate(Dependency::Config(id));
        let event = Event::new(EventKind::ConfigCreated, AuditObject::Config(id, scope), caller.clone());
        let rows = NewRows {
            row: ConfigRow::new(&created, &credential),
            columns: NewColumns {
                name_key: created.settings.name.uniqueness_key(),
                fingerprint: self.fingerprint(&created).as_bytes().to_vec(),
                target_revision: created.revision.number(),
                search: search::column(&created.settings),
            },
            labels: created.settings.labels.clone(),
            secret: new.credential.as_ref().map(|credential| self.sealed(&created, credential)),
            event: self.next_event(&event),
        };
        (created, rows)
    }
}
