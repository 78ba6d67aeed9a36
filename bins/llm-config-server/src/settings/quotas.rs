//! Settings of quotas: how much may be stored.

use std::num::NonZeroU32;

use clap::Args;
use llm_config_service::{Quota, QuotaLimits};

use super::heading::SERVER;
use super::value::whole_number;
use super::view::SettingView;

/// The settings of quotas; `None` for one that is not given.
#[derive(Clone, Copy, Default, Args)]
#[expect(clippy::struct_field_names, reason = "the names of the flags")]
pub(super) struct RawQuotaSettings {
    /// Maximum number of configurations of one owner or one workspace; 0 for no limit [default: 10000]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N",
        env = "LLM_CONFIG_MAX_CONFIGS_PER_OWNER", value_parser = whole_number(0..=1_000_000_000_u32)
    )]
    pub(super) max_configs_per_owner: Option<u32>,
    /// Maximum number of tokens of one user, without browser sessions and expired ones; 0 for no limit
    /// [default: 1000]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_MAX_TOKENS_PER_USER",
        value_parser = whole_number(0..=1_000_000_000_u32)
    )]
    pub(super) max_tokens_per_user: Option<u32>,
    /// Maximum number of all configurations; 0 for no limit [default: 0]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_MAX_TOTAL_CONFIGS",
        value_parser = whole_number(0..=1_000_000_000_u32)
    )]
    pub(super) max_total_configs: Option<u32>,
}

pub(super) fn quota_limits(raw: RawQuotaSettings) -> QuotaLimits {
    let RawQuotaSettings { max_configs_per_owner, max_tokens_per_user, max_total_configs } = raw;
    let default = QuotaLimits::default();
    let limit = |given: Option<u32>, default| given.map_or(default, NonZeroU32::new);
    QuotaLimits {
        configs_per_owner: limit(max_configs_per_owner, default.configs_per_owner),
        tokens_per_user: limit(max_tokens_per_user, default.tokens_per_user),
        total_configs: limit(max_total_configs, default.total_configs),
    }
}

/// Every setting in effect.
pub(super) fn views(limits: QuotaLimits) -> Vec<SettingView> {
    let QuotaLimits { configs_per_owner, tokens_per_user, total_configs } = limits;
    let limit = |limit: Option<NonZeroU32>| limit.map_or(0, NonZeroU32::get);
    vec![
        SettingView::new("max-configs-per-owner", limit(configs_per_owner)),
        SettingView::new("max-tokens-per-user", limit(tokens_per_user)),
        SettingView::new("max-total-configs", limit(total_configs)),
    ]
}

/// The variable that sets the limit, as errors name it.
pub(crate) const fn variable(quota: Quota) -> &'static str {
    match quota {
        Quota::ConfigsPerOwner => "LLM_CONFIG_MAX_CONFIGS_PER_OWNER",
        Quota::TokensPerUser => "LLM_CONFIG_MAX_TOKENS_PER_USER",
        Quota::TotalConfigs => "LLM_CONFIG_MAX_TOTAL_CONFIGS",
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command};

    use super::*;

    #[test]
    fn variable_of_every_quota_is_that_of_its_setting() {
        let command = RawQuotaSettings::augment_args(Command::new("test"));
        let declared: Vec<_> = command.get_arguments().filter_map(|argument| argument.get_env()).collect();
        let named = [Quota::ConfigsPerOwner, Quota::TokensPerUser, Quota::TotalConfigs].map(variable);
        assert_eq!(declared, named);
    }

    #[test]
    fn quota_limits_with_zero_have_no_limit() {
        let none = RawQuotaSettings { max_configs_per_owner: Some(0), ..RawQuotaSettings::default() };
        let limits = quota_limits(none);
        assert_eq!(limits.configs_per_owner, None);
        assert_eq!(limits.tokens_per_user, NonZeroU32::new(1000));
        assert_eq!(limits.total_configs, None);
    }
}
