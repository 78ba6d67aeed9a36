-- Only on PostgreSQL.
DROP TRIGGER llm_configs_scope ON llm_configs;
DROP FUNCTION move_label_scope;
DROP TRIGGER config_labels_scope ON config_labels;
DROP FUNCTION set_label_scope;

DROP INDEX llm_configs_of_workspaces_idx;
DROP INDEX llm_configs_of_owners_idx;
DROP INDEX config_labels_scope_idx;
ALTER TABLE config_labels DROP COLUMN scope;
