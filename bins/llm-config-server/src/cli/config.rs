//! `config check`: the settings as they will be used.

use std::error::Error;

use super::{ConfigCommand, say};
use crate::settings::Settings;

pub(crate) fn run(command: &ConfigCommand, settings: &Settings) -> Result<(), Box<dyn Error>> {
    match command {
        ConfigCommand::Check => {
            for (name, value) in settings.describe() {
                say(&format!("{name:<22} {value}"))?;
            }
            say("the settings are in order")?;
        }
    }
    Ok(())
}
