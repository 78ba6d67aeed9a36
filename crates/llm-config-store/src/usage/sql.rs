//! The parts of SQL that differ between the databases, and those that are made from the list of counters.
//!
//! Many values of one statement are one JSON text, so the text of the statement does not depend on their
//! number.

use std::fmt::Write as _;

use super::counters::COLUMNS;
use crate::database::backend::AnyConnection;

/// A column of a key, and its type on PostgreSQL.
pub(super) type KeyColumn = (&'static str, &'static str);

/// The statement that adds the rows of the JSON array `$1` to those of `table`. The rows of configurations
/// that do not exist are left out.
pub(super) fn add(conn: &AnyConnection, table: &str, keys: &[KeyColumn]) -> String {
    let names: Vec<_> = keys.iter().map(|(name, _)| *name).collect();
    let columns: Vec<_> = names.iter().chain(COLUMNS).copied().collect();
    let source = match conn {
        AnyConnection::Postgres(_) => {
            let keys = keys.iter().map(|(name, kind)| format!("{name} {kind}"));
            let columns: Vec<_> = keys.chain(COLUMNS.iter().map(|name| format!("{name} bigint"))).collect();
            format!("json_to_recordset($1::json) AS v ({})", columns.join(", "))
        }
        AnyConnection::Sqlite(_) => {
            let column = |name: &&str| format!("value ->> '{name}' AS {name}");
            let columns: Vec<_> = columns.iter().map(column).collect();
            format!("(SELECT {} FROM json_each($1)) AS v", columns.join(", "))
        }
    };
    let of_row = |names: &[&str]| names.iter().map(|name| format!("v.{name}")).collect::<Vec<_>>().join(", ");
    let sums: Vec<_> = COLUMNS.iter().map(|name| sum_of_two(table, name)).collect();
    // In the order of the keys, in which all servers lock rows. `CROSS JOIN` makes SQLite keep the order of
    // the tables.
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {source} CROSS JOIN llm_configs c \
         WHERE c.id = v.config_id AND c.incarnation = v.incarnation ORDER BY {} \
         ON CONFLICT ({}) DO UPDATE SET {}",
        columns.join(", "),
        of_row(&columns),
        of_row(&names),
        names.join(", "),
        sums.join(", "),
    )
}

/// Providers report the numbers of tokens, and an absurd one must not fail every later batch.
fn sum_of_two(table: &str, name: &str) -> String {
    const MAX: i64 = i64::MAX;
    format!(
        "{name} = CASE WHEN {table}.{name} > {MAX} - excluded.{name} THEN {MAX} \
         ELSE {table}.{name} + excluded.{name} END"
    )
}

/// The counters of the table `u`.
pub(super) fn counters() -> String {
    COLUMNS.iter().map(|name| format!("u.{name} AS {name}")).collect::<Vec<_>>().join(", ")
}

/// The sums of the counters of the table `u` over all rows of a group. On SQLite they are exact up to 2^53:
/// its `sum` fails where a sum overflows, and `total` does not.
pub(super) fn sums(conn: &AnyConnection) -> String {
    let mut sums = String::new();
    for name in COLUMNS {
        let sum = match conn {
            AnyConnection::Postgres(_) => format!("least(sum(u.{name}), {})", i64::MAX),
            // The largest number below 2^63 that a floating-point number can be.
            AnyConnection::Sqlite(_) => format!("min(total(u.{name}), 9223372036854774784.0)"),
        };
        // Writing to a `String` does not fail.
        let _ = write!(sums, ", CAST({sum} AS BIGINT) AS {name}");
    }
    sums
}

/// The subquery with the texts of the JSON array in the parameter with this number.
pub(super) fn texts_of(conn: &AnyConnection, parameter: u8) -> String {
    match conn {
        AnyConnection::Postgres(_) => format!("(SELECT json_array_elements_text(${parameter}::json))"),
        AnyConnection::Sqlite(_) => format!("(SELECT value FROM json_each(${parameter}))"),
    }
}
