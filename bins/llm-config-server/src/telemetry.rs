//! Logs: structured, to standard error, as text or JSON.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::settings::{LogFormat, LogSettings};

/// Starts logging. Panics are logged with their place only: a message may quote what it was
/// working on.
pub(crate) fn start(settings: &LogSettings) -> Result<(), TryInitError> {
    // The settings were validated, so no directive is ignored.
    let filter = EnvFilter::new(&settings.filter);
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match settings.format {
        LogFormat::Text => builder.with_ansi(false).finish().try_init()?,
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).finish().try_init()?,
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}
