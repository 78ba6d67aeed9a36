-- Only on SQLite.
DROP TRIGGER llm_configs_scope;
DROP TRIGGER config_labels_scope;

DROP INDEX llm_configs_of_workspaces_idx;
DROP INDEX llm_configs_of_owners_idx;
DROP INDEX config_labels_scope_idx;
ALTER TABLE config_labels DROP COLUMN scope;
