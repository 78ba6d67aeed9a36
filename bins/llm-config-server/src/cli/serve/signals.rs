//! Signals of the server process. The HTTP server stops on SIGTERM, SIGINT and SIGQUIT itself.

use std::io;

/// Ignores SIGHUP from now on, which would end the process, and logs it: operators send it to make programs
/// read their settings again.
#[cfg(unix)]
pub(super) fn ignore_hangup() -> io::Result<()> {
    use actix_web::rt::signal::unix::{SignalKind, signal};

    let mut hangups = signal(SignalKind::hangup())?;
    actix_web::rt::spawn(async move {
        while hangups.recv().await.is_some() {
            tracing::info!("SIGHUP is ignored; restart the server to apply changed settings");
        }
    });
    Ok(())
}

/// Logs the signal that stops the server.
#[cfg(unix)]
pub(super) fn log_stop() -> io::Result<()> {
    use actix_web::rt::signal::unix::{SignalKind, signal};

    for (name, kind) in [
        ("SIGTERM", SignalKind::terminate()),
        ("SIGINT", SignalKind::interrupt()),
        ("SIGQUIT", SignalKind::quit()),
    ] {
        let mut stops = signal(kind)?;
        actix_web::rt::spawn(async move {
            while stops.recv().await.is_some() {
                tracing::info!(signal = name, "stopping");
            }
        });
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn ignore_hangup() -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn log_stop() -> io::Result<()> {
    Ok(())
}
