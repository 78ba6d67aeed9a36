//! Configurations that cannot be read, and those whose credential no key of this server opens.

use std::collections::BTreeMap;

use diesel::prelude::*;
use llm_config_core::key::KeyId;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;

use super::row::{ConfigRow, MetaRow};
use super::{ScopeSet, VisibleConfigs, belongs_to_config, parse_scope};
use crate::database::backend::MultiBackend;
use crate::database::schema::{config_labels, key_encryption_keys, llm_configs, secrets};
use crate::error::StoreError;
use crate::transaction::Tx;
use crate::vault::SLOT;

/// What can be read of a configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableRow {
    /// The id, as it is stored.
    pub id: String,
    /// The name; `None` if it cannot be read.
    pub name: Option<DisplayName>,
    /// The owner or workspace; `None` if it cannot be read.
    pub scope: Option<Scope>,
}

/// Id, owner, workspace and name.
type NamedRow = (String, Option<String>, Option<String>, String);

impl UnreadableRow {
    fn parse((id, owner, workspace, name): NamedRow) -> Self {
        let scope = parse_scope((id.clone(), owner, workspace)).ok().map(|(_, scope)| scope);
        Self { id, name: DisplayName::from_stored(&name).ok(), scope }
    }
}

impl Tx<'_> {
    /// At most `limit` of the visible configurations whose credential is sealed under a key that this
    /// server's keyring lacks, each with the key's id, in no particular order.
    ///
    /// Opens nothing. The database has a row for each key that has ever sealed a value, so that without a
    /// lost key no secret is read. With one, the secrets are searched: an index would cost each creation.
    pub fn configs_under_lost_keys(
        &mut self,
        visible: &VisibleConfigs,
        limit: u8,
    ) -> Result<Vec<(UnreadableRow, KeyId)>, StoreError> {
        let known: Vec<String> =
            key_encryption_keys::table.select(key_encryption_keys::id).load(self.conn)?;
        let is_lost = |key: &KeyId| self.context.vault.keyring().key(key).is_none();
        let lost: Vec<KeyId> = known.iter().filter_map(|id| id.parse().ok()).filter(is_lost).collect();
        let mut found = Vec::new();
        for key in lost {
            for scopes in visible.scopes() {
                let rows = secrets::table
                    .inner_join(llm_configs::table.on(belongs_to_config()))
                    .filter(secrets::kek_id.eq(key.as_str()))
                    .filter(secrets::slot.eq(SLOT))
                    .select((
                        llm_configs::id,
                        llm_configs::owner_id,
                        llm_configs::workspace_id,
                        llm_configs::name,
                    ))
                    .limit(limit.into())
                    .into_boxed::<MultiBackend>();
                let rows = match visible.narrowed_ids() {
                    Some(ids) => rows.filter(llm_configs::id.eq_any(ids)),
                    None => rows,
                };
                let rows = match scopes {
                    ScopeSet::All => rows,
                    ScopeSet::AllOwners => rows.filter(llm_configs::owner_id.is_not_null()),
                    ScopeSet::AllWorkspaces => rows.filter(llm_configs::workspace_id.is_not_null()),
                    ScopeSet::Of(ids) => {
                        let is_owned = llm_configs::owner_id.eq_any(ids.clone());
                        rows.filter(is_owned.or(llm_configs::workspace_id.eq_any(ids)))
                    }
                };
                let rows: Vec<NamedRow> = rows.load(self.conn)?;
                found.extend(rows.into_iter().map(|row| (UnreadableRow::parse(row), key.clone())));
            }
        }
        found.truncate(limit.into());
        Ok(found)
    }

    /// Those of the configurations with these ids that cannot be read.
    pub fn corrupt_configs(&mut self, ids: &[String]) -> Result<Vec<UnreadableRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let labels: Vec<(String, String, String)> = config_labels::table
            .filter(config_labels::config_id.eq_any(ids))
            .select((config_labels::config_id, config_labels::key, config_labels::value))
            .load(self.conn)?;
        let mut labels_of = BTreeMap::<String, BTreeMap<String, String>>::new();
        for (id, key, value) in labels {
            labels_of.entry(id).or_default().insert(key, value);
        }
        let rows: Vec<(NamedRow, ConfigRow, Option<MetaRow>)> = llm_configs::table
            .left_join(secrets::table.on(belongs_to_config().and(secrets::slot.eq(SLOT))))
            .filter(llm_configs::id.eq_any(ids))
            .order(llm_configs::sequence)
            .select((
                (llm_configs::id, llm_configs::owner_id, llm_configs::workspace_id, llm_configs::name),
                ConfigRow::as_select(),
                Option::<MetaRow>::as_select(),
            ))
            .load(self.conn)?;
        let corrupt = rows.into_iter().filter_map(|(named, row, meta)| {
            let labels = labels_of.remove(&named.0).unwrap_or_default();
            row.into_config(meta, labels).is_err().then(|| UnreadableRow::parse(named))
        });
        Ok(corrupt.collect())
    }
}
