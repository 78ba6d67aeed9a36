//! Opens what `serve` opens, one after the other, and changes nothing.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use llm_config_core::key::KeySourceError;
use llm_config_store::{DatabaseState, DatabaseUrl, Inspection, OpenError, TokenText, inspect, path_error};

use crate::cli::command_error::CommandError;
use crate::cli::exit_status::ExitStatus;
use crate::settings::{Keys, Settings, UnreadVariable};

/// What was found for one part of the settings.
pub(super) struct StartupCheck {
    /// The setting, or the name of an environment variable.
    pub(super) name: String,
    pub(super) outcome: Outcome,
}

pub(super) enum Outcome {
    /// It works: what was opened.
    Opened(String),
    /// Nothing was opened, and the start does not need it yet: the reason.
    NotTried(String),
    /// It does not prevent the start, or only while another program runs.
    Note(String),
    /// The server would not start.
    Failed(CommandError),
}

impl Outcome {
    fn of<E: Into<CommandError>>(opened: Result<String, E>) -> Self {
        opened.map_or_else(|error| Self::Failed(error.into()), Self::Opened)
    }

    /// A directory or file that cannot be created.
    fn not_creatable(what: &str, path: &Path, error: &io::Error) -> Self {
        let reason = path_error::reason(path, error);
        let sentence = format!("the {what} {} cannot be created: {reason}", path.display());
        Self::Failed(CommandError::new(ExitStatus::of_setting(error.kind()), sentence))
    }
}

/// Tries everything that the start of a server needs.
pub(super) async fn try_all(settings: &Settings) -> Vec<StartupCheck> {
    let mut checks = Vec::new();
    let mut found = |name: &str, outcome| checks.push(StartupCheck { name: name.to_owned(), outcome });
    for variable in UnreadVariable::all() {
        let error = CommandError::new(ExitStatus::Configuration, variable.to_string());
        found(&variable.name, Outcome::Failed(error));
    }
    let mut is_data_dir_usable = true;
    if settings.needs_data_dir() {
        let outcome = data_dir(settings);
        is_data_dir_usable = !matches!(outcome, Outcome::Failed(_));
        found("data-dir", outcome);
    }
    // A file in a directory that cannot be used fails for the same reason.
    let is_reachable = |path: &Path| is_data_dir_usable || !path.starts_with(&settings.data_dir);
    let not_reachable = || Outcome::NotTried("the data directory cannot be used".to_owned());
    let (mut state, mut keys_error) = (None, None);
    let outcome = match &settings.database {
        DatabaseUrl::Sqlite(path) if !is_reachable(path) => not_reachable(),
        DatabaseUrl::Postgres(_) | DatabaseUrl::Sqlite(_) => match database(settings).await {
            (outcome, None) => outcome,
            (outcome, Some(inspection)) => {
                (state, keys_error) = (Some(inspection.state), inspection.keys.err());
                outcome
            }
        },
    };
    found("database-url", outcome);
    let outcome = match (&settings.keys, keys_error) {
        (_, Some(error)) => Outcome::Failed(error.into()),
        (Keys::File(path), None) if !is_reachable(path) => not_reachable(),
        (_, None) => keyring(settings, state).await,
    };
    found("keyring", outcome);
    if let Some(path) = &settings.bootstrap_token_file {
        found("bootstrap-token-file", bootstrap_token(path, state));
    }
    for (name, opened) in settings.try_provider_access() {
        found(name, Outcome::of(opened));
    }
    found("listen", listen(settings.listen));
    if let Some(address) = settings.metrics_listen {
        found("metrics-listen", listen(address));
    }
    checks
}

