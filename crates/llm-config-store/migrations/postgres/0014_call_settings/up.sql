-- How calls of models treat a configuration, as JSON. A configuration without a row has the defaults.
CREATE TABLE call_settings (
    config_id TEXT NOT NULL PRIMARY KEY REFERENCES llm_configs (id) ON DELETE CASCADE,
    settings TEXT NOT NULL
);

-- Only on PostgreSQL: what is opened for calls is cached, and depends on these rows.
CREATE TRIGGER call_settings_note_change AFTER INSERT OR UPDATE OR DELETE ON call_settings
    FOR EACH ROW EXECUTE FUNCTION note_change('config', 'config_id');
CREATE TRIGGER call_settings_refuse_truncate BEFORE TRUNCATE ON call_settings
    EXECUTE FUNCTION refuse_truncate();

-- A change of the settings is a change of the configuration for what was cached of it.
