//! `serve`: open the store, make the first user, listen.

use std::convert::Infallible;
use std::error::Error;
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

use super::environment;
use super::output::say;
use crate::http;
use crate::settings::Settings;

pub(crate) async fn run(settings: Settings) -> Result<(), Box<dyn Error>> {
    for variable in environment::unread() {
        tracing::warn!(variable, "no setting reads this environment variable");
    }
    // Before anything is made: a second server by mistake changes nothing.
    let listener = bind(settings.listen, "--listen")?;
    // With port 0 the system chose the port.
    let address = listener.local_addr()?;
    let metrics_listener = settings.metrics_listen.map(|it| bind(it, "--metrics-listen")).transpose()?;
    settings.prepare_data_dir()?;
    let keys = settings.keys.to_string();
    let store = Store::open(settings.store_options()).await?;
    tracing::info!(database = %settings.database, "the registry is open");
    if !settings.wait_for_init
        && let Some((_, token)) = store.create_root(&Caller::operator()).await?
    {
        welcome(address, token.expose(), &keys)?;
    }
    let outgoing = settings.open_provider_access(address)?;
    let bootstrap = bootstrap(&settings, &store).await?;
    let service = Service::new(store, outgoing, bootstrap.clone());
    let store = service.store().clone();
    let metrics = http::Metrics::new(service.check_metrics(), move || store.is_secret_purge_pending());
    let metrics_server = metrics_listener.map(|it| http::metrics_server(metrics.clone(), it)).transpose()?;
    let options = http::Options { workers: settings.workers, cors_origins: settings.cors_origins, metrics };
    let checks = in_background(service.clone(), settings.outgoing.check_every);
    let server = http::server(service, listener, options)?;
    let mut server = pin!(async {
        match metrics_server {
            Some(metrics_server) => try_join(server, metrics_server).await.map(|_| ()),
            None => server.await,
        }
    });
    // From its first poll on it minds signals: whoever is told that it listens may send one.
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
    ended?;
    tracing::info!("stopped");
    Ok(())
}

/// Waits for the first `POST /v1/system/init`, if that is asked for and there is no root user yet.
async fn bootstrap(settings: &Settings, store: &Store) -> Result<Bootstrap, Box<dyn Error>> {
    let file = settings.init_code_file();
    if store.read(|tx| Ok::<_, llm_config_service::Error>(tx.has_root()?)).await? {
        // A server that was killed while it waited could not remove it.
        Bootstrap::discard_code(&file);
        return Ok(Bootstrap::closed());
    }
    settings.make_data_dir()?;
    let bootstrap = Bootstrap::waiting(file.clone()).map_err(|error| {
        format!("the initialisation code cannot be written to {}: {error}", file.display())
    })?;
    tracing::info!(
        code = %file.display(),
        "waiting for `POST /v1/system/init`, which needs the code in this file, in the header \
         `x-llm-config-init-code`, unless a program of the server's own user on this machine sends it within \
         ten minutes"
    );
    Ok(bootstrap)
}

/// Checks what is stored from time to time, if that is asked for, and never ends.
async fn in_background(service: Service, every: Option<Duration>) -> Infallible {
    if let Some(every) = every {
        // Unlike any other process on any machine that uses the database.
        let replica = service.store().new_token_id().to_string();
        service.check_in_background(every, replica).await;
    }
    std::future::pending().await
}

fn bind(listen: SocketAddr, setting: &str) -> Result<TcpListener, Box<dyn Error>> {
    TcpListener::bind(listen).map_err(|error| {
        if error.kind() == ErrorKind::AddrInUse {
            format!("the address {listen} is taken by another program; choose another with `{setting}`")
                .into()
        } else {
            format!("cannot listen on {listen}: {error}").into()
        }
    })
}

/// What a first user needs, once: their token, what to keep, and three commands that work as they stand.
fn welcome(address: SocketAddr, token: &str, keys: &str) -> std::io::Result<()> {
    let base = format!("http://{address}");
    let example = concat!(
        r#"{"displayName": "GPT-4o mini", "providerType": "OPENAI", "#,
        r#""endpointUrl": "https://api.openai.com/v1", "modelIdentifier": "gpt-4o-mini", "#,
        r#""credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "sk-your-key"}}}"#,
    );
    say(&format!(
        r#"
llm-config is initialised. Its root token, shown only this once:

  {token}

Keep a copy of the keys apart from the database; without them the stored secrets cannot be opened: {keys}
Browse the APIs at {base}/docs

Try it:

  export LLM_CONFIG_TOKEN={token}

  curl -s {base}/v1/users/me -H "x-api-key: $LLM_CONFIG_TOKEN"

  curl -s {base}/v1/llms -H "x-api-key: $LLM_CONFIG_TOKEN" -H 'content-type: application/json' -d '{example}'

  curl -s {base}/v1/llms -H "x-api-key: $LLM_CONFIG_TOKEN"
"#
    ))
}
