//! Logs: structured, to standard error, as text or JSON.

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// Starts logging. Panics are logged with their place only: a message may quote what it was
/// working on.
pub(crate) fn start(settings: &LogSettings) -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_new(&settings.filter)
        .map_err(|error| format!("the log filter `{}` is not readable: {error}", settings.filter))?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = match settings.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
    };
    started.map_err(|error| error.to_string())?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}
