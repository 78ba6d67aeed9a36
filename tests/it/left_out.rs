//! Names the tests that a run without the feature `postgres-tests` does not have.

#[test]
fn run_without_postgres_prints_what_is_left_out() {
    llm_config_store::testing::report_left_out("the workspace's PostgreSQL tests");
}
