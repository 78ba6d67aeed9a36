//! Checks against scripted providers, table by table.

mod cases;
mod guard;
mod support;
