//! `serve`: opens the store, creates the root user, listens.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{Either, select, try_join};
use llm_config_core::caller::Caller;
use llm_config_service::{Bootstrap, Service};
use llm_config_store::Store;

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use super::output::println;
use crate::http;
use crate::settings::{Settings, UnreadVariable};

pub(crate) async fn run(settings: Settings) -> Result<(), CommandError> {
    for UnreadVariable { name, similar } in UnreadVariable::all() {
        tracing::warn!(variable = name, similar, "no setting reads this environment variable");
    }
    // Before any file is created, so that a second server that is started by mistake changes nothing.
    let listener = bind(settings.listen, "--listen")?;
    // With port 0, the system chose the port.
    let address = listener.local_addr().map_err(CommandError::Server)?;
    let metrics_listener =
        settings.metrics_listen.map(|address| bind(address, "--metrics-listen")).transpose()?;
    settings.prepare_data_dir()?;
    let keys = settings.keys.to_string();
    let service = Service::new(Store::open(settings.store_options()).await?);
    tracing::info!(database = %settings.database, "the registry is open");
    if !settings.wait_for_init
        && let Some(token) = service.create_root(&Caller::operator()).await?
    {
        // The token exists now, and a later start prints none: the server that has it must not end.
        if let Err(error) = welcome(address, token.expose(), &keys) {
            tracing::warn!(
                %error,
                "the root token could not be printed; issue another one with `token issue`"
            );
        }
    }
    let bootstrap = bootstrap(&settings, &service).await?;
    let service = service
        .with_provider_access(settings.open_provider_access(address)?)
        .with_bootstrap(bootstrap.clone());
    let purge = service.clone();
    let metrics = http::Metrics::new(service.check_metrics(), move || purge.is_secret_purge_pending());
    let metrics_server =
        metrics_listener.map(|listener| http::metrics_server(metrics.clone(), listener)).transpose();
    let metrics_server = metrics_server.map_err(CommandError::Server)?;
    let options = http::Options { workers: settings.workers, cors_origins: settings.cors_origins, metrics };
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

/// The wait for `POST /v1/system/init`; closed if a root user exists.
async fn bootstrap(settings: &Settings, service: &Service) -> Result<Bootstrap, CommandError> {
    let file = settings.init_code_file();
    if service.has_root().await? {
        // A server that was killed while it waited could not remove the file.
        Bootstrap::discard_code(&file);
        return Ok(Bootstrap::closed());
    }
    settings.make_data_dir()?;
    let bootstrap = Bootstrap::waiting(file.clone()).map_err(|error| {
        CommandError::new(
            ExitStatus::of_setting(&error),
            format!("the initialisation code cannot be written to {}: {error}", file.display()),
        )
    })?;
    tracing::info!(
        code = %file.display(),
        "waiting for `POST /v1/system/init`, which needs the code in this file, in the header \
         `x-llm-config-init-code`, unless a program of the server's own user on this machine sends it within \
         ten minutes"
    );
    Ok(bootstrap)
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
        CommandError::new(ExitStatus::of_setting(&error), format!("cannot listen on {listen}: {error}"))
    })
}

/// Prints the root token, the location of the keys, and three commands that can be pasted.
fn welcome(address: SocketAddr, token: &str, keys: &str) -> std::io::Result<()> {
    let base = format!("http://{address}");
    let example = concat!(
        r#"{"displayName": "GPT-4o mini", "providerType": "OPENAI", "#,
        r#""endpointUrl": "https://api.openai.com/v1", "modelIdentifier": "gpt-4o-mini", "#,
        r#""credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "sk-your-key"}}}"#,
    );
    println(&format!(
        r#"
llm-config is initialised. Its root token, shown only this once:

  {token}

Keep a copy of the keys apart from the database; without them the stored secrets cannot be decrypted: {keys}
Browse the APIs at {base}/docs

Try it:

  export LLM_CONFIG_TOKEN={token}

  curl -s {base}/v1/users/me -H "x-api-key: $LLM_CONFIG_TOKEN"

  curl -s {base}/v1/llms -H "x-api-key: $LLM_CONFIG_TOKEN" -H 'content-type: application/json' -d '{example}'

  curl -s {base}/v1/llms -H "x-api-key: $LLM_CONFIG_TOKEN"
"#
    ))
}
