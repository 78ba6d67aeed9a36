//! Configurations: create, find, list, delete; changes and moves have files of their own.

mod changes;
mod labels;
mod row;
mod secret;
mod transfer;
mod workspace_lists;

use diesel::prelude::*;
use llm_config_core::access::VisiblePrincipals;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Labels, LlmConfig, NewLlmConfig, OriginProvenance, Revision, Stamp};
use llm_config_core::credential::{Credential, SecretMeta};
use llm_config_core::id::{ConfigId, Incarnation, PrincipalId};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;

use crate::error::StoreError;
use crate::random;
use crate::schema::{config_labels, llm_configs, secrets};
use crate::transaction::{Lock, Tx};
use crate::unique_keys::{self, Names, Place};
use crate::vault::SLOT;
use row::{ConfigRow, MetaRow};

pub(crate) use changes::PlannedCredential;
pub(crate) use secret::open_credential;
pub use workspace_lists::WorkspaceFilter;

/// Which configurations of owners a list shows. All conditions hold together.
#[derive(Clone, Debug)]
pub struct ConfigFilter {
    /// Whose.
    pub owners: VisiblePrincipals,
    /// Only of this provider.
    pub provider: Option<Provider>,
    /// Only with all of these labels.
    pub labels: Labels,
}

/// One entry of a list. A row that cannot be read is one bad entry, not the end of the list.
#[derive(Debug)]
pub enum ListedConfig {
    /// A configuration.
    Intact(Box<LlmConfig>),
    /// The id of a row that does not hold a configuration, and why.
    Corrupt(String, StoreError),
}

