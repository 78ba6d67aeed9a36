-- Checks of configurations against their providers: results, and the schedule of background checks.

-- The revision at which provider, endpoint, path, model, credential or owner last changed. It is
-- unknown for existing rows, so their current revision counts as such a change.
ALTER TABLE llm_configs ADD COLUMN target_revision INTEGER NOT NULL DEFAULT 1;
UPDATE llm_configs SET target_revision = revision;

-- `works` is 1, 0, or NULL where the check could not decide.
CREATE TABLE config_checks (
    id TEXT NOT NULL PRIMARY KEY,
    config_id TEXT NOT NULL REFERENCES llm_configs (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    trigger TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    works INTEGER,
    report TEXT NOT NULL
) STRICT;
CREATE INDEX config_checks_config_id_idx ON config_checks (config_id, at);

-- The due time of the next background check of each configuration, and the lease of the server that
-- runs it.
CREATE TABLE check_schedule (
    config_id TEXT NOT NULL PRIMARY KEY REFERENCES llm_configs (id) ON DELETE CASCADE,
    due_at INTEGER NOT NULL,
    holder TEXT,
    lease_until INTEGER
) STRICT;
CREATE INDEX check_schedule_due_at_idx ON check_schedule (due_at);
