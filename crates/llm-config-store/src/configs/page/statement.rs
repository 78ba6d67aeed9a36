//! An SQL statement that is composed as text. Its values are bound, never part of the text.
//!
//! Diesel prepares such a statement once for each connection and text. It prepares `sql_query` anew each
//! time.

use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};

use crate::database::backend::{AnyConnection, MultiBackend};

/// A statement and its values. `T` is the SQL type of its rows.
pub(super) struct Statement<'a, T> {
    database: Database,
    parts: Vec<Box<dyn QueryFragment<MultiBackend> + 'a>>,
    rows: PhantomData<T>,
}

#[derive(Clone, Copy)]
enum Database {
    Postgres,
    Sqlite,
}

/// A text that is the same on both databases.
struct Sql(&'static str);

impl<'a, T> Statement<'a, T> {
    /// An empty statement for the database of `conn`.
    pub(super) fn new(conn: &AnyConnection) -> Self {
        let database = match conn {
            AnyConnection::Postgres(_) => Database::Postgres,
            AnyConnection::Sqlite(_) => Database::Sqlite,
        };
        Self { database, parts: Vec::new(), rows: PhantomData }
    }

    /// Appends SQL.
    pub(super) fn push(&mut self, sql: &'static str) -> &mut Self {
        self.fragment(Sql(sql))
    }

    /// Appends the SQL of one database.
    pub(super) fn push_either(&mut self, postgres: &'static str, sqlite: &'static str) -> &mut Self {
        self.push(match self.database {
            Database::Postgres => postgres,
            Database::Sqlite => sqlite,
        })
    }

    /// Appends a part of a query of Diesel.
    pub(super) fn fragment(&mut self, part: impl QueryFragment<MultiBackend> + 'a) -> &mut Self {
        self.parts.push(Box::new(part));
        self
    }

    /// Appends a placeholder for a text.
    pub(super) fn text(&mut self, value: &'a str) -> &mut Self {
        self.fragment(value.into_sql::<Text>())
    }

    /// Appends a placeholder for a number.
    pub(super) fn number(&mut self, value: i64) -> &mut Self {
        self.fragment(value.into_sql::<BigInt>())
    }
}

impl QueryFragment<MultiBackend> for Sql {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(" ");
        out.push_sql(self.0);
        out.push_sql(" ");
        Ok(())
    }
}

impl<T> QueryFragment<MultiBackend> for Statement<'_, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.parts.iter().try_for_each(|part| part.walk_ast(out.reborrow()))
    }
}

// Without a static id, the text identifies the prepared statement.
impl<T> QueryId for Statement<'_, T> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> Query for Statement<'_, T> {
    type SqlType = T;
}

impl<T> RunQueryDsl<AnyConnection> for Statement<'_, T> {}
