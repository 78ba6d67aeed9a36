//! Logs: structured, to standard error, as text or JSON.

mod client_faults;
mod one_line;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::settings::{LogFormat, LogSettings};
use client_faults::WithoutClientFaults;
use one_line::OneLine;

/// Starts logging. Panics are logged with their place only: a message may quote what it was
/// working on.
pub(crate) fn start(settings: &LogSettings) -> Result<(), TryInitError> {
    let builder = tracing_subscriber::fmt().with_env_filter(settings.filter.directives()).with_target(false);
    match settings.format {
        LogFormat::Text => {
            let builder = builder.with_writer(|| OneLine(std::io::stderr())).with_ansi(false);
            builder.finish().with(WithoutClientFaults).try_init()?;
        }
        LogFormat::Json => {
            let builder = builder.with_writer(std::io::stderr).json();
            let builder = builder.flatten_event(true).with_current_span(false);
            builder.finish().with(WithoutClientFaults).try_init()?;
        }
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}
