//! How calls of models treat a configuration.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{CallSettings, LlmConfig};
use llm_config_core::id::ConfigId;

use super::update::TargetChange;
use crate::database::schema::call_settings;
use crate::error::StoreError;
use crate::row::{Row, to_json};
use crate::transaction::Tx;

impl Tx<'_> {
    /// The call settings of a configuration.
    pub fn call_settings(&mut self, id: ConfigId) -> Result<CallSettings, StoreError> {
        let id = id.to_string();
        let json: Option<String> = call_settings::table
            .find(&id)
            .select(call_settings::settings)
            .get_result(self.conn)
            .optional()?;
        let row = Row { table: "call_settings", id: &id };
        json.map_or(Ok(CallSettings::default()), |json| row.json("settings", &json))
    }

    /// Replaces the call settings of a configuration, as [`Tx::find_config`] has just returned it, and
    /// records which of them differ. The result is the configuration at its next revision, or as it is if
    /// none does.
    pub fn set_call_settings(
        &mut self,
        config: &LlmConfig,
        settings: CallSettings,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        let names = settings.changes_from(self.call_settings(config.id)?);
        if names.is_empty() {
            return Ok(config.clone());
        }
        let id = config.id.to_string();
        diesel::delete(call_settings::table.find(&id)).execute(self.conn)?;
        if settings != CallSettings::default() {
            let row = (call_settings::config_id.eq(&id), call_settings::settings.eq(to_json(&settings)));
            diesel::insert_into(call_settings::table).values(row).execute(self.conn)?;
        }
        let (revision, updated) = (config.revision.next(), self.change_stamp(config, caller));
        let changed = LlmConfig { revision, updated, ..config.clone() };
        self.store_change(config, &changed, TargetChange::Unchanged)?;
        let object = AuditObject::Config(config.id, config.scope);
        let event = Event::new(EventKind::ConfigUpdated, object, caller.clone());
        self.append_event(&event.with_names(names))?;
        Ok(changed)
    }
}
