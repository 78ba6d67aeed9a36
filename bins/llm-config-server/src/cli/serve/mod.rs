//! `serve`: opens the store, creates the root user, listens.

mod open_files;
mod provider_runtime;
mod root;
mod signals;

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use actix_web::dev::Server;
use futures_util::future::{Either, join5, select, try_join};
use llm_config_service::Service;
use llm_config_store::Store;
use tokio::time::{Instant, sleep, timeout_at};

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use provider_runtime::ProviderRuntime;
use signals::ShutdownTimes;

use crate::build;
use crate::http::{self, ConsoleAddress};
use crate::settings::{Settings, UnreadVariable};

/// How long a stopping server waits until usage is written.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(10);

/// The time between two attempts to write it.
const FLUSH_PAUSE: Duration = Duration::from_millis(500);

pub(crate) async fn run(settings: Settings) -> Result<(), CommandError> {
    for UnreadVariable { name, similar } in UnreadVariable::all() {
        tracing::warn!(variable = name, similar, "no setting reads this environment variable");
    }
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        commit = build::COMMIT,
        database = settings.database.kind(),
        listen = %settings.listen,
        "llm-config starts"
    );
    if settings.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
        tracing::warn!(
            "`--trusted-proxies` has every address, so each client chooses the address that the log, audit \
             events and limits have of it; list the proxies only"
        );
    }
    let connections = open_files::raise_limit(settings.calls.limits.calls, settings.trusted_proxies.clone());
    signals::ignore_hangup().map_err(CommandError::Server)?;
    // Before any file is created, so that a second server that is started by mistake changes nothing.
    let listener = bind(settings.listen, "--listen")?;
    // With port 0, the system chose the port.
    let address = listener.local_addr().map_err(CommandError::Server)?;
    let metrics_listener =
        settings.metrics_listen.map(|address| bind(address, "--metrics-listen")).transpose()?;
    let runtime = ProviderRuntime::start().map_err(CommandError::Server)?;
    let provider_access = settings.open_provider_access(address)?.with_runtime(runtime.handle());
    settings.prepare_data_dir()?;
    let root_token = root::choose(&settings).await?;
    let service = Service::new(Store::open(settings.store_options()).await?);
    tracing::info!(database = %settings.database, "the registry is open");
    let console = ConsoleAddress::new(settings.public_url.clone(), address).url();
    let started = root::Started { address, console, keys: settings.keys.to_string() };
    root::create(&service, root_token, &started).await?;
    let bootstrap = root::wait(&settings, &service).await?;
    let service = service
        .with_provider_access(provider_access)
        .with_bootstrap(bootstrap.clone())
        .with_quotas(settings.quotas)
        .with_call_limits(settings.calls.limits)
        .with_session_times(settings.sessions);
    let purge = service.clone();
    let usage = service.usage_recorder().metrics();
    let (checks, calls, limits) = (service.check_metrics(), service.call_metrics(), service.limit_metrics());
    let is_purge_pending = move || purge.is_secret_purge_pending();
    let metrics = http::Metrics::new(checks, calls, limits, usage, is_purge_pending);
    let metrics_server =
        metrics_listener.map(|listener| http::metrics_server(metrics.clone(), listener)).transpose();
    let metrics_server = metrics_server.map_err(CommandError::Server)?;
    let options = http::Options {
        workers: settings.workers,
        public_url: settings.public_url,
        cors_origins: settings.cors_origins,
        metrics,
        connections,
        shutdown_timeout: settings.calls.shutdown_timeout,
        ..http::Options::default()
    };
    let jobs = run_jobs(service.clone(), settings.provider_access.check_every);
    let stopping = service.clone();
    let server = http::server(service, listener, options).map_err(CommandError::Server)?;
    let handles = metrics_server.iter().map(Server::handle).chain([server.handle()]).collect();
    let times = ShutdownTimes {
        delay: settings.calls.shutdown_delay.unwrap_or_else(|| default_delay(address)),
        timeout: settings.calls.shutdown_timeout,
    };
    signals::stop_on_signal(stopping.clone(), handles, times).map_err(CommandError::Server)?;
    let mut server = pin!(async {
        match metrics_server {
            Some(metrics_server) => try_join(server, metrics_server).await.map(|_| ()),
            None => server.await,
        }
    });
    let started = poll_fn(|context| Poll::Ready(server.as_mut().poll(context))).await;
    tracing::info!(%address, "listening");
    let ended = match started {
        Poll::Ready(ended) => ended,
        Poll::Pending => match select(server, pin!(jobs)).await {
            Either::Left((ended, _)) => ended,
            Either::Right((never, _)) => match never {},
        },
    };
    bootstrap.close();
    flush_usage(&stopping).await;
    ended.map_err(CommandError::Server)?;
    tracing::info!("stopped");
    Ok(())
}

/// How long a server that stops still listens. No load balancer is in front of a loopback address.
fn default_delay(address: SocketAddr) -> Duration {
    if address.ip().is_loopback() { Duration::ZERO } else { Duration::from_secs(5) }
}

/// Writes usage, drops credentials that calls do not use any more, deletes sessions of browsers that have
/// ended, looks for corrupt rows, and runs background checks if the interval is set. Never ends.
async fn run_jobs(service: Service, check_every: Option<Duration>) -> Infallible {
    let checks = async {
        if let Some(every) = check_every {
            service.check_in_background(every).await;
        }
    };
    let (purge, corrupt) = (service.purge_call_caches(), service.find_corrupt_rows());
    join5(checks, purge, corrupt, service.run_session_pruning(), service.run_usage_writer()).await.4
}

/// Writes the usage of the last calls, if it can be written within a while. A connection to the database may
/// just have been lost, so errors are not final.
async fn flush_usage(service: &Service) {
    let end = Instant::now() + FLUSH_TIMEOUT;
    let error = loop {
        match timeout_at(end, service.flush_usage()).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) if Instant::now() + FLUSH_PAUSE >= end => break error.to_string(),
            Ok(Err(_)) => sleep(FLUSH_PAUSE).await,
            Err(_) => break "the database does not answer".to_owned(),
        }
    };
    let rows = service.usage_recorder().backlog();
    tracing::error!(error, rows, "the usage of the last calls is lost");
}

fn bind(listen: SocketAddr, setting: &str) -> Result<TcpListener, CommandError> {
    TcpListener::bind(listen).map_err(|error| {
        if error.kind() == ErrorKind::AddrInUse {
            let sentence =
                format!("the address {listen} is taken by another program; choose another with `{setting}`");
            return CommandError::new(ExitStatus::TryAgain, sentence);
        }
        CommandError::not_bound(listen, &error)
    })
}
