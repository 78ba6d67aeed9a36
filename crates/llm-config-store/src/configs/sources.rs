//! Where secrets come from: the URIs of references, and the recording of sources for credentials that were
//! sealed without.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use llm_config_core::credential::{Credential, CredentialKind};
use llm_config_core::endpoint::VendorHosts;
use llm_config_core::id::ConfigId;

use super::row::ConfigRow;
use super::sealed_credential::open_envelope;
use crate::database::backend::AnyConnection;
use crate::database::schema::{installation, llm_configs, secrets};
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;
use crate::unique_keys::{self, RulesError};
use crate::vault::{SLOT, Vault};

/// The version of the rules by which sources are recorded.
pub(crate) const RULES: i32 = 1;

/// How many rows are read at once.
const CHUNK: i64 = 500;

impl Tx<'_> {
    /// The URIs of those of the configurations whose credential is a reference, in no order. They are not
    /// part of a configuration: the use case that reads them decides who may see them.
    pub fn reference_uris(&mut self, ids: &[ConfigId]) -> Result<Vec<(ConfigId, String)>, StoreError> {
        let ids_as_text: Vec<_> = ids.iter().map(ToString::to_string).collect();
        let rows: Vec<(String, Option<String>)> = secrets::table
            .filter(secrets::config_id.eq_any(ids_as_text).and(secrets::slot.eq(SLOT)))
            .filter(secrets::reference.is_not_null())
            .select((secrets::config_id, secrets::reference))
            .load(self.conn)?;
        rows.into_iter()
            .filter_map(|(id, uri)| Some((id, uri?)))
            .map(|(id, uri)| Ok((Row { table: "secrets", id: &id }.parse("config_id", &id)?, uri)))
            .collect()
    }
}

/// Whether the source of every stored credential is recorded, as far as it can be.
pub(crate) fn are_current(conn: &mut AnyConnection) -> Result<bool, RulesError> {
    let rules: Option<i32> = installation::table
        .select(installation::source_rules)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    unique_keys::compare_rules("source rules", rules, RULES)
}

/// Records the sources in the caller's transaction. The migration has recorded inline secrets, which have a
/// mask, and the server's own identity, so this opens only references. A credential that cannot be opened
/// keeps an unknown source. Returns the number of those.
pub(crate) fn record(
    conn: &mut AnyConnection,
    vault: &Vault,
    hosts: &dyn VendorHosts,
) -> Result<usize, StoreError> {
    if let AnyConnection::Postgres(conn) = conn {
        // Keeps a server that still runs from replacing a credential between its opening and the update.
        conn.batch_execute("LOCK TABLE secrets IN SHARE ROW EXCLUSIVE MODE")?;
    }
    let (mut last, mut unknown) = (String::new(), 0);
    loop {
        let rows: Vec<(ConfigRow, String, Vec<u8>)> = secrets::table
            .inner_join(llm_configs::table)
            .filter(secrets::source.is_null().and(secrets::slot.eq(SLOT)))
            .filter(secrets::config_id.gt(&last))
            .order(secrets::config_id)
            .limit(CHUNK)
            .select((ConfigRow::as_select(), secrets::kind, secrets::envelope))
            .load(conn)?;
        let Some((row, ..)) = rows.last() else { break };
        last.clone_from(&row.id);
        for (row, kind, envelope) in rows {
            let id = row.id.clone();
            match open(vault, hosts, row, &kind, &envelope) {
                Ok(credential) => set(conn, &id, &credential)?,
                Err(error) => {
                    tracing::debug!(%error, "the source of a credential stays unknown");
                    unknown += 1;
                }
            }
        }
    }
    diesel::update(installation::table).set(installation::source_rules.eq(RULES)).execute(conn)?;
    Ok(unknown)
}

fn open(
    vault: &Vault,
    hosts: &dyn VendorHosts,
    row: ConfigRow,
    kind: &str,
    envelope: &[u8],
) -> Result<Credential, StoreError> {
    let id = row.id.clone();
    let config = row.into_config(None, BTreeMap::new())?;
    let kind = CredentialKind::ALL.iter().copied().find(|known| known.as_str() == kind);
    let kind = Row { table: "secrets", id: &id }.required("kind", kind)?;
    open_envelope(vault, hosts, &config, kind, envelope)
}

fn set(conn: &mut AnyConnection, id: &str, credential: &Credential) -> Result<(), StoreError> {
    let row = secrets::table.filter(secrets::config_id.eq(id).and(secrets::slot.eq(SLOT)));
    let columns =
        (secrets::source.eq(credential.source().as_str()), secrets::reference.eq(credential.reference_uri()));
    diesel::update(row).set(columns).execute(conn)?;
    Ok(())
}
