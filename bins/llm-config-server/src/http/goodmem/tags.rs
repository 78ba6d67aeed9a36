//! The tags of this API's operations.

pub(crate) const LLMS: &str = "LLMs";
pub(crate) const KEYS: &str = "API keys";
pub(crate) const PING: &str = "Ping";
pub(crate) const USERS: &str = "Users";
pub(crate) const SYSTEM: &str = "System";
