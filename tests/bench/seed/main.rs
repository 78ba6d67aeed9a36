//! Fills a database with configurations of its root user, for the benchmark: through the store, in
//! transactions of at most 500, with the audit event of each. Run by `tests/bench/run.sh`.

mod arguments;
mod row;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use arguments::Arguments;
use futures_util::{StreamExt, TryStreamExt, stream};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::NewLlmConfig;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_core::user::Email;
use llm_config_providers::KnownVendorHosts;
use llm_config_store::keys::KeyFile;
use llm_config_store::{DatabaseUrl, Options, Store, StoreError};

/// The most configurations of one transaction.
const BATCH: usize = 500;

/// The e-mail address of the user whom an initialisation creates.
const ROOT: &str = "root@localhost";

/// The progress is reported after this many configurations.
const REPORT_EVERY: usize = 50_000;

fn main() -> ExitCode {
    let mut errors = std::io::stderr();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere to report that standard error is closed.
            let _ = writeln!(errors, "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(seed(arguments))
}

/// Creates the configurations and prints their ids, one a line, in the order of their numbers.
async fn seed(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { database_url, keyring, count, credentials, parallel } = arguments;
    let database: DatabaseUrl = database_url.parse()?;
    let mut options = Options::new(database, Arc::new(KeyFile::new(keyring)), Arc::new(KnownVendorHosts));
    options.allow_setup = false;
    let store = Store::open(options).await?;
    let owner = root(&store).await?;
    let credential_every = count.div_ceil(credentials.max(1)).max(1);
    let batches = (0..count).step_by(BATCH).map(|first| {
        let numbers = first..count.min(first + BATCH);
        let store = store.clone();
        async move {
            let new = numbers
                .map(|number| {
                    let has_credential = credentials > 0 && number.is_multiple_of(credential_every);
                    Ok((store.new_config_id(), row::config(number, has_credential)?))
                })
                .collect::<Result<Vec<_>, serde_json::Error>>()?;
            let ids: Vec<_> = new.iter().map(|(id, _)| *id).collect();
            create(&store, owner, new).await?;
            Ok::<_, Box<dyn Error>>((first, ids))
        }
    });
    let mut written = stream::iter(batches).buffered(parallel);
    let (mut output, mut errors) = (std::io::BufWriter::new(std::io::stdout()), std::io::stderr());
    while let Some((first, ids)) = written.try_next().await? {
        for id in &ids {
            writeln!(output, "{id}")?;
        }
        if first.is_multiple_of(REPORT_EVERY) {
            writeln!(errors, "{} of {count} configurations", first + ids.len())?;
        }
    }
    output.flush()?;
    Ok(())
}

async fn root(store: &Store) -> Result<PrincipalId, Box<dyn Error>> {
    let email: Email = ROOT.parse()?;
    let user = store.read(move |tx| tx.find_user_by_email(&email)).await?;
    Ok(user.ok_or("the database has no root user: start the server on it once")?.id)
}

async fn create(
    store: &Store,
    owner: PrincipalId,
    new: Vec<(ConfigId, NewLlmConfig)>,
) -> Result<(), StoreError> {
    let caller = Caller::new(Identity::User(owner));
    store
        .write(move |tx| {
            for (id, config) in &new {
                tx.create_config(*id, Scope::Owner(owner), config, &caller)?;
            }
            Ok(())
        })
        .await
}
