//! The quotas and their limits.

use std::num::NonZeroU32;

/// A limit of what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Configurations of one owner or one workspace.
    ConfigsPerOwner,
    /// Tokens of one user that have not expired.
    TokensPerUser,
    /// All configurations.
    TotalConfigs,
}

/// A quota that is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaReached {
    /// The quota.
    pub quota: Quota,
    /// Its limit.
    pub limit: NonZeroU32,
}

/// The limits of what is stored; `None` for no limit.
#[derive(Clone, Copy, Debug)]
pub struct QuotaLimits {
    /// The limit of [`Quota::ConfigsPerOwner`].
    pub configs_per_owner: Option<NonZeroU32>,
    /// The limit of [`Quota::TokensPerUser`].
    pub tokens_per_user: Option<NonZeroU32>,
    /// The limit of [`Quota::TotalConfigs`].
    pub total_configs: Option<NonZeroU32>,
}

impl Default for QuotaLimits {
    fn default() -> Self {
        Self {
            configs_per_owner: NonZeroU32::new(10_000),
            tokens_per_user: NonZeroU32::new(1000),
            total_configs: None,
        }
    }
}

impl Quota {
    /// What the quota limits, as an error names it.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::ConfigsPerOwner => "configurations of one owner or workspace",
            Self::TokensPerUser => "tokens of one user",
            Self::TotalConfigs => "configurations of this installation",
        }
    }

    /// The label of metrics.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::ConfigsPerOwner => "configs_per_owner",
            Self::TokensPerUser => "tokens_per_user",
            Self::TotalConfigs => "total_configs",
        }
    }
}
