//! One contract on two databases: everything below `contract` runs on SQLite and, with the feature
//! `postgres-tests`, on PostgreSQL.
#![cfg_attr(
    feature = "postgres-tests",
    expect(clippy::duplicate_mod, reason = "the contract is included once for each database")
)]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod migrations;
#[cfg(feature = "postgres-tests")]
mod postgres;
mod sqlite;
mod support;

#[cfg(not(feature = "postgres-tests"))]
#[test]
fn run_without_postgres_tests_names_what_is_left_out() {
    llm_config_store::testing::report_left_out("the store's PostgreSQL tests");
}
