-- Makes the creation of a configuration cheaper: fewer indexes, and less work for each inserted row.

-- Indexes that no frequent query reads. The configurations of owners and of workspaces have an index each.
DROP INDEX llm_configs_sequence_idx;
DROP INDEX llm_configs_created_at_idx;
DROP INDEX secrets_kek_id_idx;
DROP INDEX audit_events_at_idx;
-- The trigger of migration 0008 has numbered labels since; those from before it are numbered here.
UPDATE config_labels SET sequence =
    (SELECT c.sequence FROM llm_configs c WHERE c.id = config_labels.config_id)
WHERE sequence = 0;
DROP INDEX config_labels_unnumbered_idx;
-- Without the configurations of owners, which have no workspace.
DROP INDEX llm_configs_workspace_id_idx;
CREATE INDEX llm_configs_workspace_id_idx ON llm_configs (workspace_id, sequence)
WHERE workspace_id IS NOT NULL;