impl Tx<'_> {
    /// Stores a new configuration, its sealed credential and its audit event.
    ///
    /// Two configurations of one owner with the same fingerprint conflict, and so do two of one
    /// workspace with the same name, and two with the same id.
    pub fn create_config(
        &mut self,
        id: ConfigId,
        scope: Scope,
        new: &NewLlmConfig,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        let stamp = Stamp { at: self.now, by: caller.identity.principal() };
        let incarnation = Incarnation::new(random::uuid(self.now));
        let fingerprint = self.store.fingerprints.credential(new.credential.as_ref());
        let secret = new.credential.as_ref().map(|credential| self.meta(credential, Some(stamp.by)));
        let config = LlmConfig {
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
        let unique = self.store.fingerprints.config(&scope, &config.settings, &fingerprint);
        let row = ConfigRow::new(&config, &unique, &fingerprint);
        let name_key = llm_configs::name_key.eq(config.settings.name.uniqueness_key());
        let first = llm_configs::target_revision.eq(config.revision.number());
        diesel::insert_into(llm_configs::table).values((&row, name_key, first)).execute(self.conn)?;
        self.insert_labels(id, &config.settings.labels)?;
        if let Some(credential) = &new.credential {
            self.seal_credential(&config, credential)?;
        }
        self.append_event(&Event::new(
            EventKind::ConfigCreated,
            AuditObject::Config(id, scope),
            caller.clone(),
        ))?;
        Ok(config)
    }

    /// The configuration of that id, in either scope. In a write, nobody else changes it until
    /// the transaction ends.
    pub fn find_config(&mut self, id: ConfigId) -> Result<Option<LlmConfig>, StoreError> {
        let id = id.to_string();
        self.lock(&Lock::ForUpdate("llm_configs", &id))?;
        self.read_config(&id)
    }

    /// As [`Tx::find_config`], for a use case that relies on the configuration without changing
    /// it: several may at once.
    pub fn find_config_shared(&mut self, id: ConfigId) -> Result<Option<LlmConfig>, StoreError> {
        let id = id.to_string();
        self.lock(&Lock::ForShare("llm_configs", &id))?;
        self.read_config(&id)
    }

    fn read_config(&mut self, id: &str) -> Result<Option<LlmConfig>, StoreError> {
        let row: Option<(ConfigRow, Option<MetaRow>)> = llm_configs::table
            .left_join(secrets::table.on(of_config().and(secrets::slot.eq(SLOT))))
            .filter(llm_configs::id.eq(id))
            .select((ConfigRow::as_select(), Option::<MetaRow>::as_select()))
            .first(self.conn)
            .optional()?;
        let Some((row, meta)) = row else { return Ok(None) };
        let labels = self.labels_of(id)?;
        row.into_config(meta, labels).map(Some)
    }

    /// The configurations of owners that `filter` leaves, oldest first.
    pub fn list_owned_configs(&mut self, filter: &ConfigFilter) -> Result<Vec<ListedConfig>, StoreError> {
        let mut query = llm_configs::table
            .left_join(secrets::table.on(of_config().and(secrets::slot.eq(SLOT))))
            .filter(llm_configs::owner_id.is_not_null())
            .select((ConfigRow::as_select(), Option::<MetaRow>::as_select()))
            .into_boxed();
        match filter.owners {
            VisiblePrincipals::All => {}
            VisiblePrincipals::Only(owner) => {
                query = query.filter(llm_configs::owner_id.eq(owner.to_string()));
            }
            VisiblePrincipals::None => return Ok(Vec::new()),
        }
        if let Some(provider) = filter.provider {
            query = query.filter(llm_configs::provider.eq(provider.as_str()));
        }
        for (key, value) in &filter.labels {
            let labelled = config_labels::table
                .filter(config_labels::key.eq(key.clone()))
                .filter(config_labels::value.eq(value.clone()))
                .select(config_labels::config_id);
            query = query.filter(llm_configs::id.eq_any(labelled));
        }
        let rows: Vec<(ConfigRow, Option<MetaRow>)> =
            query.order((llm_configs::created_at, llm_configs::id)).load(self.conn)?;
        self.listed(rows)
    }

    fn listed(&mut self, rows: Vec<(ConfigRow, Option<MetaRow>)>) -> Result<Vec<ListedConfig>, StoreError> {
        let ids: Vec<&str> = rows.iter().map(|(row, _)| row.id.as_str()).collect();
        let mut labels = self.labels_of_all(&ids)?;
        let listed = rows.into_iter().map(|(row, meta)| {
            let id = row.id.clone();
            match row.into_config(meta, labels.remove(&id).unwrap_or_default()) {
                Ok(config) => ListedConfig::Intact(Box::new(config)),
                Err(error) => ListedConfig::Corrupt(id, error),
            }
        });
        Ok(listed.collect())
    }

    /// Deletes `current` with its labels and its sealed credential; `Stale` if it was changed
    /// since it was read.
    pub fn delete_config(&mut self, current: &LlmConfig, caller: &Caller) -> Result<(), StoreError> {
        let id = current.id.to_string();
        let key = self.name_key(&id)?;
        let at_revision =
            llm_configs::table.find(&id).filter(llm_configs::revision.eq(current.revision.number()));
        if diesel::delete(at_revision).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.promote_name(&current.scope, key)?;
        self.leaves_ciphertext |= current.secret.is_some();
        let object = AuditObject::Config(current.id, current.scope);
        self.append_event(&Event::new(EventKind::ConfigDeleted, object, caller.clone()))
    }

    /// The key by which the name of a configuration is unique now.
    fn name_key(&mut self, id: &str) -> Result<Option<String>, StoreError> {
        Ok(llm_configs::table.find(id).select(llm_configs::name_key).first(self.conn).optional()?)
    }

    /// Gives a plain key that is free again in a workspace to the oldest row that has it with a suffix.
    fn promote_name(&mut self, scope: &Scope, key: Option<String>) -> Result<(), StoreError> {
        match (scope, key) {
            (Scope::Workspace(id), Some(key)) => {
                unique_keys::promote::<Names>(self.conn, &Place::Workspace(id.to_string()), &key)
            }
            (Scope::Owner(_), _) | (_, None) => Ok(()),
        }
    }

    fn meta(&self, credential: &Credential, given_by: Option<PrincipalId>) -> SecretMeta {
        SecretMeta {
            kind: credential.kind(),
            mask: credential.mask(),
            key_id_mask: credential.key_id_mask(),
            fingerprint: self.store.fingerprints.credential(Some(credential)),
            sealed_at: self.now,
            given_by,
        }
    }
}

/// The secrets of a configuration, whatever their slot.
fn of_config() -> diesel::dsl::Eq<secrets::config_id, llm_configs::id> {
    secrets::config_id.eq(llm_configs::id)
}
