//! The state of a token at a moment.

use llm_config_core::time::Timestamp;
use llm_config_store::{Token, TokenStatus};

/// The state of a token at a moment. Ignores the state of its holder and of the token it was issued with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// The token works.
    Usable,
    /// The token's time has ended.
    Expired,
    /// The token was deactivated.
    Revoked,
}

impl TokenState {
    /// The state of `token` at `now`.
    #[must_use]
    pub fn at(token: &Token, now: Timestamp) -> Self {
        match token.status {
            TokenStatus::Inactive => Self::Revoked,
            TokenStatus::Active if token.is_usable(now) => Self::Usable,
            TokenStatus::Active => Self::Expired,
        }
    }

    /// Every state.
    pub const ALL: [Self; 3] = [Self::Usable, Self::Expired, Self::Revoked];

    /// The state with the given name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usable => "USABLE",
            Self::Expired => "EXPIRED",
            Self::Revoked => "REVOKED",
        }
    }
}
