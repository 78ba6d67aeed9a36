//! Tests of the whole from outside: the app in process on both databases, the real program, and the
//! repository itself.
// Clippy exempts helpers of tests from some lints only below `cfg(test)`.
#![cfg(test)]
#![cfg_attr(
    feature = "postgres-tests",
    expect(clippy::duplicate_mod, reason = "a module about both databases is included once for each")
)]

mod architecture;
mod bad_inputs;
mod binary;
mod canary;
mod connections;
mod docs;
mod gateway;
#[cfg(not(all(feature = "postgres-tests", feature = "root-tests")))]
mod left_out;
mod log;
mod metrics;
mod module_circles;
#[cfg(feature = "postgres-tests")]
mod postgres;
mod role_matrix;
mod routes;
mod security;
mod sqlite;
mod support;
mod tidy;
