//! Settings of model calls.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;
use llm_config_service::CallSlotLimits;

use super::heading::SERVER;
use super::value::{delay, interval, whole_number};
use super::view::SettingView;

const MIB: u64 = 1024 * 1024;

/// The settings of model calls; `None` for one that is not given.
#[derive(Clone, Copy, Default, Args)]
pub(super) struct RawCallSettings {
    /// Maximum number of model calls that run at once [default: 4096]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CALLS",
        value_parser = whole_number(1..=1_000_000_usize)
    )]
    pub(super) calls: Option<usize>,
    /// Maximum number of model calls of one token that run at once [default: 512]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CALLS_PER_TOKEN",
        value_parser = whole_number(1..=1_000_000_usize)
    )]
    pub(super) calls_per_token: Option<usize>,
    /// Maximum number of model calls of one user that run at once, over all their tokens [default: 1024]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CALLS_PER_USER",
        value_parser = whole_number(1..=1_000_000_usize)
    )]
    pub(super) calls_per_user: Option<usize>,
    /// Maximum number of model calls of one configuration that run at once [default: no limit]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CALLS_PER_CONFIG",
        value_parser = whole_number(1..=1_000_000_usize)
    )]
    pub(super) calls_per_config: Option<usize>,
    /// Maximum number of model calls of one token in a minute [default: no limit]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CALL_RATE_PER_TOKEN",
        value_parser = whole_number(1..=1_000_000_u32)
    )]
    pub(super) call_rate_per_token: Option<u32>,
    /// Maximum number of model calls of one user in a minute, over all their tokens [default: no limit]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CALL_RATE_PER_USER",
        value_parser = whole_number(1..=1_000_000_u32)
    )]
    pub(super) call_rate_per_user: Option<u32>,
    /// Maximum number of model calls of one configuration in a minute [default: no limit]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CALL_RATE_PER_CONFIG",
        value_parser = whole_number(1..=1_000_000_u32)
    )]
    pub(super) call_rate_per_config: Option<u32>,
    /// Maximum size of the body of a model call, in MiB [default: 32]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "MIB", env = "LLM_CONFIG_CALL_BODY_LIMIT",
        value_parser = whole_number(1..=256_u64)
    )]
    pub(super) call_body_limit: Option<u64>,
    /// Maximum size of the bodies of all running model calls together, in MiB; one user may have a quarter
    /// [default: 512]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "MIB", env = "LLM_CONFIG_CALL_BODIES_LIMIT",
        value_parser = whole_number(4..=1_048_576_u64)
    )]
    pub(super) call_bodies_limit: Option<u64>,
    /// How long a server that stops waits for running requests, such as `5m` [default: 5m]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "TIME", env = "LLM_CONFIG_SHUTDOWN_TIMEOUT",
        value_parser = interval
    )]
    pub(super) shutdown_timeout: Option<Duration>,
    /// How long a server that stops still accepts requests while `/ready` answers 503, so that load balancers
    /// notice; `0s` for not at all [default: 5s; 0s at a loopback address]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "TIME", env = "LLM_CONFIG_SHUTDOWN_DELAY",
        value_parser = delay
    )]
    pub(super) shutdown_delay: Option<Duration>,
}

/// The settings of model calls.
#[derive(Clone, Debug)]
pub struct CallSettings {
    /// The limits of this process.
    pub limits: CallSlotLimits,
    /// How long a server that stops waits for running requests.
    pub shutdown_timeout: Duration,
    /// How long a server that stops still accepts requests; `None` for the default.
    pub shutdown_delay: Option<Duration>,
}

/// How long a server that stops waits for running requests by default. Streamed answers of models take
/// minutes.
pub(crate) const SHUTDOWN_TIMEOUT: Duration = Duration::from_mins(5);

impl CallSettings {
    pub(super) fn new(raw: RawCallSettings) -> Self {
        let RawCallSettings {
            calls,
            calls_per_token,
            calls_per_user,
            calls_per_config,
            call_rate_per_token,
            call_rate_per_user,
            call_rate_per_config,
            call_body_limit,
            call_bodies_limit,
            shutdown_timeout,
            shutdown_delay,
        } = raw;
        let default = CallSlotLimits::default();
        let limits = CallSlotLimits {
            calls: calls.unwrap_or(default.calls),
            calls_of_token: calls_per_token.unwrap_or(default.calls_of_token),
            calls_of_user: calls_per_user.unwrap_or(default.calls_of_user),
            calls_of_config: calls_per_config.or(default.calls_of_config),
            rate_of_token: call_rate_per_token.and_then(NonZeroU32::new),
            rate_of_user: call_rate_per_user.and_then(NonZeroU32::new),
            rate_of_config: call_rate_per_config.and_then(NonZeroU32::new),
            body: call_body_limit.map_or(default.body, |mib| mib * MIB),
            bodies: call_bodies_limit.map_or(default.bodies, |mib| mib * MIB),
            models: default.models,
            times: default.times,
        };
        Self { limits, shutdown_timeout: shutdown_timeout.unwrap_or(SHUTDOWN_TIMEOUT), shutdown_delay }
    }

    /// Whether one user may send a body of the maximal size.
    pub(super) const fn fits_bodies(&self) -> bool {
        self.limits.body <= self.limits.bodies / CallSlotLimits::USERS_THAT_FILL
    }

    /// Every setting in effect.
    pub(super) fn views(&self) -> Vec<SettingView> {
        let Self { limits, shutdown_timeout, shutdown_delay } = self;
        let CallSlotLimits {
            calls,
            calls_of_token,
            calls_of_user,
            calls_of_config,
            rate_of_token,
            rate_of_user,
            rate_of_config,
            body,
            bodies,
            models: _,
            times: _,
        } = *limits;
        let rate = |rate: Option<NonZeroU32>| rate.map(NonZeroU32::get);
        let time = |time: Duration| jiff::SignedDuration::try_from(time).ok().map(|time| format!("{time:#}"));
        vec![
            SettingView::new("calls", calls),
            SettingView::new("calls-per-token", calls_of_token),
            SettingView::new("calls-per-user", calls_of_user),
            SettingView::new("calls-per-config", calls_of_config).or_text("no limit"),
            SettingView::new("call-rate-per-token", rate(rate_of_token)).or_text("no limit"),
            SettingView::new("call-rate-per-user", rate(rate_of_user)).or_text("no limit"),
            SettingView::new("call-rate-per-config", rate(rate_of_config)).or_text("no limit"),
            SettingView::new("call-body-limit", body / MIB),
            SettingView::new("call-bodies-limit", bodies / MIB),
            SettingView::new("shutdown-timeout", time(*shutdown_timeout)),
            SettingView::new("shutdown-delay", shutdown_delay.and_then(time)).or_text("by the address"),
        ]
    }
}