fn data_dir(settings: &Settings) -> Outcome {
    let path = &settings.data_dir;
    if let Err(error) = settings.check_data_dir() {
        return Outcome::Failed(error.into());
    }
    if path.is_dir() {
        let probe = path.join("new");
        return match path_error::check_creatable(&probe) {
            Ok(()) => Outcome::Opened(path.display().to_string()),
            Err(error) => {
                let reason = path_error::reason(&probe, &error);
                let sentence = format!("the data directory {} cannot be used: {reason}", path.display());
                Outcome::Failed(CommandError::new(ExitStatus::of_setting(error.kind()), sentence))
            }
        };
    }
    let creatable = if path.exists() {
        Err(ErrorKind::NotADirectory.into())
    } else {
        path_error::check_directory_creatable(path)
    };
    match creatable {
        Ok(()) => {
            Outcome::NotTried(format!("{} does not exist yet; the first start creates it", path.display()))
        }
        Err(error) => Outcome::not_creatable("data directory", path, &error),
    }
}

/// The database, and its state and keys if it responds.
async fn database(settings: &Settings) -> (Outcome, Option<Inspection>) {
    let url = &settings.database;
    let missing = || Outcome::NotTried(format!("{url} does not exist yet; the first start creates it"));
    if let DatabaseUrl::Sqlite(path) = url
        && path.starts_with(&settings.data_dir)
        && !settings.data_dir.exists()
    {
        return (missing(), None);
    }
    let inspection = match inspect(settings.store_options()).await {
        Ok(inspection) => inspection,
        Err(error) => return (Outcome::Failed(error.into()), None),
    };
    let state = match inspection.state {
        DatabaseState::Missing => return (missing(), Some(inspection)),
        DatabaseState::Empty => "without tables; the first start creates them".to_owned(),
        DatabaseState::Outdated { migrations } => {
            format!("of an earlier version; the next start runs {migrations} migrations")
        }
        DatabaseState::Uninitialized => {
            "with tables, not initialised; the first start initialises it".to_owned()
        }
        DatabaseState::Initialized { has_root: false } => "initialised, without a root user yet".to_owned(),
        DatabaseState::Initialized { has_root: true } => "initialised".to_owned(),
    };
    let product = inspection.product.as_deref().unwrap_or(url.kind());
    (Outcome::Opened(format!("{product}, {state}")), Some(inspection))
}

async fn keyring(settings: &Settings, state: Option<DatabaseState>) -> Outcome {
    let source = match settings.keys.load().await {
        Ok(keyring) => {
            let current = keyring.current();
            let others: Vec<_> =
                keyring.ids().filter(|id| *id != current).map(|id| format!("`{id}`")).collect();
            let others =
                if others.is_empty() { String::new() } else { format!("; also {}", others.join(", ")) };
            return Outcome::Opened(format!("{}, `{current}` encrypts{others}", settings.keys));
        }
        Err(error) => error,
    };
    let is_first_start =
        !matches!(state, Some(DatabaseState::Initialized { .. } | DatabaseState::Outdated { .. }));
    match (&settings.keys, source) {
        (Keys::File(path), KeySourceError::Missing { .. }) if is_first_start => {
            // The server creates its data directory, and no other one.
            let in_new_directory = path.starts_with(&settings.data_dir) && !settings.data_dir.exists();
            match path_error::check_creatable(path) {
                Err(error) if !in_new_directory => Outcome::not_creatable("key file", path, &error),
                _ => Outcome::NotTried(format!(
                    "{} does not exist yet; the first start creates it",
                    path.display()
                )),
            }
        }
        (_, error) => Outcome::Failed(OpenError::KeySource(error).into()),
    }
}

fn bootstrap_token(path: &Path, state: Option<DatabaseState>) -> Outcome {
    if matches!(state, Some(DatabaseState::Initialized { has_root: true })) {
        return Outcome::NotTried("the database has a root user; the file is not used any more".to_owned());
    }
    Outcome::of(TokenText::from_file(path).map(|_| path.display().to_string()))
}

/// Binds the address, and frees it at once.
fn listen(address: SocketAddr) -> Outcome {
    match TcpListener::bind(address) {
        Ok(_) => Outcome::Opened(address.to_string()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Outcome::Note(format!("{address} is in use, by the running server or by another program"))
        }
        Err(error) => Outcome::Failed(CommandError::not_bound(address, &error)),
    }
}
