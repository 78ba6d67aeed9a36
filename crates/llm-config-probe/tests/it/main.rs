//! Checks against scripted providers, table by table.
#![expect(clippy::expect_used, reason = "helpers of tests")]

mod cases;
mod guard;
mod ping;
mod support;
