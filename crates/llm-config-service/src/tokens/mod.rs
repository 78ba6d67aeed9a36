//! Access tokens: authenticate, issue, list, change, revoke.

mod authenticate;
mod authorization;
mod issue;
mod list;
mod revoke;
mod update;

pub use issue::{IssueToken, Issued};
pub use list::ListTokens;
pub use revoke::RevokedTokens;
pub use update::{LabelChange, UpdateToken};
