-- What needs attention: configurations that do not work, tokens that expire.

-- The first of the checks that have had the value of `usable` without interruption. Of earlier checks, only
-- the last one is known.
ALTER TABLE last_checks ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
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

-- Only on SQLite.
CREATE TRIGGER last_checks_scope AFTER INSERT ON last_checks BEGIN
    UPDATE last_checks SET
        scope = coalesce(
            (SELECT coalesce(c.owner_id, c.workspace_id) FROM llm_configs c WHERE c.id = NEW.config_id), ''
        ),
        since = CASE NEW.since WHEN 0 THEN NEW.at ELSE NEW.since END
    WHERE config_id = NEW.config_id;
END;
CREATE TRIGGER last_checks_since AFTER UPDATE OF usable ON last_checks
WHEN NEW.usable <> OLD.usable AND NEW.since = OLD.since BEGIN
    UPDATE last_checks SET since = NEW.at WHERE config_id = NEW.config_id;
END;
