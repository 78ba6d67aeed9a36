-- How calls of models treat a configuration, as JSON. A configuration without a row has the defaults.
CREATE TABLE call_settings (
    config_id TEXT NOT NULL PRIMARY KEY REFERENCES llm_configs (id) ON DELETE CASCADE,
    settings TEXT NOT NULL
) STRICT;

-- A change of the settings is a change of the configuration for what was cached of it.
