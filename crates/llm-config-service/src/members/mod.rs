//! Members of workspaces: add, change, set, remove.

mod add;
mod authorization;
mod change;
mod remove;
mod set;
