//! The state of a token at a moment.

use llm_config_core::time::Timestamp;
use llm_config_store::{Token, TokenStatus};

/// The state of a token at a moment. Ignores the state of its holder and of the token it was issued with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// No token is in this state, which the `/v1` API names: tokens are valid from their creation on.
    NotYetValid,
    /// The token works.
    Usable,
    /// The token's time has ended.
    Expired,
    /// The token was deactivated.
    Revoked,
}

impl TokenState {
    /// All states.
    pub const ALL: &[Self] = &[Self::NotYetValid, Self::Usable, Self::Expired, Self::Revoked];

    /// The state of `token` at `now`.
    #[must_use]
    pub fn at(token: &Token, now: Timestamp) -> Self {
        match token.status {
            TokenStatus::Inactive => Self::Revoked,
            TokenStatus::Active if token.is_usable(now) => Self::Usable,
            TokenStatus::Active => Self::Expired,
        }
    }

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotYetValid => "NOT_YET_VALID",
            Self::Usable => "USABLE",
            Self::Expired => "EXPIRED",
            Self::Revoked => "REVOKED",
        }
    }
}
