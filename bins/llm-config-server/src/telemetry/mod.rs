//! Logs: structured, to standard error, as text or JSON.

mod client_faults;
mod fields;
mod line_buffer;
mod one_line;

use std::io::{self, stderr};

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::{LogFormat, LogSettings};
use client_faults::WithoutClientFaults;
use fields::TextFields;
pub(crate) use line_buffer::LineWriter;
use one_line::OneLine;

/// Starts logging. Panics are logged with their place only: a message may quote what it was
/// working on. When the writer is dropped, all lines are written.
pub(crate) fn start(settings: &LogSettings) -> io::Result<LineWriter> {
    let writer = LineWriter::start(stderr())?;
    let buffer = writer.buffer();
    let builder = tracing_subscriber::fmt().with_env_filter(settings.filter.directives()).with_target(false);
    match settings.format {
        LogFormat::Text => {
            let builder = builder.with_writer(move || OneLine(buffer.clone())).with_ansi(false);
            builder
                .fmt_fields(TextFields)
                .finish()
                .with(WithoutClientFaults)
                .try_init()
                .map_err(io::Error::other)?;
        }
        LogFormat::Json => {
            let builder = builder.with_writer(move || buffer.clone()).json();
            let builder = builder.flatten_event(true).with_current_span(false);
            builder.finish().with(WithoutClientFaults).try_init().map_err(io::Error::other)?;
        }
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(writer)
}
