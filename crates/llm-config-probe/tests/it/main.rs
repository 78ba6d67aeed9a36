//! Checks against scripted providers, table by table, and where secrets come from.
#![expect(clippy::expect_used, reason = "helpers of tests")]

mod cases;
mod guard;
mod ping;
mod sources;
mod support;
