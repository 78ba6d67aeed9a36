//! Settings of browser sessions.

use std::time::Duration;

use clap::Args;
use llm_config_service::SessionTimes;

use super::heading::SERVER;
use super::value::interval;
use super::view::SettingView;

/// The settings of browser sessions; `None` for one that is not given.
#[derive(Clone, Copy, Default, Args)]
#[expect(clippy::struct_field_names, reason = "the names of the flags")]
pub(super) struct RawSessionSettings {
    /// How long a browser of an OWNER or ADMINISTRATORS stays signed in without activity [default: 30m]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "TIME",
        env = "LLM_CONFIG_SESSION_IDLE_PRIVILEGED", value_parser = interval
    )]
    pub(super) session_idle_privileged: Option<Duration>,
    /// How long a browser of any other user stays signed in without activity [default: 8h]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "TIME", env = "LLM_CONFIG_SESSION_IDLE",
        value_parser = interval
    )]
    pub(super) session_idle: Option<Duration>,
    /// How long a browser stays signed in, whatever its activity [default: 12h]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "TIME", env = "LLM_CONFIG_SESSION_LIFETIME",
        value_parser = interval
    )]
    pub(super) session_lifetime: Option<Duration>,
}

pub(super) fn session_times(raw: RawSessionSettings) -> SessionTimes {
    let RawSessionSettings { session_idle_privileged, session_idle, session_lifetime } = raw;
    let default = SessionTimes::default();
    SessionTimes {
        idle_privileged: session_idle_privileged.unwrap_or(default.idle_privileged),
        idle: session_idle.unwrap_or(default.idle),
        absolute: session_lifetime.unwrap_or(default.absolute),
    }
}

/// Every setting in effect.
pub(super) fn views(times: SessionTimes) -> Vec<SettingView> {
    let SessionTimes { idle_privileged, idle, absolute } = times;
    let time = |time: Duration| jiff::SignedDuration::try_from(time).ok().map(|time| format!("{time:#}"));
    vec![
        SettingView::new("session-idle-privileged", time(idle_privileged)),
        SettingView::new("session-idle", time(idle)),
        SettingView::new("session-lifetime", time(absolute)),
    ]
}
