//! `migrate`: bring the tables up to date and exit.

use std::error::Error;

use super::say;
use crate::settings::Settings;

pub(crate) async fn run(settings: Settings) -> Result<(), Box<dyn Error>> {
    settings.prepare_data_dir()?;
    let database = settings.database.to_string();
    let migrations = llm_config_store::migrate(settings.database).await?;
    match migrations.as_slice() {
        [] => say(&format!("{database}: the tables were up to date"))?,
        names => say(&format!("{database}: ran {}", names.join(", ")))?,
    }
    Ok(())
}
