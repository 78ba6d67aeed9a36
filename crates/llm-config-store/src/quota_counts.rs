//! Counts for quotas: each reads an index up to the limit and no further.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;

use crate::database::backend::AnyConnection;
use crate::error::StoreError;
use crate::transaction::Tx;

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Tx<'_> {
    /// The number of configurations of an owner or a workspace, at most `limit`.
    pub fn count_configs_up_to(&mut self, scope: Scope, limit: u32) -> Result<u64, StoreError> {
        let (column, id) = match scope {
            Scope::Owner(id) => ("owner_id", id.to_string()),
            Scope::Workspace(id) => ("workspace_id", id.to_string()),
        };
        let limit = i64::from(limit);
        let rows: CountRow = match &mut *self.conn {
            AnyConnection::Postgres(conn) => {
                diesel::sql_query(up_to(&format!("FROM llm_configs WHERE {column} = $1 LIMIT $2")))
                    .bind::<Text, _>(id)
                    .bind::<BigInt, _>(limit)
                    .get_result(conn)?
            }
            AnyConnection::Sqlite(conn) => {
                diesel::sql_query(up_to(&format!("FROM llm_configs WHERE {column} = ? LIMIT ?")))
                    .bind::<Text, _>(id)
                    .bind::<BigInt, _>(limit)
                    .get_result(conn)?
            }
        };
        Ok(rows.count.unsigned_abs())
    }

    /// The number of all configurations, at most `limit`.
    pub fn count_all_configs_up_to(&mut self, limit: u32) -> Result<u64, StoreError> {
        let limit = i64::from(limit);
        let rows: CountRow = match &mut *self.conn {
            AnyConnection::Postgres(conn) => diesel::sql_query(up_to("FROM llm_configs LIMIT $1"))
                .bind::<BigInt, _>(limit)
                .get_result(conn)?,
            AnyConnection::Sqlite(conn) => diesel::sql_query(up_to("FROM llm_configs LIMIT ?"))
                .bind::<BigInt, _>(limit)
                .get_result(conn)?,
        };
        Ok(rows.count.unsigned_abs())
    }

    /// The number of tokens of a user that expire after `since`, or never, at most `limit`. Inactive ones
    /// count, because they can be activated again. Sessions of browsers do not.
    pub fn count_tokens_up_to(
        &mut self,
        holder: PrincipalId,
        since: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        const TOKENS: &str = "FROM tokens WHERE kind = 'API' AND user_id =";
        let (holder, since, limit) = (holder.to_string(), since.as_micros(), i64::from(limit));
        let rows: CountRow = match &mut *self.conn {
            AnyConnection::Postgres(conn) => diesel::sql_query(up_to(&format!(
                "{TOKENS} $1 AND (expires_at IS NULL OR expires_at > $2) LIMIT $3"
            )))
            .bind::<Text, _>(holder)
            .bind::<BigInt, _>(since)
            .bind::<BigInt, _>(limit)
            .get_result(conn)?,
            AnyConnection::Sqlite(conn) => diesel::sql_query(up_to(&format!(
                "{TOKENS} ? AND (expires_at IS NULL OR expires_at > ?) LIMIT ?"
            )))
            .bind::<Text, _>(holder)
            .bind::<BigInt, _>(since)
            .bind::<BigInt, _>(limit)
            .get_result(conn)?,
        };
        Ok(rows.count.unsigned_abs())
    }
}

fn up_to(rows: &str) -> String {
    format!("SELECT count(*) AS count FROM (SELECT 1 {rows}) counted")
}
