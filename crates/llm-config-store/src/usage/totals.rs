//! Totals of configurations.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Text;
use llm_config_core::id::ConfigId;

use super::counters::{CounterColumns, UsageCounters};
use super::sql;
use crate::database::backend::on_either;
use crate::error::StoreError;
use crate::row::{Row, to_json};
use crate::transaction::Tx;

#[derive(QueryableByName)]
struct TotalRow {
    #[diesel(sql_type = Text)]
    config_id: String,
    #[diesel(embed)]
    counters: CounterColumns,
}

impl Tx<'_> {
    /// The counters of those of the configurations that were ever used, over all hours.
    pub fn usage_totals(
        &mut self,
        configs: &[ConfigId],
    ) -> Result<BTreeMap<ConfigId, UsageCounters>, StoreError> {
        let (counters, ids) = (sql::counters(), sql::texts_of(self.conn, 1));
        let statement = format!(
            "SELECT u.config_id AS config_id, {counters} FROM llm_configs c \
             JOIN usage_totals u ON u.config_id = c.id AND u.incarnation = c.incarnation \
             WHERE c.id IN {ids}"
        );
        let ids = to_json(&configs);
        let rows: Vec<TotalRow> =
            on_either!(self.conn, |conn| diesel::sql_query(statement).bind::<Text, _>(ids).load(conn))?;
        let parse = |row: TotalRow| {
            let id = Row { table: "usage_totals", id: &row.config_id }.parse("config_id", &row.config_id)?;
            Ok((id, row.counters.into()))
        };
        rows.into_iter().map(parse).collect()
    }
}
