//! The tags of this API's operations.

pub(crate) const LLMS: &str = "AI LLMs";
pub(crate) const WORKSPACES: &str = "Workspaces";
pub(crate) const USERS: &str = "Organization users";
