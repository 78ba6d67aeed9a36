-- Only on PostgreSQL:
DROP TRIGGER llm_configs_delete_parts ON llm_configs;
DROP FUNCTION delete_parts_of_config();
DROP TRIGGER key_encryption_keys_refuse_deletion ON key_encryption_keys;
DROP FUNCTION refuse_deletion_of_used_key();
DROP TRIGGER users_refuse_deletion ON users;
DROP FUNCTION refuse_deletion_of_owner();
ALTER TABLE config_labels ADD FOREIGN KEY (config_id) REFERENCES llm_configs (id) ON DELETE CASCADE;
ALTER TABLE secrets ADD FOREIGN KEY (config_id) REFERENCES llm_configs (id) ON DELETE CASCADE;
ALTER TABLE secrets ADD FOREIGN KEY (kek_id) REFERENCES key_encryption_keys (id);
ALTER TABLE llm_configs ADD FOREIGN KEY (owner_id) REFERENCES users (id);
ALTER TABLE cache_changes SET UNLOGGED;
DROP INDEX cache_changes_id_idx;
DROP FUNCTION require_unchanged_rights(text, xid8, text[], bigint);
DROP TRIGGER memberships_lock_rights ON memberships;
DROP TRIGGER tokens_lock_rights ON tokens;
DROP TRIGGER users_lock_changed_rights ON users;
DROP TRIGGER users_lock_rights ON users;
DROP FUNCTION lock_rights();
DROP FUNCTION rights_lock(text);
DROP TRIGGER secrets_refuse_truncate ON secrets;
DROP TRIGGER config_labels_refuse_truncate ON config_labels;
DROP TRIGGER llm_configs_refuse_truncate ON llm_configs;
DROP TRIGGER memberships_refuse_truncate ON memberships;
DROP TRIGGER users_refuse_truncate ON users;
DROP TRIGGER tokens_refuse_truncate ON tokens;
DROP FUNCTION refuse_truncate();
DROP TRIGGER secrets_note_change ON secrets;
DROP TRIGGER config_labels_note_change ON config_labels;
DROP TRIGGER llm_configs_note_change ON llm_configs;
DROP TRIGGER memberships_note_change ON memberships;
DROP TRIGGER users_note_change ON users;
DROP TRIGGER tokens_note_change ON tokens;
DROP FUNCTION note_change();
ALTER TABLE secrets DROP COLUMN xid;
ALTER TABLE config_labels DROP COLUMN xid;

-- Only on PostgreSQL:
CREATE FUNCTION note_token_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cache_changes (dependency, id) VALUES ('token', coalesce(NEW.id, OLD.id));
    RETURN NULL;
END $$;
CREATE TRIGGER tokens_note_change AFTER INSERT OR UPDATE OR DELETE ON tokens
    FOR EACH ROW EXECUTE FUNCTION note_token_change();

-- Only on PostgreSQL:
CREATE FUNCTION note_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cache_changes (dependency, id) VALUES ('user', coalesce(NEW.id, OLD.id));
    RETURN NULL;
END $$;
CREATE TRIGGER users_note_change AFTER INSERT OR UPDATE OR DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION note_user_change();

-- Only on PostgreSQL:
CREATE FUNCTION note_membership_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO cache_changes (dependency, id) VALUES ('user', OLD.user_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO cache_changes (dependency, id) VALUES ('user', NEW.user_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER memberships_note_change AFTER INSERT OR UPDATE OR DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION note_membership_change();

-- Only on PostgreSQL:
CREATE FUNCTION note_config_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cache_changes (dependency, id) VALUES ('config', coalesce(NEW.id, OLD.id));
    RETURN NULL;
END $$;
CREATE TRIGGER llm_configs_note_change AFTER INSERT OR UPDATE OR DELETE ON llm_configs
    FOR EACH ROW EXECUTE FUNCTION note_config_change();

-- Only on PostgreSQL: for tables of which a configuration has several rows.
CREATE FUNCTION note_part_of_config_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO cache_changes (dependency, id) VALUES ('config', OLD.config_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO cache_changes (dependency, id) VALUES ('config', NEW.config_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER config_labels_note_change AFTER INSERT OR UPDATE OR DELETE ON config_labels
    FOR EACH ROW EXECUTE FUNCTION note_part_of_config_change();
CREATE TRIGGER secrets_note_change AFTER INSERT OR UPDATE OR DELETE ON secrets
    FOR EACH ROW EXECUTE FUNCTION note_part_of_config_change();

DROP INDEX llm_configs_workspace_id_idx;
CREATE INDEX llm_configs_workspace_id_idx ON llm_configs (workspace_id, sequence);
CREATE INDEX config_labels_unnumbered_idx ON config_labels (config_id) WHERE sequence = 0;
CREATE INDEX audit_events_at_idx ON audit_events (at, id);
CREATE INDEX secrets_kek_id_idx ON secrets (kek_id);
CREATE UNIQUE INDEX llm_configs_sequence_idx ON llm_configs (sequence);
CREATE INDEX llm_configs_created_at_idx ON llm_configs (created_at, id);
