//! How calls of models treat a configuration.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{CallSettings, LlmConfig};
use llm_config_core::id::ConfigId;

use crate::cache::Dependency;
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

    /// Replaces the call settings of a configuration that this transaction has found.
    pub fn set_call_settings(
        &mut self,
        config: &LlmConfig,
        settings: CallSettings,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let id = config.id.to_string();
        diesel::delete(call_settings::table.find(&id)).execute(self.conn)?;
        if settings != CallSettings::default() {
            let row = (call_settings::config_id.eq(&id), call_settings::settings.eq(to_json(&settings)));
            diesel::insert_into(call_settings::table).values(row).execute(self.conn)?;
        }
        self.invalidate(Dependency::Config(config.id));
        let object = AuditObject::Config(config.id, config.scope);
        self.append_event(&Event::new(EventKind::ConfigUpdated, object, caller.clone()).with_note("gateway"))
    }
}
