//! Checks against scripted providers, table by table, and where secrets come from.
#![expect(clippy::expect_used, reason = "a case that cannot be set up has failed")]
#![expect(clippy::too_many_lines, reason = "a table is as long as it has cases")]

mod cases;
mod connections;
mod deadline;
mod echo;
mod guard;
mod left_out;
mod ping;
mod schemes;
mod support;
