//! The sources of credentials that were sealed before their source was recorded.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use llm_config_core::credential::{CredentialKind, CredentialSource};
use llm_config_core::endpoint::VendorHosts;

use super::row::ConfigRow;
use super::sealed_credential::open_envelope;
use crate::database::backend::AnyConnection;
use crate::database::schema::{installation, llm_configs, secrets};
use crate::error::StoreError;
use crate::row::Row;
use crate::unique_keys::{self, RulesError};
use crate::vault::{SLOT, Vault};

/// The version of the rules by which sources are recorded.
pub(crate) const RULES: i32 = 1;

/// How many rows are read at once.
const CHUNK: i64 = 500;

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
            match source(vault, hosts, row, &kind, &envelope) {
                Ok(source) => set(conn, &id, &source)?,
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

fn source(
    vault: &Vault,
    hosts: &dyn VendorHosts,
    row: ConfigRow,
    kind: &str,
    envelope: &[u8],
) -> Result<CredentialSource, StoreError> {
    let id = row.id.clone();
    let config = row.into_config(None, BTreeMap::new())?;
    let kind = CredentialKind::ALL.iter().copied().find(|known| known.as_str() == kind);
    let kind = Row { table: "secrets", id: &id }.required("kind", kind)?;
    Ok(open_envelope(vault, hosts, &config, kind, envelope)?.source())
}

fn set(conn: &mut AnyConnection, id: &str, source: &CredentialSource) -> Result<(), StoreError> {
    let row = secrets::table.filter(secrets::config_id.eq(id).and(secrets::slot.eq(SLOT)));
    let columns = (secrets::source.eq(source.as_str()), secrets::reference.eq(source.reference()));
    diesel::update(row).set(columns).execute(conn)?;
    Ok(())
}
