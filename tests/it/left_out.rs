//! Names the tests that this build does not have.

#[cfg(not(feature = "postgres-tests"))]
#[test]
fn run_without_postgres_tests_prints_what_is_left_out() {
    llm_config_store::testing::report_left_out("the workspace's PostgreSQL tests");
}

#[cfg(not(feature = "root-tests"))]
#[test]
fn run_without_root_tests_prints_what_is_left_out() {
    llm_config_store::testing::report_left_out("the workspace's tests that need root");
}
