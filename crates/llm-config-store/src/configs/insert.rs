//! The statements that insert a configuration.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use diesel::sqlite::Sqlite;
use llm_config_core::config::Labels;

use super::row::ConfigRow;
use super::sealed_credential::SecretRow;
use super::unchanged::UnchangedRights;
use crate::audit::AuditRow;
use crate::database::backend::AnyConnection;
use crate::database::schema::{audit_events, config_labels, llm_configs, secrets};

/// The rows of a new configuration.
pub(super) struct NewRows {
    pub(super) row: ConfigRow,
    pub(super) columns: NewColumns,
    pub(super) labels: Labels,
    pub(super) secret: Option<SecretRow>,
    pub(super) event: AuditRow,
}

/// The columns of a new configuration that [`ConfigRow`] does not have.
#[derive(Insertable)]
#[diesel(table_name = llm_configs, treat_none_as_default_value = false)]
pub(super) struct NewColumns {
    pub(super) name_key: String,
    pub(super) fingerprint: Vec<u8>,
    pub(super) target_revision: i64,
    pub(super) search: String,
}

impl NewRows {
    /// Inserts the rows in the open transaction.
    pub(super) fn insert(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        match conn {
            AnyConnection::Postgres(conn) => self.insert_all(conn, Sequence),
            AnyConnection::Sqlite(conn) => self.insert_each(conn),
        }
    }

    /// Inserts the rows on PostgreSQL. Fails with a serialisation failure if the rights may have changed.
    pub(super) fn insert_if_unchanged(
        &self,
        conn: &mut PgConnection,
        rights: &UnchangedRights,
    ) -> QueryResult<()> {
        self.insert_all(conn, rights)
    }

    /// `number` is the expression for the number of the configuration.
    fn insert_all<N: QueryFragment<Pg> + QueryId>(
        &self,
        conn: &mut PgConnection,
        number: N,
    ) -> QueryResult<()> {
        let Self { row, columns, labels, secret, event } = self;
        let config = diesel::insert_into(llm_configs::table).values((row, columns));
        let (keys, values) = labels.into_iter().unzip();
        let event = diesel::insert_into(audit_events::table).values(event);
        match secret {
            Some(secret) => {
                let secret = WithSecret(diesel::insert_into(secrets::table).values(secret));
                InsertAll { config, number, keys, values, secret, event }.execute(conn)?;
            }
            None => {
                InsertAll { config, number, keys, values, secret: WithoutSecret, event }.execute(conn)?;
            }
        }
        Ok(())
    }

    fn insert_each(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        let Self { row, columns, labels, secret, event } = self;
        // Numbered here, because the trigger that numbers other rows writes the row a second time.
        let number: i64 = NextNumber.get_result(conn)?;
        let numbered = (row, columns, llm_configs::sequence.eq(number));
        diesel::insert_into(llm_configs::table).values(numbered).execute(conn)?;
        diesel::insert_into(audit_events::table).values(event).execute(conn)?;
        if let Some(secret) = secret {
            diesel::insert_into(secrets::table).values(secret).execute(conn)?;
        }
        for (key, value) in labels {
            let label = (
                config_labels::config_id.eq(&row.id),
                config_labels::key.eq(key),
                config_labels::value.eq(value),
                config_labels::sequence.eq(number),
                config_labels::scope.eq(row.scope_id()),
            );
            diesel::insert_into(config_labels::table).values(label).execute(conn)?;
        }
        Ok(())
    }
}

/// Takes the next number from the counter that numbers configurations on SQLite. Unlike an update of Diesel,
/// the statement is prepared once.
struct NextNumber;

impl QueryFragment<Sqlite> for NextNumber {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE sequences SET last = last + 1 WHERE name = 'llm_configs' RETURNING last");
        Ok(())
    }
}

impl QueryId for NextNumber {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for NextNumber {
    type SqlType = BigInt;
}

impl RunQueryDsl<SqliteConnection> for NextNumber {}

/// One statement that inserts a configuration with its labels, its secret and its event: one round trip.
struct InsertAll<'a, C, N, S, E> {
    config: C,
    /// The expression for the number of the configuration.
    number: N,
    /// The keys of the labels, and the value of each.
    keys: Vec<&'a String>,
    values: Vec<&'a String>,
    secret: S,
    event: E,
}

/// The column of the number of the configuration.
struct Sequence;

impl QueryFragment<Pg> for Sequence {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("sequence");
        Ok(())
    }
}

impl QueryId for Sequence {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

/// The part of [`InsertAll`] that inserts a secret.
struct WithSecret<S>(S);

/// Nothing in place of [`WithSecret`].
struct WithoutSecret;

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for WithSecret<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(", secret AS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for WithoutSecret {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        Ok(())
    }
}

impl<S: QueryId> QueryId for WithSecret<S> {
    type QueryId = WithSecret<S::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl QueryId for WithoutSecret {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C, N, S, E> QueryFragment<Pg> for InsertAll<'_, C, N, S, E>
where
    C: QueryFragment<Pg>,
    N: QueryFragment<Pg>,
    S: QueryFragment<Pg>,
    E: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH config AS (");
        self.config.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING id, ");
        self.number.walk_ast(out.reborrow())?;
        out.push_sql(" AS sequence, coalesce(owner_id, workspace_id) AS scope)");
        out.push_sql(", labels AS (INSERT INTO config_labels (config_id, key, value, sequence, scope) ");
        out.push_sql("SELECT config.id, unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.keys)?;
        out.push_sql("), unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.values)?;
        out.push_sql("), config.sequence, config.scope FROM config)");
        self.secret.walk_ast(out.reborrow())?;
        out.push_sql(" ");
        self.event.walk_ast(out)
    }
}

impl<C: QueryId, N: QueryId, S: QueryId, E: QueryId> QueryId for InsertAll<'_, C, N, S, E> {
    type QueryId = InsertAll<'static, C::QueryId, N::QueryId, S::QueryId, E::QueryId>;

    const HAS_STATIC_QUERY_ID: bool =
        C::HAS_STATIC_QUERY_ID && N::HAS_STATIC_QUERY_ID && S::HAS_STATIC_QUERY_ID && E::HAS_STATIC_QUERY_ID;
}

impl<C, N, S, E> RunQueryDsl<PgConnection> for InsertAll<'_, C, N, S, E> {}
