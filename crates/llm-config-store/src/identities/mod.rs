//! Users, workspaces and memberships, and the rights that follow from them.

mod actor;
pub(crate) mod members;
mod rights;
pub(crate) mod user;
pub(crate) mod users;
pub(crate) mod workspaces;
