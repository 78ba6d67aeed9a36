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

/// The time before their expiry, in microseconds, in which tokens expire soon.
const SOON: i64 = 14 * 24 * 3600 * 1_000_000;

/// The moment until which tokens expire soon, seen from `now`.
pub(crate) const fn soon_until(now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.as_micros().saturating_add(SOON))
}

impl TokenState {
    /// Whether `token` is usable at `now` and expires within 14 days.
    #[must_use]
    pub fn expires_soon(token: &Token, now: Timestamp) -> bool {
        let is_near = |end: Timestamp| end <= soon_until(now);
        Self::at(token, now) == Self::Usable && token.token_scope.expires_at.is_some_and(is_near)
    }

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
