//! Creation of a configuration.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use diesel::sqlite::Sqlite;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, NewLlmConfig, OriginProvenance, Revision, Stamp};
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_core::scope::Scope;

use super::row::ConfigRow;
use super::search;
use crate::cache::Dependency;
use crate::database::backend::AnyConnection;
use crate::database::schema::{audit_events, llm_configs, secrets};
use crate::error::StoreError;
use crate::random;
use crate::transaction::Tx;

impl Tx<'_> {
    /// Stores a new configuration, its sealed credential and its audit event.
    ///
    /// Fails with `Conflict` if the owner has a configuration with the same fingerprint, if the workspace has
    /// one with the same name, or if the id is in use.
    pub fn create_config(
        &mut self,
        id: ConfigId,
        scope: Scope,
        new: &NewLlmConfig,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        let stamp = Stamp { at: self.now, by: caller.identity.principal() };
        let incarnation = Incarnation::new(random::uuid(self.now));
        let credential = self.context.fingerprints.credential(new.credential.as_ref());
        let secret = new.credential.as_ref().map(|credential| self.secret_meta(credential, Some(stamp.by)));
        let created = LlmConfig {
            id,
            incarnation,
            scope,
            settings: new.settings.clone(),
            secret,
            origin: OriginProvenance::new(stamp),
            revision: Revision::FIRST,
            created: stamp,
            updated: stamp,
        };
        self.invalidate(Dependency::Config(id));
        let row = ConfigRow::new(&created, &credential);
        let others = (
            llm_configs::name_key.eq(created.settings.name.uniqueness_key()),
            llm_configs::fingerprint.eq(self.fingerprint(&created).as_bytes().to_vec()),
            llm_configs::target_revision.eq(created.revision.number()),
            llm_configs::search.eq(search::column(&created.settings)),
        );
        let secret = new.credential.as_ref().map(|credential| self.sealed(&created, credential));
        let event = Event::new(EventKind::ConfigCreated, AuditObject::Config(id, scope), caller.clone());
        let event = self.next_event(&event);
        let insert_event = diesel::insert_into(audit_events::table).values(&event);
        match &mut *self.conn {
            AnyConnection::Postgres(conn) => {
                let config = diesel::insert_into(llm_configs::table).values((&row, others));
                let (keys, values) = created.settings.labels.into_iter().unzip();
                let secret = secret.map(|secret| diesel::insert_into(secrets::table).values(secret));
                InsertAll { config, keys, values, secret, event: insert_event }.execute(conn)?;
            }
            AnyConnection::Sqlite(conn) => {
                // Numbered here, because the trigger that numbers other rows writes the row a second time.
                let number: i64 = NextNumber.get_result(conn)?;
                let numbered = (&row, others, llm_configs::sequence.eq(number));
                diesel::insert_into(llm_configs::table).values(numbered).execute(conn)?;
                insert_event.execute(conn)?;
                if let Some(secret) = secret {
                    diesel::insert_into(secrets::table).values(secret).execute(conn)?;
                }
                self.insert_labels(id, &created.settings.labels)?;
            }
        }
        Ok(created)
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
struct InsertAll<'a, C, S, E> {
    config: C,
    /// The keys of the labels, and the value of each.
    keys: Vec<&'a String>,
    values: Vec<&'a String>,
    secret: Option<S>,
    event: E,
}

impl<C, S, E> QueryFragment<Pg> for InsertAll<'_, C, S, E>
where
    C: QueryFragment<Pg>,
    S: QueryFragment<Pg>,
    E: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH config AS (");
        self.config.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING id, sequence, coalesce(owner_id, workspace_id) AS scope)");
        if !self.keys.is_empty() {
            out.push_sql(", labels AS (INSERT INTO config_labels (config_id, key, value, sequence, scope) ");
            out.push_sql("SELECT config.id, label.key, label.value, config.sequence, config.scope ");
            out.push_sql("FROM config, unnest(");
            out.push_bind_param::<Array<Text>, _>(&self.keys)?;
            out.push_sql(", ");
            out.push_bind_param::<Array<Text>, _>(&self.values)?;
            out.push_sql(") AS label (key, value))");
        }
        if let Some(secret) = &self.secret {
            out.push_sql(", secret AS (");
            secret.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(" ");
        self.event.walk_ast(out)
    }
}

impl<C, S, E> QueryId for InsertAll<'_, C, S, E> {
    // Prepared statements are cached by their text, which depends on the labels and the secret.
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, S, E> RunQueryDsl<PgConnection> for InsertAll<'_, C, S, E> {}
