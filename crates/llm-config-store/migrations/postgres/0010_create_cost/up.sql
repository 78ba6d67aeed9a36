-- Makes the creation of a configuration cheaper: fewer indexes, and less work for each inserted row.

-- Only on PostgreSQL: what the cache depends on. A configuration that was just inserted is in no cache. The
-- labels and the secret of a configuration carry the transaction that has inserted them, for the poll of the
-- servers, so that no trigger need note it.
-- Existing rows have changed long ago.
ALTER TABLE config_labels ADD COLUMN xid xid8 NOT NULL DEFAULT '0'::xid8;
ALTER TABLE config_labels ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX config_labels_xid_idx ON config_labels (xid);
ALTER TABLE secrets ADD COLUMN xid xid8 NOT NULL DEFAULT '0'::xid8;
ALTER TABLE secrets ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX secrets_xid_idx ON secrets (xid);

-- Only on PostgreSQL: the triggers of migration 0009 with one function.
DROP TRIGGER tokens_note_change ON tokens;
DROP TRIGGER users_note_change ON users;
DROP TRIGGER memberships_note_change ON memberships;
DROP TRIGGER llm_configs_note_change ON llm_configs;
DROP TRIGGER config_labels_note_change ON config_labels;
DROP TRIGGER secrets_note_change ON secrets;
DROP FUNCTION note_token_change();
DROP FUNCTION note_user_change();
DROP FUNCTION note_membership_change();
DROP FUNCTION note_config_change();
DROP FUNCTION note_part_of_config_change();

-- Only on PostgreSQL: notes the dependency of the first argument, with the id in the column that the second
-- argument names.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_id text;
    new_id text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_id := to_jsonb(OLD) ->> TG_ARGV[1];
        INSERT INTO cache_changes (dependency, id) VALUES (TG_ARGV[0], old_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_id := to_jsonb(NEW) ->> TG_ARGV[1];
        IF new_id IS DISTINCT FROM old_id THEN
            INSERT INTO cache_changes (dependency, id) VALUES (TG_ARGV[0], new_id);
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tokens_note_change AFTER INSERT OR UPDATE OR DELETE ON tokens
    FOR EACH ROW EXECUTE FUNCTION note_change('token', 'id');
CREATE TRIGGER users_note_change AFTER INSERT OR UPDATE OR DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION note_change('user', 'id');
CREATE TRIGGER memberships_note_change AFTER INSERT OR UPDATE OR DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION note_change('user', 'user_id');
CREATE TRIGGER llm_configs_note_change AFTER UPDATE OR DELETE ON llm_configs
    FOR EACH ROW EXECUTE FUNCTION note_change('config', 'id');
CREATE TRIGGER config_labels_note_change AFTER UPDATE OR DELETE ON config_labels
    FOR EACH ROW EXECUTE FUNCTION note_change('config', 'config_id');
CREATE TRIGGER secrets_note_change AFTER UPDATE OR DELETE ON secrets
    FOR EACH ROW EXECUTE FUNCTION note_change('config', 'config_id');

-- Only on PostgreSQL: TRUNCATE fires none of these triggers.
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE feature_not_supported USING MESSAGE = 'TRUNCATE hides changes from running servers; use DELETE';
END $$;
CREATE TRIGGER tokens_refuse_truncate BEFORE TRUNCATE ON tokens EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER users_refuse_truncate BEFORE TRUNCATE ON users EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER memberships_refuse_truncate BEFORE TRUNCATE ON memberships EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER llm_configs_refuse_truncate BEFORE TRUNCATE ON llm_configs EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER config_labels_refuse_truncate BEFORE TRUNCATE ON config_labels
    EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER secrets_refuse_truncate BEFORE TRUNCATE ON secrets EXECUTE FUNCTION refuse_truncate();

-- Only on PostgreSQL: the lock of a user's rights. Writes that are decided by the rights hold it shared;
-- changes hold it alone, so they wait for those writes, and later writes wait for them. The number is
-- arbitrary, and unique among the locks of two numbers. Users share 1024 locks, so that a transaction holds
-- no more.
CREATE FUNCTION rights_lock(holder text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtext(holder) & 1023
$$;
CREATE FUNCTION lock_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1915846031, rights_lock(to_jsonb(OLD) ->> TG_ARGV[0]));
    RETURN NULL;
END $$;
CREATE TRIGGER users_lock_rights AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION lock_rights('id');
CREATE TRIGGER users_lock_changed_rights AFTER UPDATE ON users
    FOR EACH ROW WHEN (NEW.org_role <> OLD.org_role OR NEW.id <> OLD.id) EXECUTE FUNCTION lock_rights('id');
CREATE TRIGGER tokens_lock_rights AFTER UPDATE OR DELETE ON tokens
    FOR EACH ROW EXECUTE FUNCTION lock_rights('user_id');
CREATE TRIGGER memberships_lock_rights AFTER UPDATE OR DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION lock_rights('user_id');

-- Only on PostgreSQL: returns `value`, or fails the statement if the rights by which it was decided, those of
-- the tokens and the user in `ids`, are being changed or were changed by a transaction from `since` on. Each
-- query of the function sees what was committed when it began, so a change is seen or still holds the lock.
-- The error has the code of a conflict with another transaction. Logged, because a crash must not hide
-- changes.
CREATE FUNCTION require_unchanged_rights(holder text, since xid8, ids text[], value bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(1915846031, rights_lock(holder)) THEN
        RAISE serialization_failure USING MESSAGE = 'the rights of the caller are being changed';
    END IF;
    IF EXISTS (SELECT FROM cache_changes c WHERE c.xid >= since
        AND c.xid < pg_snapshot_xmax(pg_current_snapshot()) AND c.id = ANY (ids)) THEN
        RAISE serialization_failure USING MESSAGE = 'the rights of the caller have changed';
    END IF;
    RETURN value;
END $$;
CREATE INDEX cache_changes_id_idx ON cache_changes (id, xid);
ALTER TABLE cache_changes SET LOGGED;

-- Only on PostgreSQL: triggers on the deletion of what a row refers to, in place of foreign keys, which lock
-- it for every row that is inserted. Use cases lock it themselves: the owner by the lock above, or by their
-- row; the configuration of a label or a secret by its row. A key-encryption key is not deleted while servers
-- run.
ALTER TABLE llm_configs DROP CONSTRAINT llm_configs_owner_id_fkey;
ALTER TABLE secrets DROP CONSTRAINT secrets_kek_id_fkey;
ALTER TABLE secrets DROP CONSTRAINT secrets_config_id_fkey;
ALTER TABLE config_labels DROP CONSTRAINT config_labels_config_id_fkey;
CREATE FUNCTION refuse_deletion_of_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM llm_configs WHERE owner_id = OLD.id) THEN
        RAISE foreign_key_violation USING MESSAGE = 'the user owns configurations';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER users_refuse_deletion AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION refuse_deletion_of_owner();
CREATE FUNCTION refuse_deletion_of_used_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM secrets WHERE kek_id = OLD.id) THEN
        RAISE foreign_key_violation USING MESSAGE = 'the key has sealed secrets';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER key_encryption_keys_refuse_deletion AFTER DELETE ON key_encryption_keys
    FOR EACH ROW EXECUTE FUNCTION refuse_deletion_of_used_key();
CREATE FUNCTION delete_parts_of_config() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM config_labels WHERE config_id = OLD.id;
    DELETE FROM secrets WHERE config_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER llm_configs_delete_parts AFTER DELETE ON llm_configs
    FOR EACH ROW EXECUTE FUNCTION delete_parts_of_config();

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
