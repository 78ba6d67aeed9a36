//! Checks against scripted providers, table by table.

mod cases;
mod ping;
mod support;
