//! The operator: the use cases, called with the rights of the command line.

use std::error::Error;

use llm_config_service::{Service, Session};
use llm_config_store::{DatabaseUrl, Options, Store};

use crate::settings::Settings;

/// The service and the session of a command.
pub(crate) struct Operator {
    pub(crate) service: Service,
    pub(crate) session: Session,
}

impl Operator {
    /// Opens the database for a command. Creates neither a database nor tables nor keys: with a wrong
    /// directory or a wrong setting, the operator would look at an empty registry.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Box<dyn Error>> {
        settings.check_permissions()?;
        if let DatabaseUrl::Sqlite(path) = &settings.database
            && !path.exists()
        {
            let database = &settings.database;
            return Err(format!(
                "there is no database {database}; run this in the server's directory or with its settings, as \
                 `config check` prints them; the server's first start makes it"
            )
            .into());
        }
        let store = Store::open(Options { allow_setup: false, ..settings.store_options() }).await?;
        Ok(Self { service: Service::new(store), session: Session::operator() })
    }
}
