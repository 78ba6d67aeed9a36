//! Adding a batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Map, Value};

use super::batch::UsageBatch;
use super::counters::UsageCounters;
use super::key::UsageKey;
use super::sql::{self, KeyColumn};
use crate::database::backend::on_either;
use crate::error::StoreError;
use crate::store::Store;
use crate::transaction::Tx;

const HOUR_KEYS: &[KeyColumn] = &[
    ("config_id", "text"),
    ("incarnation", "text"),
    ("hour", "bigint"),
    ("token_id", "text"),
    ("dialect", "text"),
    ("model", "text"),
];

const TOTAL_KEYS: &[KeyColumn] = &[("config_id", "text"), ("incarnation", "text")];

const MARK: &str = "INSERT INTO usage_batches (replica, sequence, applied_at) VALUES ($1, $2, $3) \
                    ON CONFLICT (replica) DO UPDATE \
                    SET sequence = excluded.sequence, applied_at = excluded.applied_at \
                    WHERE usage_batches.sequence < excluded.sequence";

impl Store {
    /// Adds the rows of a batch to the stored usage, all or none, unless the batch was added before: after
    /// an error, it can be sent again as it is. The rows of configurations that were deleted meanwhile are
    /// dropped.
    pub async fn add_usage(&self, batch: UsageBatch) -> Result<(), StoreError> {
        let batch = Arc::new(batch);
        self.write(move |tx| tx.add_usage(&batch)).await
    }
}

impl Tx<'_> {
    fn add_usage(&mut self, batch: &UsageBatch) -> Result<(), StoreError> {
        let UsageBatch { replica, sequence, rows } = batch;
        let sequence = i64::try_from(*sequence).unwrap_or(i64::MAX);
        let now = self.now.as_micros();
        let is_new = on_either!(self.conn, |conn| {
            diesel::sql_query(MARK)
                .bind::<Text, _>(replica.to_string())
                .bind::<BigInt, _>(sequence)
                .bind::<BigInt, _>(now)
                .execute(conn)
        })? == 1;
        if !is_new || rows.is_empty() {
            return Ok(());
        }
        let mut totals: BTreeMap<_, UsageCounters> = BTreeMap::new();
        for (key, counters) in rows {
            *totals.entry((key.config, key.incarnation)).or_default() += *counters;
        }
        let totals = totals.iter().map(|((config, incarnation), counters)| {
            let keys = [("config_id", config.to_string()), ("incarnation", incarnation.to_string())];
            row(keys.map(|(name, id)| (name, Value::from(id))), counters)
        });
        self.add_rows("usage_hours", HOUR_KEYS, rows.iter().map(|(key, counters)| row(keys(key), counters)))?;
        self.add_rows("usage_totals", TOTAL_KEYS, totals)
    }

    fn add_rows(
        &mut self,
        table: &str,
        keys: &[KeyColumn],
        rows: impl Iterator<Item = Value>,
    ) -> Result<(), StoreError> {
        let statement = sql::add(self.conn, table, keys);
        let json = rows.collect::<Value>().to_string();
        on_either!(self.conn, |conn| diesel::sql_query(statement).bind::<Text, _>(json).execute(conn))?;
        Ok(())
    }
}

/// The columns of a key, in the order of [`HOUR_KEYS`].
fn keys(key: &UsageKey) -> [(&'static str, Value); 6] {
    let UsageKey { config, incarnation, token, dialect, model, hour } = key;
    [
        ("config_id", config.to_string().into()),
        ("incarnation", incarnation.to_string().into()),
        ("hour", hour.number().into()),
        ("token_id", token.map(|id| id.to_string()).unwrap_or_default().into()),
        ("dialect", (*dialect).into()),
        ("model", model.as_str().into()),
    ]
}

/// A row as JSON.
fn row<const N: usize>(keys: [(&'static str, Value); N], counters: &UsageCounters) -> Value {
    let counters = counters.columns().map(|(name, value)| (name, value.into()));
    let columns = keys.into_iter().chain(counters).map(|(name, value)| (name.to_owned(), value));
    Value::Object(columns.collect::<Map<_, _>>())
}
