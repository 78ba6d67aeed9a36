//! The root user and its token: created by the first start, or on request.

use std::net::SocketAddr;

use llm_config_core::caller::Caller;
use llm_config_service::{Bootstrap, Service};
use llm_config_store::{DatabaseState, TokenText, inspect};

use crate::cli::command_error::CommandError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::println;
use crate::settings::Settings;

/// The token that the root user gets.
pub(super) enum RootToken {
    /// A random one, which is printed.
    Random,
    /// The one that the operator put into this file.
    Preset(TokenText, String),
    /// None: the root user exists already, or is created by a request.
    None,
}

/// Decides about the root token, before the database is opened and thereby initialised: an unusable file must
/// not leave an initialised database behind.
pub(super) async fn choose(settings: &Settings) -> Result<RootToken, CommandError> {
    let Some(path) = &settings.bootstrap_token_file else {
        return Ok(if settings.wait_for_init { RootToken::None } else { RootToken::Random });
    };
    let file = path.display().to_string();
    let state = inspect(settings.store_options()).await?.state;
    if state == (DatabaseState::Initialized { has_root: true }) {
        log_unused(&file);
        return Ok(RootToken::None);
    }
    Ok(RootToken::Preset(TokenText::from_file(path)?, file))
}

fn log_unused(file: &str) {
    tracing::info!(file, "the bootstrap token file is not used, because the root user exists already");
}

/// What the first start tells about the server.
pub(super) struct Started {
    /// The address that the server listens on.
    pub(super) address: SocketAddr,
    /// The URL of the console; `None` if the server serves none.
    pub(super) console: Option<String>,
    /// The location of the keys.
    pub(super) keys: String,
}

/// Creates the root user, unless it exists or a request is to create it, and prints its token.
pub(super) async fn create(
    service: &Service,
    token: RootToken,
    started: &Started,
) -> Result<(), CommandError> {
    let (text, file) = match token {
        RootToken::None => return Ok(()),
        RootToken::Random => (TokenText::generate(), None),
        RootToken::Preset(text, file) => (text, Some(file)),
    };
    let created = service.create_root(&Caller::operator(), text).await?;
    let printed = match (created, file) {
        (Some(_), Some(file)) => {
            tracing::info!(file, "the root user is created; its token is the content of this file");
            println(&preset_welcome(started, &file))
        }
        (Some(token), None) => println(&welcome(started, token.expose())),
        (None, Some(file)) => {
            log_unused(&file);
            Ok(())
        }
        (None, None) => Ok(()),
    };
    // The root user exists now, and a later start prints no token: the server that has it must not end.
    if let Err(error) = printed {
        tracing::warn!(%error, "the root token could not be printed; issue another one with `token issue`");
    }
    Ok(())
}

/// The wait for `POST /v1/system/init`; closed if a root user exists.
pub(super) async fn wait(settings: &Settings, service: &Service) -> Result<Bootstrap, CommandError> {
    let file = settings.init_code_file();
    if service.has_root().await? {
        // A server that was killed while it waited could not remove the file.
        Bootstrap::discard_code(&file);
        return Ok(Bootstrap::closed());
    }
    settings.make_data_dir()?;
    let bootstrap = Bootstrap::waiting(file.clone()).map_err(|error| {
        CommandError::new(
            ExitStatus::of_setting(error.kind()),
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

/// The location of the keys, and the addresses of the console and of the documentation.
fn hints(Started { address, console, keys }: &Started) -> String {
    let console = match console {
        Some(url) => format!("Open the console at {url} and sign in with the root token\n"),
        None => String::new(),
    };
    format!(
        "Keep a copy of the keys apart from the database; without them the stored secrets cannot be \
         decrypted: {keys}\n{console}Browse the APIs at http://{address}/docs"
    )
}

/// The root token's origin, without the token.
fn preset_welcome(started: &Started, file: &str) -> String {
    let hints = hints(started);
    format!("\nllm-config is initialised. Its root token is the content of {file}.\n\n{hints}\n")
}

/// The root token, the location of the keys, and three commands that can be pasted.
fn welcome(started: &Started, token: &str) -> String {
    let base = format!("http://{}", started.address);
    let example = concat!(
        r#"{"displayName": "GPT-4o mini", "providerType": "OPENAI", "#,
        r#""endpointUrl": "https://api.openai.com/v1", "modelIdentifier": "gpt-4o-mini", "#,
        r#""credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "sk-your-key"}}}"#,
    );
    let hints = hints(started);
    format!(
        r#"
llm-config is initialised. Its root token, shown only this once:

  {token}

{hints}

Try it:

  export LLM_CONFIG_TOKEN={token}

  curl -s {base}/v1/users/me -H "x-api-key: $LLM_CONFIG_TOKEN"

  curl -s {base}/v1/llms -H "x-api-key: $LLM_CONFIG_TOKEN" -H 'content-type: application/json' -d '{example}'

  curl -s {base}/v1/llms -H "x-api-key: $LLM_CONFIG_TOKEN"
"#
    )
}
