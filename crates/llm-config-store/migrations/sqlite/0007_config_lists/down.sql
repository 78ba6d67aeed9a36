ALTER TABLE installation DROP COLUMN source_rules;
ALTER TABLE installation DROP COLUMN list_rules;
DROP TABLE last_checks;
ALTER TABLE secrets DROP COLUMN reference;
ALTER TABLE secrets DROP COLUMN source;
DROP INDEX llm_configs_unsearchable_idx;
ALTER TABLE llm_configs DROP COLUMN search;
DROP INDEX config_labels_unnumbered_idx;
DROP INDEX config_labels_key_value_idx;
ALTER TABLE config_labels DROP COLUMN sequence;
CREATE INDEX config_labels_key_value_idx ON config_labels (key, value);

-- Only on SQLite.
DROP TRIGGER llm_configs_sequence;
DROP TRIGGER tokens_sequence;
DROP TABLE sequences;

DROP INDEX tokens_user_id_idx;
DROP INDEX tokens_sequence_idx;
ALTER TABLE tokens DROP COLUMN sequence;
CREATE INDEX tokens_user_id_idx ON tokens (user_id);
DROP INDEX llm_configs_workspace_id_idx;
DROP INDEX llm_configs_owner_id_idx;
DROP INDEX llm_configs_sequence_idx;
ALTER TABLE llm_configs DROP COLUMN sequence;
