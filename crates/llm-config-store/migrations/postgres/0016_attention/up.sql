-- What needs attention: configurations that do not work, tokens that expire.

-- The first of the checks that have had the value of `usable` without interruption. Of earlier checks, only
-- the last one is known.
ALTER TABLE last_checks ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
UPDATE last_checks SET since = at;
-- The owner or workspace of the configuration, so that one index finds the failing ones of a caller.
ALTER TABLE last_checks ADD COLUMN scope TEXT NOT NULL DEFAULT '';
UPDATE last_checks SET scope =
    (SELECT coalesce(c.owner_id, c.workspace_id) FROM llm_configs c WHERE c.id = last_checks.config_id);
-- Without the configurations that work, so that these cost nothing.
CREATE INDEX last_checks_since_idx ON last_checks (usable, since) WHERE usable <> 'yes';
CREATE INDEX last_checks_scope_idx ON last_checks (scope, usable, since) WHERE usable <> 'yes';

CREATE INDEX tokens_expires_at_idx ON tokens (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX tokens_user_id_expires_at_idx ON tokens (user_id, expires_at) WHERE expires_at IS NOT NULL;

-- The program does not write `scope`, which never changes: a transfer deletes the checks. A server of an
-- earlier version that still runs does not write `since` either. So triggers do, on each database in its own
-- language.

-- Only on PostgreSQL.
CREATE FUNCTION set_check_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.scope = coalesce(
        (SELECT coalesce(c.owner_id, c.workspace_id) FROM llm_configs c WHERE c.id = NEW.config_id), ''
    );
    IF NEW.since = 0 THEN
        NEW.since = NEW.at;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER last_checks_scope BEFORE INSERT ON last_checks FOR EACH ROW
EXECUTE FUNCTION set_check_scope();
CREATE FUNCTION set_check_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.since = NEW.at;
    RETURN NEW;
END
$$;
CREATE TRIGGER last_checks_since BEFORE UPDATE OF usable ON last_checks FOR EACH ROW
WHEN (NEW.usable <> OLD.usable AND NEW.since = OLD.since) EXECUTE FUNCTION set_check_since();
