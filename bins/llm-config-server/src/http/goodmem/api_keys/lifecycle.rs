//! The state of a key at a moment.

use std::str::FromStr;

use llm_config_core::time::Timestamp;
use llm_config_store::{Token, TokenStatus};
use serde::Serialize;
use utoipa::ToSchema;

/// The state of a key at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Lifecycle {
    /// Never returned: keys are valid from their creation on.
    NotYetValid,
    /// The key works.
    Usable,
    /// The key's time has ended.
    Expired,
    /// The key was deactivated.
    Revoked,
}

impl Lifecycle {
    /// The state of `token` at `now`.
    pub(crate) fn at(token: &Token, now: Timestamp) -> Self {
        match token.status {
            TokenStatus::Inactive => Self::Revoked,
            TokenStatus::Active if token.is_usable(now) => Self::Usable,
            TokenStatus::Active => Self::Expired,
        }
    }
}

impl FromStr for Lifecycle {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        match name {
            "NOT_YET_VALID" => Ok(Self::NotYetValid),
            "USABLE" => Ok(Self::Usable),
            "EXPIRED" => Ok(Self::Expired),
            "REVOKED" => Ok(Self::Revoked),
            _ => Err("must be one of NOT_YET_VALID, USABLE, EXPIRED, REVOKED"),
        }
    }
}
