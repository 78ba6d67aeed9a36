//! Configurations: creation, lookup and deletion.

mod call_settings;
mod create;
mod draft;
pub(crate) mod fingerprints;
mod insert;
pub(crate) mod labels;
mod named;
mod page;
mod row;
mod scope_contents;
mod sealed_credential;
pub(crate) mod search;
pub(crate) mod sources;
mod transfer;
mod unchanged;
mod unreadable;
mod update;
mod visible;

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::LlmConfig;
use llm_config_core::credential::{Credential, SecretMeta};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;

use crate::cache::Dependency;
use crate::database::backend::on_either;
use crate::database::schema::{llm_configs, secrets};
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::{Lock, Tx};
use crate::unique_keys::{self, ConfigNames, KeyScope};
use crate::vault::SLOT;
use row::{ConfigRow, MetaRow};

pub(crate) use named::{ScopeRow, parse_scope};
pub use page::{ConfigPage, Order, PageFilter, PageRow};
pub(crate) use sealed_credential::open_credential;
pub(crate) use unchanged::UnchangedRights;
pub use unreadable::UnreadableRow;
pub(crate) use update::PlannedCredential;
pub(crate) use visible::ScopeSet;
pub use visible::VisibleConfigs;

/// One entry of a list. A corrupt row is one entry and does not fail the whole list.
#[derive(Debug)]
pub enum ListedConfig {
    /// A configuration.
    Intact(Box<LlmConfig>),
    /// The id of a corrupt row, and the reason.
    Corrupt(String, StoreError),
}

impl ListedConfig {
    /// The configuration; `None` for a corrupt row.
    #[must_use]
    pub const fn intact(&self) -> Option<&LlmConfig> {
        match self {
            Self::Intact(config) => Some(config),
            Self::Corrupt(..) => None,
        }
    }
}

impl Tx<'_> {
    /// Finds a configuration of either scope. In a write transaction, locks it against use and changes by
    /// other transactions.
    pub fn find_config(&mut self, id: ConfigId) -> Result<Option<LlmConfig>, StoreError> {
        let id = id.to_string();
        self.lock(&Lock::ForUpdate { table: "llm_configs", id: &id })?;
        self.read_config(&id)
    }

    /// Like [`Tx::find_config`], for a use case that does not change the configuration: locks it against
    /// changes only.
    pub fn find_config_shared(&mut self, id: ConfigId) -> Result<Option<LlmConfig>, StoreError> {
        let id = id.to_string();
        self.lock(&Lock::ForShare { table: "llm_configs", id: &id })?;
        self.read_config(&id)
    }

    fn read_config(&mut self, id: &str) -> Result<Option<LlmConfig>, StoreError> {
        let row: Option<(ConfigRow, Option<MetaRow>)> = on_either!(self.conn, |conn| {
            llm_configs::table
                .left_join(secrets::table.on(belongs_to_config().and(secrets::slot.eq(SLOT))))
                .filter(llm_configs::id.eq(id))
                .select((ConfigRow::as_select(), Option::<MetaRow>::as_select()))
                .get_result(conn)
                .optional()
        })?;
        let Some((row, meta)) = row else { return Ok(None) };
        let labels = self.labels_of(id)?;
        row.into_config(meta, labels).map(Some)
    }

    /// Deletes `current` with its labels and its sealed credential. Fails with `Stale` if it was changed
    /// since it was read.
    pub fn delete_config(&mut self, current: &LlmConfig, caller: &Caller) -> Result<(), StoreError> {
        self.use_reserve();
        let id = current.id.to_string();
        let (key, fingerprint) = (self.stored_name_key(&id)?, self.stored_fingerprint(&id)?);
        let at_revision =
            llm_configs::table.find(&id).filter(llm_configs::revision.eq(current.revision.number()));
        if diesel::delete(at_revision).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.invalidate(Dependency::Config(current.id));
        self.promote_name(&current.scope, key)?;
        self.promote_fingerprint(&current.scope, fingerprint)?;
        self.effects.leaves_ciphertext |= current.secret.is_some();
        let object = AuditObject::Config(current.id, current.scope);
        self.append_event(&Event::new(EventKind::ConfigDeleted, object, caller.clone()))
    }

    /// The stored uniqueness key of a configuration's name.
    fn stored_name_key(&mut self, id: &str) -> Result<Option<String>, StoreError> {
        Ok(llm_configs::table.find(id).select(llm_configs::name_key).get_result(self.conn).optional()?)
    }

    /// Gives a key that has become free in a workspace to the oldest row that has it with a suffix.
    fn promote_name(&mut self, scope: &Scope, key: Option<String>) -> Result<(), StoreError> {
        match (scope, key) {
            (Scope::Workspace(id), Some(key)) => {
                let workspace = KeyScope::Workspace(id.to_string());
                let promoted = unique_keys::promote::<ConfigNames>(self.conn, &workspace, &key)?;
                self.invalidate_config(promoted.as_deref())
            }
            (Scope::Owner(_), _) | (_, None) => Ok(()),
        }
    }

    /// Invalidates the configuration whose key was replaced.
    fn invalidate_config(&mut self, id: Option<&str>) -> Result<(), StoreError> {
        if let Some(id) = id {
            let id = Row { table: "llm_configs", id }.parse("id", id)?;
            self.invalidate(Dependency::Config(id));
        }
        Ok(())
    }

    fn secret_meta(&self, credential: &Credential, given_by: Option<PrincipalId>) -> SecretMeta {
        SecretMeta {
            kind: credential.kind(),
            source: Some(credential.source()),
            mask: credential.mask(),
            key_id_mask: credential.key_id_mask(),
            fingerprint: self.context.fingerprints.credential(Some(credential)),
            sealed_at: self.now,
            given_by,
        }
    }
}

/// Joins a configuration with its secrets in all slots.
fn belongs_to_config() -> diesel::dsl::Eq<secrets::config_id, llm_configs::id> {
    secrets::config_id.eq(llm_configs::id)
}
