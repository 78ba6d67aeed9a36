//! Access tokens: authenticate, issue, list, change, revoke.

mod authenticate;
mod authorization;
mod issue;
mod list;
mod revoke;
mod state;
mod update;

pub(crate) use authorization::may_list_tokens;
pub use issue::{IssueToken, Issued};
pub(crate) use list::Holders;
pub use list::{ListTokens, TokenList};
pub use revoke::RevokedTokens;
pub use state::TokenState;
pub(crate) use state::soon_until;
pub use update::{LabelChange, UpdateToken};
