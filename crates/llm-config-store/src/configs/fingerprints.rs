//! Fingerprints, by which an owner's configurations are unique, and their recomputation under new rules.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use llm_config_core::config::{ConfigFingerprint, LlmConfig};
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::scope::Scope;

use super::row::ConfigRow;
use crate::database::backend::AnyConnection;
use crate::database::schema::{installation, llm_configs};
use crate::error::StoreError;
use crate::transaction::Tx;
use crate::unique_keys::{self, Collision, KeyScope, KeyedRow, KeyedTable, RulesError, UniqueKey};

/// The version of this program's rules, as the database stores it.
pub(crate) const RULES: i32 = ConfigFingerprint::RULES as i32;

/// Whether the stored fingerprints follow this program's rules.
pub(crate) fn are_current(conn: &mut AnyConnection) -> Result<bool, RulesError> {
    let rules: Option<i32> = installation::table
        .select(installation::fingerprint_rules)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    unique_keys::compare_rules("fingerprint rules", rules, RULES)
}

/// Recomputes the fingerprints in the caller's transaction. Opens no secret: a configuration's fingerprint
/// contains the stored one of its credential. Returns the collisions, to be logged after the commit.
pub(crate) fn recompute(
    conn: &mut AnyConnection,
    key: &FingerprintKey,
) -> Result<Vec<Collision>, StoreError> {
    if let AnyConnection::Postgres(conn) = conn {
        // Keeps a server that still runs from adding a row with a fingerprint of the older rules.
        conn.batch_execute("LOCK TABLE llm_configs IN SHARE ROW EXCLUSIVE MODE")?;
    }
    let mut collisions = Vec::new();
    unique_keys::recompute(conn, &Fingerprints(key), &mut collisions)?;
    diesel::update(installation::table).set(installation::fingerprint_rules.eq(RULES)).execute(conn)?;
    Ok(collisions)
}

impl Tx<'_> {
    /// The fingerprint of a configuration under the current rules.
    pub(super) fn fingerprint(&self, config: &LlmConfig) -> ConfigFingerprint {
        let fingerprints = &self.context.fingerprints;
        let none = || fingerprints.credential(None);
        let credential = config.secret.as_ref().map_or_else(none, |secret| secret.fingerprint);
        fingerprints.config(&config.scope, &config.settings, &credential)
    }

    /// The stored fingerprint of a configuration.
    pub(super) fn stored_fingerprint(&mut self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(llm_configs::table.find(id).select(llm_configs::fingerprint).get_result(self.conn).optional()?)
    }

    /// Gives a fingerprint that has become free to the owner's oldest row that has it with a suffix.
    pub(super) fn promote_fingerprint(
        &mut self,
        scope: &Scope,
        fingerprint: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        match (scope, fingerprint) {
            (Scope::Owner(id), Some(fingerprint)) => {
                let owner = KeyScope::Owner(id.to_string());
                let promoted = unique_keys::promote::<Fingerprints<'_>>(self.conn, &owner, &fingerprint)?;
                self.invalidate_config(promoted.as_deref())
            }
            (Scope::Workspace(_), _) | (_, None) => Ok(()),
        }
    }
}

impl UniqueKey for Vec<u8> {
    fn with_suffix(&self, id: &str) -> Self {
        [self, id.as_bytes()].concat()
    }

    fn has_suffix(&self) -> bool {
        self.len() > ConfigFingerprint::LENGTH
    }
}

/// The fingerprints of configurations, which are unique among those of an owner.
struct Fingerprints<'a>(&'a FingerprintKey);

/// Id, owner, fingerprint, creation time, and what the fingerprint is computed from.
type FingerprintRow = (String, Option<String>, Vec<u8>, i64, ConfigRow);

fn keyed_row(
    (id, owner, stored, created_at, row): FingerprintRow,
    key: &FingerprintKey,
) -> KeyedRow<Vec<u8>> {
    let scope = owner.map_or(KeyScope::Unscoped, KeyScope::Owner);
    let plain = row.compute_fingerprint(key).map(|fingerprint| fingerprint.as_bytes().to_vec());
    KeyedRow { id, scope, plain, key: stored, created_at }
}

impl KeyedTable for Fingerprints<'_> {
    type Key = Vec<u8>;

    const NAME: &'static str = "llm_configs";

    fn chunk(
        &self,
        conn: &mut AnyConnection,
        after: &str,
        limit: i64,
    ) -> Result<Vec<KeyedRow<Vec<u8>>>, StoreError> {
        use llm_configs::{created_at, fingerprint, id, owner_id, table};
        let rows: Vec<FingerprintRow> = table
            .filter(id.gt(after))
            .order(id)
            .limit(limit)
            .select((id, owner_id, fingerprint, created_at, ConfigRow::as_select()))
            .load(conn)?;
        Ok(rows.into_iter().map(|row| keyed_row(row, self.0)).collect())
    }

    fn find_holder(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        key: &Vec<u8>,
    ) -> Result<Option<(i64, String)>, StoreError> {
        use llm_configs::{created_at, fingerprint, id, owner_id, table};
        let KeyScope::Owner(owner) = scope else { return Ok(None) };
        let holder = table.filter(owner_id.eq(owner)).filter(fingerprint.eq(key));
        Ok(holder.select((created_at, id)).first(conn).optional()?)
    }

    fn find_oldest_suffixed(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        plain: &Vec<u8>,
    ) -> Result<Option<String>, StoreError> {
        use llm_configs::{created_at, fingerprint, id, owner_id, table};
        let KeyScope::Owner(owner) = scope else { return Ok(None) };
        // Ids are ASCII. Unlike a comparison of the beginnings, a range uses the index.
        let end = [plain.as_slice(), &[0x80]].concat();
        let suffixed = fingerprint.gt(plain).and(fingerprint.lt(end));
        let oldest = table.filter(owner_id.eq(owner)).filter(suffixed).order((created_at, id));
        Ok(oldest.select(id).first(conn).optional()?)
    }

    fn set_key(conn: &mut AnyConnection, id: &str, key: &Vec<u8>) -> Result<(), StoreError> {
        diesel::update(llm_configs::table.find(id)).set(llm_configs::fingerprint.eq(key)).execute(conn)?;
        Ok(())
    }

    fn replace_key(
        conn: &mut AnyConnection,
        id: &str,
        old: &Vec<u8>,
        new: &Vec<u8>,
    ) -> Result<bool, StoreError> {
        let row = llm_configs::table.find(id).filter(llm_configs::fingerprint.eq(old));
        Ok(diesel::update(row).set(llm_configs::fingerprint.eq(new)).execute(conn)? == 1)
    }
}
