//! Users of the organisation: create, get, list, change, delete.

mod allowed;
mod authorization;
mod create;
mod delete;
mod get;
mod list;
mod update;

pub use allowed::AllowedUserActions;
pub use create::CreateUser;
pub use get::UserDetails;
pub use update::UpdateUser;
