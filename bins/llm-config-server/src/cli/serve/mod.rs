//! `serve`: opens the store, creates the root user, listens.

mod root;
mod signals;

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{Either, select, try_join};
use llm_config_service::Service;
use llm_config_store::Store;

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use crate::build;
use crate::http;
use crate::settings::{Settings, UnreadVariable};

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
    signals::ignore_hangup().map_err(CommandError::Server)?;
    // Before any file is created, so that a second server that is started by mistake changes nothing.
    let listener = bind(settings.listen, "--listen")?;
    // With port 0, the system chose the port.
    let address = listener.local_addr().map_err(CommandError::Server)?;
    let metrics_listener =
        settings.metrics_listen.map(|address| bind(address, "--metrics-listen")).transpose()?;
    let provider_access = settings.open_provider_access(address)?;
    settings.prepare_data_dir()?;
    let root_token = root::choose(&settings).await?;
    let keys = settings.keys.to_string();
    let service = Service::new(Store::open(settings.store_options()).await?);
    tracing::info!(database = %settings.database, "the registry is open");
    root::create(&service, root_token, address, &keys).await?;
    let bootstrap = root::wait(&settings, &service).await?;
    let service = service.with_provider_access(provider_access).with_bootstrap(bootstrap.clone());
    let purge = service.clone();
    let metrics = http::Metrics::new(service.check_metrics(), move || purge.is_secret_purge_pending());
    let metrics_server =
        metrics_listener.map(|listener| http::metrics_server(metrics.clone(), listener)).transpose();
    let metrics_server = metrics_server.map_err(CommandError::Server)?;
    let options = http::Options {
        workers: settings.workers,
        cors_origins: settings.cors_origins,
        metrics,
        ..http::Options::default()
    };
    let checks = check_in_background(service.clone(), settings.provider_access.check_every);
    let server = http::server(service, listener, options).map_err(CommandError::Server)?;
    let mut server = pin!(async {
        match metrics_server {
            Some(metrics_server) => try_join(server, metrics_server).await.map(|_| ()),
            None => server.await,
        }
    });
    // The first poll installs the signal handlers: a reader of the next log line may send a signal.
    let started = poll_fn(|context| Poll::Ready(server.as_mut().poll(context))).await;
    signals::log_stop().map_err(CommandError::Server)?;
    tracing::info!(%address, "listening");
    let ended = match started {
        Poll::Ready(ended) => ended,
        Poll::Pending => match select(server, pin!(checks)).await {
            Either::Left((ended, _)) => ended,
            Either::Right((never, _)) => match never {},
        },
    };
    bootstrap.close();
    ended.map_err(CommandError::Server)?;
    tracing::info!("stopped");
    Ok(())
}

/// Runs background checks, if the interval is set. Never ends.
async fn check_in_background(service: Service, every: Option<Duration>) -> Infallible {
    if let Some(every) = every {
        service.check_in_background(every).await;
    }
    std::future::pending().await
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
