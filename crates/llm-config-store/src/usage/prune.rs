//! Removal of usage that nothing reads any more.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use llm_config_core::time::Timestamp;

use super::hour::{KEPT_HOURS, UsageHour};
use crate::database::backend::{AnyConnection, on_either};
use crate::database::schema::{llm_configs, usage_batches, usage_totals};
use crate::error::StoreError;
use crate::store::Store;
use crate::transaction::Tx;

/// The most rows of hours that one transaction deletes.
const ROWS: i64 = 500;

/// The most configurations whose usage one transaction deletes.
const CONFIGS: i64 = 20;

/// How long the last batch of a process is remembered: longer than a process repeats one.
const BATCH_AGE: i64 = 30 * 24 * 3_600_000_000;

/// A configuration: id and incarnation.
type Deleted = (String, String);

impl Store {
    /// Deletes, in one small transaction, a part of what is no longer read: the hours that are older than
    /// 400 days and remain in the totals, the usage of deleted configurations, and the marks of batches after
    /// 30 days. Returns whether more may be left.
    pub async fn prune_usage(&self) -> Result<bool, StoreError> {
        // Read first, so that nothing is locked while all totals are looked at. A deleted configuration does
        // not return: its incarnation is never used again.
        let deleted = self.read(|tx| tx.deleted_configs_with_usage(CONFIGS)).await?;
        self.write(move |tx| tx.prune_usage(&deleted)).await
    }
}

impl Tx<'_> {
    fn deleted_configs_with_usage(&mut self, limit: i64) -> Result<Vec<Deleted>, StoreError> {
        let config = llm_configs::table
            .filter(llm_configs::id.eq(usage_totals::config_id))
            .filter(llm_configs::incarnation.eq(usage_totals::incarnation));
        Ok(usage_totals::table
            .filter(diesel::dsl::not(diesel::dsl::exists(config)))
            .select((usage_totals::config_id, usage_totals::incarnation))
            .limit(limit)
            .load(self.conn)?)
    }

    fn prune_usage(&mut self, deleted: &[Deleted]) -> Result<bool, StoreError> {
        let oldest_batch = Timestamp::from_micros(self.now.as_micros().saturating_sub(BATCH_AGE));
        let old_batches = usage_batches::table.filter(usage_batches::applied_at.lt(oldest_batch.as_micros()));
        diesel::delete(old_batches).execute(self.conn)?;
        let first_kept = UsageHour::containing(self.now).earlier(KEPT_HOURS - 1);
        let mut room = ROWS - self.delete_hours_before(first_kept)?;
        for (config, incarnation) in deleted {
            room -= self.delete_hours_of(config, incarnation, room)?;
            if room <= 0 {
                return Ok(true);
            }
            diesel::delete(usage_totals::table.find((config, incarnation))).execute(self.conn)?;
        }
        Ok(room <= 0 || i64::try_from(deleted.len()).is_ok_and(|count| count >= CONFIGS))
    }

    fn delete_hours_before(&mut self, hour: UsageHour) -> Result<i64, StoreError> {
        let row_id = row_id(self.conn);
        let statement = format!(
            "DELETE FROM usage_hours WHERE {row_id} IN \
             (SELECT {row_id} FROM usage_hours WHERE hour < $1 LIMIT $2)"
        );
        let deleted = on_either!(self.conn, |conn| {
            diesel::sql_query(statement)
                .bind::<BigInt, _>(hour.number())
                .bind::<BigInt, _>(ROWS)
                .execute(conn)
        })?;
        Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
    }

    fn delete_hours_of(&mut self, config: &str, incarnation: &str, limit: i64) -> Result<i64, StoreError> {
        let row_id = row_id(self.conn);
        let statement = format!(
            "DELETE FROM usage_hours WHERE {row_id} IN (SELECT {row_id} FROM usage_hours \
             WHERE config_id = $1 AND incarnation = $2 LIMIT $3)"
        );
        let deleted = on_either!(self.conn, |conn| {
            diesel::sql_query(statement)
                .bind::<Text, _>(config)
                .bind::<Text, _>(incarnation)
                .bind::<BigInt, _>(limit)
                .execute(conn)
        })?;
        Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
    }
}

/// The column by which the database finds a row fastest.
const fn row_id(conn: &AnyConnection) -> &'static str {
    match conn {
        AnyConnection::Postgres(_) => "ctid",
        AnyConnection::Sqlite(_) => "rowid",
    }
}
