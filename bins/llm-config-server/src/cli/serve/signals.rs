//! Signals of the server process.

use std::io;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use llm_config_service::Service;
use tokio::sync::mpsc;
use tokio::time::timeout;

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

/// When a server that was told to stop does what.
#[derive(Clone, Copy)]
pub(super) struct ShutdownTimes {
    /// Until the listener closes. Meanwhile load balancers see that the server is not ready.
    pub(super) delay: Duration,
    /// From then on, until running requests are cut.
    pub(super) timeout: Duration,
}

/// Stops the servers: on SIGTERM after running requests, on SIGINT, SIGQUIT and any second signal at once.
#[cfg(unix)]
pub(super) fn stop_on_signal(
    service: Service,
    servers: Vec<ServerHandle>,
    times: ShutdownTimes,
) -> io::Result<()> {
    use actix_web::rt::signal::unix::{SignalKind, signal};

    let (sender, mut stops) = mpsc::channel(8);
    for (name, kind, is_graceful) in [
        ("SIGTERM", SignalKind::terminate(), true),
        ("SIGINT", SignalKind::interrupt(), false),
        ("SIGQUIT", SignalKind::quit(), false),
    ] {
        let (mut signals, sender) = (signal(kind)?, sender.clone());
        actix_web::rt::spawn(async move {
            while signals.recv().await.is_some() {
                tracing::info!(signal = name, "stopping");
                // If the channel is full, earlier signals are still to be handled.
                let _ = sender.try_send(is_graceful);
            }
        });
    }
    actix_web::rt::spawn(async move {
        let Some(mut is_graceful) = stops.recv().await else { return };
        if is_graceful {
            service.begin_shutdown(times.delay, times.timeout);
            // Another signal ends the delay.
            is_graceful = timeout(times.delay, stops.recv()).await.ok().flatten().unwrap_or(true);
        }
        loop {
            for server in &servers {
                // Not awaited: each stops by itself, and the caller awaits the servers.
                drop(server.stop(is_graceful));
            }
            // A second signal does not wait for running requests.
            let Some(_) = stops.recv().await else { return };
            is_graceful = false;
        }
    });
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn ignore_hangup() -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn stop_on_signal(_: Service, _: Vec<ServerHandle>, _: ShutdownTimes) -> io::Result<()> {
    Ok(())
}
