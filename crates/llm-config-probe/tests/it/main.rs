//! Checks against scripted providers, table by table, and where secrets come from.

mod cases;
mod sources;
mod support;
