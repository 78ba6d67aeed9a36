-- The owner or workspace of a configuration beside each of its labels, so that one index finds the
-- configurations of an owner or workspace with a label in their order.
ALTER TABLE config_labels ADD COLUMN scope TEXT NOT NULL DEFAULT '';
UPDATE config_labels SET scope =
    (SELECT coalesce(c.owner_id, c.workspace_id) FROM llm_configs c WHERE c.id = config_labels.config_id);
CREATE INDEX config_labels_scope_idx ON config_labels (scope, key, value, sequence);

-- A server of an earlier version that still runs adds labels without the columns that it does not know, and
-- does not change them when it transfers a configuration. So triggers fill them in, on each database in its
-- own language.

-- Only on PostgreSQL.
CREATE FUNCTION set_label_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(c.owner_id, c.workspace_id), c.sequence INTO NEW.scope, NEW.sequence
    FROM llm_configs c WHERE c.id = NEW.config_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER config_labels_scope BEFORE INSERT ON config_labels FOR EACH ROW
WHEN (NEW.scope = '') EXECUTE FUNCTION set_label_scope();
CREATE FUNCTION move_label_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE config_labels SET scope = coalesce(NEW.owner_id, NEW.workspace_id) WHERE config_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER llm_configs_scope AFTER UPDATE OF owner_id, workspace_id ON llm_configs FOR EACH ROW
WHEN (NEW.owner_id IS DISTINCT FROM OLD.owner_id OR NEW.workspace_id IS DISTINCT FROM OLD.workspace_id)
EXECUTE FUNCTION move_label_scope();

-- The configurations of all owners, and those of all workspaces, in their order.
CREATE INDEX llm_configs_of_owners_idx ON llm_configs (sequence) WHERE owner_id IS NOT NULL;
CREATE INDEX llm_configs_of_workspaces_idx ON llm_configs (sequence) WHERE workspace_id IS NOT NULL;
