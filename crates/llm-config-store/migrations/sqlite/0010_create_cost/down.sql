DROP INDEX llm_configs_workspace_id_idx;
CREATE INDEX llm_configs_workspace_id_idx ON llm_configs (workspace_id, sequence);
CREATE INDEX config_labels_unnumbered_idx ON config_labels (config_id) WHERE sequence = 0;
CREATE INDEX audit_events_at_idx ON audit_events (at, id);
CREATE INDEX secrets_kek_id_idx ON secrets (kek_id);
CREATE UNIQUE INDEX llm_configs_sequence_idx ON llm_configs (sequence);
CREATE INDEX llm_configs_created_at_idx ON llm_configs (created_at, id);
