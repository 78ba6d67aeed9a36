//! One contract on two databases: everything below `contract` runs on SQLite and on PostgreSQL.
#![expect(clippy::duplicate_mod, reason = "the contract is included once for each database")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod migrations;
mod postgres;
mod sqlite;
mod support;
