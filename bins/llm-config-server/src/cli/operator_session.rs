//! The service and the session that commands use to call use cases as the operator.

use llm_config_service::{Service, Session};
use llm_config_store::{DatabaseUrl, Options, Store};

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use crate::settings::Settings;

/// The service and the session of a command.
pub(crate) struct OperatorSession {
    pub(crate) service: Service,
    pub(crate) session: Session,
}

impl OperatorSession {
    /// Opens an existing database. Never creates a database, tables or keys: if the directory or a setting is
    /// wrong, a new database would look like an empty registry.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, CommandError> {
        settings.check_permissions()?;
        if let DatabaseUrl::Sqlite(path) = &settings.database
            && !path.exists()
        {
            let database = &settings.database;
            return Err(CommandError::new(
                ExitStatus::Configuration,
                format!(
                    "the database {database} does not exist; run this command in the server's directory or \
                 with the server's settings, which `config check` prints; the server creates the database \
                 on its first start"
                ),
            ));
        }
        let store = Store::open(Options { allow_setup: false, ..settings.store_options() }).await?;
        Ok(Self { service: Service::new(store), session: Session::operator() })
    }

    /// After a command that replaces or deletes a secret: waits until its old ciphertext has left SQLite's
    /// write-ahead log, because the program ends before a later attempt.
    pub(crate) async fn wait_for_secret_purge(&self) {
        if !self.service.wait_for_secret_purge().await {
            tracing::warn!(
                "another program reads the database, so the old ciphertext may stay in its write-ahead log \
                 until a server replaces or deletes a secret, or is started again"
            );
        }
    }
}
