//! Users of the organisation: create, get, list, change, delete.

mod authorization;
mod create;
mod delete;
mod get;
mod list;
mod update;

pub use create::CreateUser;
pub use get::UserDetails;
pub use update::UpdateUser;
