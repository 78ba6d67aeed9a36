-- How servers notice that rows that they cache have changed; see docs/architecture.md.

-- Only on PostgreSQL: triggers note every change, so no program and no SQL by hand can forget one.
-- `dependency` is `token`, `user` or `config`. Unlogged until migration 0010: a row is of use only until the
-- running servers have polled it, and after a crash every server empties its cache, because its connection is
-- a new one.
CREATE UNLOGGED TABLE cache_changes (
    xid XID8 NOT NULL DEFAULT pg_current_xact_id(),
    dependency TEXT NOT NULL,
    id TEXT NOT NULL
);
CREATE INDEX cache_changes_xid_idx ON cache_changes (xid);

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
