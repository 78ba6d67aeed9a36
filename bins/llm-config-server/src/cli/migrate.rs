//! `migrate`: migrates the database and exits.

use serde::Serialize;

use super::command_error::CommandError;
use super::output::Format;
use crate::settings::Settings;

#[derive(Serialize)]
struct Migrated {
    database: String,
    migrations: Vec<String>,
}

pub(crate) async fn run(format: Format, settings: Settings) -> Result<(), CommandError> {
    settings.prepare_data_dir()?;
    let database = settings.database.to_string();
    let migrations = llm_config_store::migrate(settings.database).await?;
    let migrated = Migrated { database, migrations };
    format.report(&migrated, || {
        let Migrated { database, migrations } = &migrated;
        match &migrations[..] {
            [] => format!("{database}: the tables were up to date"),
            names => format!("{database}: ran {}", names.join(", ")),
        }
    })?;
    Ok(())
}
