//! Configurations: creation, lookup, the list of owners' configurations, and deletion.

mod create;
pub(crate) mod fingerprints;
pub(crate) mod labels;
mod page;
mod row;
mod sealed_credential;
pub(crate) mod search;
pub(crate) mod sources;
mod transfer;
mod update;
mod workspace_list;

use diesel::prelude::*;
use llm_config_core::access::VisiblePrincipals;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::credential::{Credential, SecretMeta};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;

use crate::cache::Dependency;
use crate::database::schema::{config_labels, llm_configs, secrets};
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::{Lock, Tx};
use crate::unique_keys::{self, ConfigNames, KeyScope};
use crate::vault::SLOT;
use row::{ConfigRow, MetaRow};

pub use page::{ConfigPage, PageFilter, PageRow};
pub(crate) use sealed_credential::open_credential;
pub(crate) use update::PlannedCredential;
pub use workspace_list::WorkspaceFilter;

/// A filter for a list of owners' configurations. All conditions must hold.
#[derive(Clone, Debug)]
pub struct ConfigFilter {
    /// The owners that the caller may see.
    pub owners: VisiblePrincipals,
    /// Only this provider.
    pub provider: Option<Provider>,
    /// Only configurations with all of these labels.
    pub labels: Labels,
}

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
        let row: Option<(ConfigRow, Option<MetaRow>)> = llm_configs::table
            .left_join(secrets::table.on(belongs_to_config().and(secrets::slot.eq(SLOT))))
            .filter(llm_configs::id.eq(id))
            .select((ConfigRow::as_select(), Option::<MetaRow>::as_select()))
            .get_result(self.conn)
            .optional()?;
        let Some((row, meta)) = row else { return Ok(None) };
        let labels = self.labels_of(id)?;
        row.into_config(meta, labels).map(Some)
    }

    /// The owners' configurations that match `filter`, oldest first.
    pub fn list_owned_configs(&mut self, filter: &ConfigFilter) -> Result<Vec<ListedConfig>, StoreError> {
        let mut query = llm_configs::table
            .left_join(secrets::table.on(belongs_to_config().and(secrets::slot.eq(SLOT))))
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
        let rows: Vec<(ConfigRow, Option<MetaRow>)> = query.order(llm_configs::sequence).load(self.conn)?;
        self.parse_list(rows)
    }

    fn parse_list(
        &mut self,
        rows: Vec<(ConfigRow, Option<MetaRow>)>,
    ) -> Result<Vec<ListedConfig>, StoreError> {
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

    /// Deletes `current` with its labels and its sealed credential. Fails with `Stale` if it was changed
    /// since it was read.
    pub fn delete_config(&mut self, current: &LlmConfig, caller: &Caller) -> Result<(), StoreError> {
        let id = current.id.to_string();
        let (key, fingerprint) = (self.name_key(&id)?, self.stored_fingerprint(&id)?);
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
    fn name_key(&mut self, id: &str) -> Result<Option<String>, StoreError> {
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
