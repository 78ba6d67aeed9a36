//! An SQL statement that is composed as text. Its values are bound, never part of the text.

use diesel::deserialize::QueryableByName;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;

use crate::database::backend::AnyConnection;

/// A statement and its values.
pub(super) struct Statement {
    database: Database,
    sql: String,
    values: Vec<Value>,
}

#[derive(Clone, Copy)]
enum Database {
    Postgres,
    Sqlite,
}

enum Value {
    Text(String),
    Number(i64),
}

impl Statement {
    /// An empty statement for the database of `conn`.
    pub(super) fn new(conn: &AnyConnection) -> Self {
        let database = match conn {
            AnyConnection::Postgres(_) => Database::Postgres,
            AnyConnection::Sqlite(_) => Database::Sqlite,
        };
        Self { database, sql: String::new(), values: Vec::new() }
    }

    /// Appends SQL.
    pub(super) fn push(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push(' ');
        self.sql.push_str(sql);
        self
    }

    /// Appends a placeholder for a text.
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        self.value(Value::Text(value.to_owned()))
    }

    /// Appends a placeholder for a number.
    pub(super) fn number(&mut self, value: i64) -> &mut Self {
        self.value(Value::Number(value))
    }

    /// Appends the position of `part` in the column `text`, which is 0 if the column does not contain it.
    pub(super) fn position(&mut self, column: &'static str, part: &str) -> &mut Self {
        self.push(match self.database {
            Database::Postgres => "strpos(",
            Database::Sqlite => "instr(",
        });
        self.push(column).push(",").text(part).push(")")
    }

    fn value(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        let placeholder = match self.database {
            Database::Postgres => format!(" ${}", self.values.len()),
            Database::Sqlite => " ?".to_owned(),
        };
        self.sql.push_str(&placeholder);
        self
    }

    /// Runs the statement.
    pub(super) fn load<R>(self, conn: &mut AnyConnection) -> QueryResult<Vec<R>>
    where
        R: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
    {
        let Self { database: _, sql, values } = self;
        match conn {
            AnyConnection::Postgres(conn) => {
                let mut query = diesel::sql_query(sql).into_boxed::<Pg>();
                for value in values {
                    query = match value {
                        Value::Text(text) => query.bind::<Text, _>(text),
                        Value::Number(number) => query.bind::<BigInt, _>(number),
                    };
                }
                query.load(conn)
            }
            AnyConnection::Sqlite(conn) => {
                let mut query = diesel::sql_query(sql).into_boxed::<Sqlite>();
                for value in values {
                    query = match value {
                        Value::Text(text) => query.bind::<Text, _>(text),
                        Value::Number(number) => query.bind::<BigInt, _>(number),
                    };
                }
                query.load(conn)
            }
        }
    }
}
