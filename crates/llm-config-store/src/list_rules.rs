//! What lists read beside the stored values: the searchable text and the last check of each configuration.
//! Both are computed without keys when their rules change.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::checks::last_check_history;
use crate::configs::search;
use crate::database::backend::AnyConnection;
use crate::database::schema::installation;
use crate::error::StoreError;
use crate::unique_keys::{self, RulesError};

/// The version of this program's rules.
pub(crate) const RULES: i32 = 1;

/// Whether the stored values follow this program's rules.
pub(crate) fn are_current(conn: &mut AnyConnection) -> Result<bool, RulesError> {
    let rules: Option<i32> = installation::table
        .select(installation::list_rules)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    unique_keys::compare_rules("list rules", rules, RULES)
}

/// Computes the values in the caller's transaction if they follow older rules.
pub(crate) fn update_outdated(conn: &mut AnyConnection) -> Result<(), RulesError> {
    if are_current(conn)? {
        return Ok(());
    }
    if let AnyConnection::Postgres(conn) = conn {
        // Keeps a server that still runs from changing a row, or recording a check, between its reading and
        // the update.
        conn.batch_execute("LOCK TABLE llm_configs, config_checks, last_checks IN SHARE ROW EXCLUSIVE MODE")
            .map_err(StoreError::from)?;
    }
    search::recompute(conn, search::Rows::All)?;
    last_check_history::fill(conn)?;
    diesel::update(installation::table)
        .set(installation::list_rules.eq(RULES))
        .execute(conn)
        .map_err(StoreError::from)?;
    Ok(())
}

/// Fills in, in the caller's transaction, what a server of an earlier version has left out of the rows that
/// it added to the migrated database.
pub(crate) fn fill_missing(conn: &mut AnyConnection) -> Result<(), StoreError> {
    search::recompute(conn, search::Rows::Missing)
}
