//! The savepoint of a use case. Its statements are prepared once, unlike those of Diesel's own savepoints.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use crate::database::backend::AnyConnection;

/// A statement of the savepoint.
#[derive(Clone, Copy)]
pub(super) enum Savepoint {
    Begin,
    RollBack,
    Release,
}

impl Savepoint {
    pub(super) fn execute(self, conn: &mut AnyConnection) -> QueryResult<()> {
        match conn {
            AnyConnection::Sqlite(conn) => RunQueryDsl::execute(self, conn).map(drop),
            AnyConnection::Postgres(_) => Ok(()),
        }
    }
}

impl QueryFragment<Sqlite> for Savepoint {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(match self {
            Self::Begin => "SAVEPOINT member",
            Self::RollBack => "ROLLBACK TO member",
            Self::Release => "RELEASE member",
        });
        Ok(())
    }
}

impl QueryId for Savepoint {
    // The statements are told apart by their texts.
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Savepoint {}
