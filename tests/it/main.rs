//! The whole, seen from outside: the app in process on both databases, the real program, and
//! the repository itself.
// Told so, clippy takes helpers for tests, too.
#![cfg(test)]
#![cfg_attr(
    feature = "postgres-tests",
    expect(clippy::duplicate_mod, reason = "tests of both databases are included once for each")
)]

mod architecture;
mod bad_inputs;
mod binary;
mod canary;
mod docs;
mod doors;
#[cfg(feature = "postgres-tests")]
mod postgres;
mod security;
mod sqlite;
mod support;
mod tidy;

#[cfg(not(feature = "postgres-tests"))]
#[test]
fn run_without_postgres_tests_names_what_is_left_out() {
    llm_config_store::testing::report_left_out("the workspace's PostgreSQL tests");
}
